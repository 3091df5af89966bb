"""The command line: one module per command group, imported when its command is called.

stdout is the product of a command, stderr is talk. Each module has ``configure(parser)`` and ``run(args)``.
"""
