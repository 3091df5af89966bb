"""File transfer, code 0E (vendor extension §3): every command and answer; sans-IO, both directions.

A command is what stands behind PSW, an answer what stands behind EXT. Its byte is that of the command with
80H, with C0H where the terminal refuses. Offsets are counted in units of 256 bytes, numbers go low byte
first, and bytes behind the last field are left to later builds. CRCs travel as given here: which kind a
transfer has is decided by its first block (§3.1), not by the codec.
"""
