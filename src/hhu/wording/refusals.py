"""What the terminal refuses, by ERR byte."""

from hhu.wording.pair import Pair

REFUSALS = {
    0x01: Pair(
        "The terminal does not accept the value.",
        "Check the value against the range of the field.",
        "终端不接受该值。",
        "请核对该字段的取值范围。",
    ),
    0x02: Pair(
        "Two meters have the same point, or the same address on one port.",
        "Give one of them another point or address, or delete the other entry.",
        "测量点号重复，或同一端口的表地址重复。",
        "请更换测量点号或地址，或删除另一条档案。",
    ),
    0x10: Pair(
        "The meter archive is full: the terminal holds 192 meters.",
        "Delete meters that are no longer there, then add the new ones.",
        "电能表档案已满：终端最多192块表。",
        "请先删除已拆除的电能表，再添加新表。",
    ),
    0x03: Pair(
        "The password is wrong.",
        "Type the password of this channel; three wrong tries lock it for 10 min.",
        "密码错误。",
        "请输入本通道密码；连续三次错误将锁定 10 分钟。",
    ),
    0x0B: Pair(
        "The programming switch is closed.",
        "Hold the terminal's key for 5 s, then write again within 2 min.",
        "编程开关未打开。",
        "请按住终端按键 5 秒，并在 2 分钟内重新写入。",
    ),
    0x0C: Pair(
        "The terminal is busy.",
        "Wait some seconds and try again.",
        "终端忙。",
        "请稍候数秒再试。",
    ),
    0x0D: Pair(
        "The terminal does not allow this on this channel.",
        "Use the infrared or maintenance port at the terminal.",
        "此通道不允许该操作。",
        "请使用终端上的红外口或维护口。",
    ),
    0x0E: Pair(
        "The channel is locked after three wrong passwords.",
        "Wait 10 min; reading stays possible.",
        "密码连续三次错误，通道已锁定。",
        "请等待 10 分钟；期间仍可读取。",
    ),
}
"""ERR bytes of AFN00 F3 (`core.gdw376.refusals`)."""

DENIED = Pair(
    "The terminal refused AFN {0}.",
    "It may not know this data unit, or its value is not there; see the trace.",
    "终端否认 AFN {0}。",
    "终端可能不支持该数据单元或无此数据；请查看报文。",
)
