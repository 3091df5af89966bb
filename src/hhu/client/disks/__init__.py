"""Removable disks of this computer: one module per operating system, none imported before it is used.

`disk` says what a disk is and lists them, `linux`, `windows` and `macos` look; `reading` reads a file back
past the cache. A disk that carries any part of the running system is never listed.
"""
