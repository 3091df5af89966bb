"""AFN 0F: file transfer by segments (part A §11)."""

from typing import Annotated

from core.gdw376.fields import Direction
from core.gdw376.unit import Unit, unit
from core.wire.leaf import Uint
from core.wire.record import item
from core.wire.repeat import Prefix, Repeat

FILES = {
    0: ("清除传输文件，恢复到升级前状态", "clear, restore"),
    1: ("终端升级文件", "terminal program"),
    2: ("远程通信模块升级文件", "remote module"),
    3: ("本地通信模块升级文件", "local module"),
    4: ("采集器升级的采集器地址文件", "collector address list"),
    5: ("采集器升级的采集器程序文件", "collector program"),
    6: ("采集器通信模块升级的地址文件", "collector-module address list"),
    7: ("采集器通信模块升级的程序文件", "collector-module program"),
}
ATTRIBUTES = {0: ("起始帧或中间帧", "first or middle"), 1: ("结束帧", "last")}
COMMANDS = {0: ("报文方式传输", "message"), 1: ("FTP方式传输", "FTP"), 2: ("启动组地址升级", "group upgrade")}
Content = Annotated[tuple[int, ...], Repeat(Annotated[int, Uint(1)], Prefix(2, 16383))]


@unit(
    0x0F, 1, "文件传输方式1", "File segment", "file-segment", "A §11", direction=Direction.DOWN,
    note="file ids of 2012/13; the text says segments i = 0..n, all code 0..n-1",
)  # fmt: skip
class FileSegment(Unit):
    """One segment on its way down."""

    file: Annotated[int, Uint(1, choices=FILES)] = item("文件标识", "File")
    attribute: Annotated[int, Uint(1, choices=ATTRIBUTES)] = item("文件属性", "Attribute")
    command: Annotated[int, Uint(1, choices=COMMANDS)] = item("文件指令", "Command")
    total: Annotated[int, Uint(2)] = item("总段数n", "Segments")
    index: Annotated[int, Uint(4)] = item("第i段标识或偏移", "Segment number")
    content: Content = item("第i段数据", "Data")


@unit(0x0F, 1, "文件传输方式1", "File segment answer", "file-segment-answer", "A §11", direction=Direction.UP)
class FileSegmentTaken(Unit):
    """The segment just accepted; FFFFFFFF is an error."""

    index: Annotated[int, Uint(4)] = item("收到数据段标识", "Segment number")
