"""Help of the Reading and Clock pages."""

READING: dict[str, str] = {
    "en": """\
# Reading

Above the **ports**: meters to read, meters read in this period, key meters read, what the port does
now, start and end. Below the **points**: who lacks yesterday's day freeze comes first, with the last
success and the failures in a row. **Tab** goes from one to the other.

- **R** reads the state of the ports. **M** makes the missing list: it asks for yesterday of every
  point, and of the missing ones how the last tries went.
- On a port: **N** reads all its meters again, **P** pauses, **O** resumes. An order is *verified*
  when the port shows it; a port that was not reading cannot show a pause, so that order stays
  *acknowledged*.
- On a point: **N** reads its energy now, through the terminal. **Enter** chooses another value.
  **S** stops reading this point, or allows it again; it is read back.
- **L** relays any bytes to a meter, or a question of DL/T 645, and shows the answer.

Read now and relay need the password of the channel. The port finishes the request in flight first:
this takes up to 3 s.

## A point does not read

Read it now. *No answer*: check address, port and speed against the nameplate, then the wiring.
*Refused*: the meter does not have this value. *Damaged*: two meters with one address, or noise.
""",
    "zh": """\
# 抄表

上方为**端口**：应抄表数、本时段已抄、重点表已抄、当前工作、开始和结束时间。下方为**测量点**：
缺昨日日冻结的排在最前，并显示最近成功时间和连续失败次数。**Tab** 在两表间切换。

- **R** 读取端口状态。**M** 生成缺抄清单：逐点查询昨日日冻结，缺失的再查询抄读情况。
- 端口上：**N** 重新抄表，**P** 暂停，**O** 恢复。端口状态显示其效果后才为*已验证*；
  未在抄表的端口无法显示暂停，故停留在*已确认*。
- 测量点上：**N** 经终端立即抄读电能，**回车** 选择其他数据。**S** 停抄或投抄，并回读。
- **L** 转发任意报文或 DL/T 645 读数据请求，并显示应答。

立即抄读和转发需要本通道密码。端口先完成正在进行的请求，最多等待 3 秒。

## 某点抄不到

立即抄读。*无应答*：对照铭牌检查表地址、端口、速率，再查接线。*被拒*：电表无此数据。
*损坏*：两表同址或干扰。
""",
}
CLOCK: dict[str, str] = {
    "en": """\
# Clock

The terminal tells whole seconds. The tool asks several times, each time when the terminal's second
is about to change, and takes the way of both frames into account: so the difference is known to
about 0.1 s. The uncertainty stands beside it.

- **R** measures again. **C** sets the clock to this computer's: the frame carries the time of its
  last byte, then the clocks are compared again; below 5 s it is *verified*.
- **M** reads the clocks of all meters as the terminal knows them, the worst first. **N** reads the
  clock of one meter now.
- **B** tells the meters of every port this computer's time, and reads some of them back.

Check this computer's own clock before you set anything by it.

## Broadcast

Meters never answer a broadcast. Meters of 2007 obey once a day and only when they are off by less
than 5 min. Nothing is broadcast between 23:50 and 00:10, when meters freeze. A meter that is
further off is set by its own password, or replaced.
""",
    "zh": """\
# 时钟

终端只报整秒。本工具多次查询，每次都选在终端秒跳变的时刻，并扣除收发报文的时间，因此差值约可
准确到 0.1 秒，旁边标出不确定度。

- **R** 重新测量。**C** 将终端时钟设为本机时间：报文携带其最后一个字节的时刻，之后再次比较，
  小于 5 秒为*已验证*。
- **M** 读取终端所知的全部电能表时钟，偏差最大的在前。**N** 立即抄读一只表的时钟。
- **B** 向各端口电能表广播本机时间，并回读其中几只。

对时前请先核对本机时间。

## 广播校时

电能表不应答广播。2007 版电能表每天只接受一次，且偏差须小于 5 分钟。23:50 至 00:10 电能表冻结，
不广播。偏差更大的表需用密码单独设置，或更换。
""",
}
