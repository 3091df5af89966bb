"""Help of the Meters page."""

METERS: dict[str, str] = {
    "en": """\
# Meters

The meter archive: up to 192 meters, each with serial number, point and port.

- **R** reads the archive. **V** reads status and last value of the meters listed.
- **/** finds: digits of an address or asset number, `p2` for port 2, words, pinyin initials
  (`sb` finds 失败).
- **O** sorts: failed first, by serial number, by address.
- **+** adds a meter, **C** copies the one under the cursor, **-** deletes it. **Enter** opens its form.
- **\\*** makes it a key meter, **S** stops reading it, **Del** forgets what is planned for it.
- **W** writes what is changed, in small messages, and reads each back before the next.

A `*` marks a key meter, a `-` one that is not read.

## Files

**F** imports and exports CSV and XLSX. Before anything is planned every row is checked: wrong digits,
doubles, unknown columns, the 193rd meter. Notes are said, errors must be repaired in the file; **R** reads it
again, **U** takes it over. Headings may be Chinese, English or field names, in any order. Only the address
is needed; rows are matched by serial number, else by address. Exported files open in Excel with all their
zeros. Passwords of meters are never in a file.
""",
    "zh": """\
# 电表

电表档案：最多 192 块，各有装置序号、测量点和端口。

- **R** 读取档案。**V** 读取所列电表的抄读状态和最近示值。
- **/** 查找：表地址或资产编号中的数字、`p2` 即端口 2、文字、拼音首字母（`sb` 即失败）。
- **O** 排序：失败在前、按序号、按地址。
- **+** 新增，**C** 复制当前电表，**-** 删除。**回车** 打开表单。
- **\\*** 设为或取消重点户，**S** 停抄或投抄，**Del** 放弃对该表的计划。
- **W** 分小帧写入所有更改，逐帧回读。

`*` 表示重点户，`-` 表示停抄。

## 文件

**F** 导入、导出 CSV 和 XLSX。计划之前检查每一行：位数错误、重复、未知列、第 193 块表。
提示仅作说明，错误须在文件中更正；**R** 重新读取文件，**U** 全部采用。
标题可用中文、英文或字段名，列序任意，只有表地址必填；按装置序号匹配，否则按地址匹配。
导出的文件用 Excel 打开不丢前导零。电表密码从不写入文件。
""",
}
