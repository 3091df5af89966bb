"""``hhu`` and ``python -m hhu``."""

import sys
from collections.abc import Sequence

from hhu.cli.guard import guarded
from hhu.cli.output import harden
from hhu.cli.parser import parse


def main(argv: Sequence[str] | None = None) -> int:
    """Run the tool; return the exit code (see `hhu.cli.exits`)."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        harden(stream)

    def run() -> int:
        command, args = parse(words)
        return command.run(args)

    return guarded(run, words)


if __name__ == "__main__":
    sys.exit(main())
