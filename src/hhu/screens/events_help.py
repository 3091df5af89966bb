"""Help of the Events page."""

EVENTS: dict[str, str] = {
    "en": """\
# Events

The terminal keeps two rings of 256 records: **important** ones, which it reports to the master at
once, and **ordinary** ones. Which event goes where is parameter F9. The newest stand on top.

- **R** reads counters, flags and the newest 32 of each ring. **M** reads older ones.
- **Enter** shows every field of an event. What this tool has no layout for is shown as bytes.
- **/** filters: `erc=14`, `p=3`, `important`, `ordinary`, or any word of the row.
- **L** is live: every 10 s the counters are looked at, new events appear with `*`, important ones
  ring and flash. What the terminal reports by itself appears at once.
- **E** writes what is shown: XLSX, CSV or JSON.

## Acknowledge

Reading a record *is* acknowledging it. The flag of its ERC (0C F8) goes out for all channels, and
ACD, the bit by which the terminal asks to be read, ends on **this** channel. **C** reads whatever
is still flagged and then reads the flags back: only that is called done.

Nothing is deleted. Other channels keep their ACD, so the master still learns of it. The alarm on the
LCD ends when the master was told or somebody opens the event at the terminal.

## Signs

`!` important, `*` came while you were watching, *begin* and *end* of events that last.
""",
    "zh": """\
# 事件

终端有两个各 256 条的事件环：**重要**事件立即上报主站，**一般**事件不上报。归属由参数 F9 决定。
最新的在最上面。

- **R** 读取计数器、标志和两环最新 32 条。**M** 读取更早的。
- **回车** 显示全部字段。没有格式的事件按字节显示。
- **/** 过滤：`erc=14`、`p=3`、`重要`、`一般`，或行中任意词。
- **L** 实时：每 10 秒查询计数器，新事件带 `*`，重要事件响铃并闪烁。终端主动上报的立即显示。
- **E** 导出当前显示的内容：XLSX、CSV 或 JSON。

## 确认

读取记录*就是*确认：该 ERC 的标志（0C F8）对所有通道清除，**本**通道的 ACD（请求访问位）消失。
**C** 读取仍有标志的记录，然后回读标志，回读无标志才算完成。

不删除任何记录。其他通道的 ACD 保留，主站仍会得知。液晶告警在主站已知或有人在终端上查看后消失。

## 标记

`!` 重要，`*` 观察期间新来，*发生* 和 *恢复* 为持续事件的起止。
""",
}
