"""Help of the Upgrade page."""

UPGRADE: dict[str, str] = {
    "en": """\
# Upgrade

**Enter** always does the next step; the line above the keys says which. Left and right choose the way.

1. **Package**: the file menu has this computer at the left, the terminal at the right.
2. **Check**: everything that speaks against it is listed at once. A missing signature cannot be
   overridden; the rest needs the terminal address typed.
3. **Command**: over infrared "enter download", with the high password and the key held 5 s. The
   terminal acknowledges, then resets.
4. **Cable**: leave infrared, connect RS485 to 485_3, the last one from the left, 115200 8N1.
5. **Send**: rate, time left, blocks sent again. A silent terminal may be erasing, which takes up to
   40 s. **Esc** stops; what arrived is kept 24 h, and Enter goes on there.
6. **Proof**: green only when the terminal has restarted and told its new version itself. All bytes
   sent is no more than stage 2.

**USB disk**: U writes the package and reads it back from the disk. Insert it, hold the key 30 s, or
order it with Enter. **Remote**: open the front end first (F9, L). **AFN 0F**: the standard way, on any
line. **X** lets the terminal leave download mode.

Parameters, archive and readings survive every upgrade. A power cut at any moment leaves the old
program, or the new one, never half of one.
""",
    "zh": """\
# 升级

**回车**总是执行下一步，按键行上方说明是哪一步。左右键选择方式。

1. **程序包**：文件菜单左为本机，右为终端。
2. **检查**：列出全部问题。签名问题不能放行；其余需输入终端地址。
3. **命令**：经红外发送“进入下载”，需高级密码并按住按键 5 秒。终端确认后复位。
4. **换线**：移开红外，RS485 接 485_3（左起最后一路），115200 8N1。
5. **发送**：显示速率、剩余时间、重发块数。终端无应答可能在擦除，最长 40 秒。**Esc** 停止，
   已收部分保留 24 小时，回车续传。
6. **证明**：终端重启并自己报告新版本后才变绿。字节全部发完只是第 2 阶段。

**U盘**：U 写入程序包并从U盘回读比对。插入终端，按住按键 30 秒，或按回车命令其升级。
**远程**：先打开前置机（F9，再按 L）。**AFN 0F**：标准方式，任何线路可用。**X** 退出下载方式。

参数、档案和数据在任何升级中都保留。任何时刻断电，终端运行的不是原程序就是新程序，绝不会是半个。
""",
}
