"""Firmware for a terminal: preflight, command, transfer, and the proof by the version read afterwards.

Strategy
- `stages` has the words of an upgrade: its ways, stages and events. Screens and commands only draw these.
- `session` moves a file without a line: answers and time in, commands out. `carrier` puts it on a link.
- `preflight` finds every reason against it at once; `advice` tells what each channel costs.
- A flow (`rs485`, `remote`, `standard`) walks the stages; nothing is proved before the version was read back.
"""
