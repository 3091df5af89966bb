"""Help of the Data page."""

DATA: dict[str, str] = {
    "en": """\
# Data

What the terminal has **stored** of its meters and of itself. Nothing here touches a meter.

- **R** reads what the first line says; **C** chooses kind, items, points and days. Usual is
  yesterday, all points of the archive, forward active energy.
- **Left** and **Right** mark a quantity, the arrow keys a row. The plot shows the marked quantity
  of the marked point: energy used from reading to reading as bars, other values as a line.
- **Enter** reads the point over time: 31 days, 12 months, or its curve. **Esc** goes back.
- **P** shows or hides the plot. **E** writes the table as XLSX or CSV.

## Signs

- `--` no value: the terminal has none for this place. Never zero.
- `-` before a row: values are missing, or nothing is stored for it
- `!` the tariffs do not add up to the total; the last lines say by how much. Meters that cut
  hidden digits differ by a few units of the last place.
- `?` the answer could not be read

Digits are those of the terminal, none is rounded. Rows that came before a line broke stay.
""",
    "zh": """\
# 数据

终端**已存储**的电表数据和终端自身统计。读取时不访问电表。

- **R** 按首行读取；**C** 选择类型、数据项、测量点和日期。默认为昨日、档案中全部测量点、正向有功。
- **左右键** 选择数据项，**上下键** 选择行。图中为所选测量点的所选数据项：
  示值显示每段用电量（柱），其他数据显示数值（线）。
- **回车** 读取该测量点的历史：31 天、12 个月或曲线。**Esc** 返回。
- **P** 显示或隐藏图。**E** 保存为 XLSX 或 CSV。

## 标记

- `--` 无数据，绝不是零
- 行前 `-`：有缺项，或无存储数据
- `!` 各费率之和不等于总，底部显示差值。电表截去隐藏位时末位会有少量差值。
- `?` 回答无法解析

数字与终端一致，不取整。线路中断前收到的行保留。
""",
}
