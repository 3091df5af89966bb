"""The one place where every error ends: in words, an exit code, and never in a traceback."""

import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from core.errors import CoreError
from hhu.cli.exits import CRASHED, INTERRUPTED, exit_code
from hhu.cli.output import talk


def guarded(run: Callable[[], int], argv: Sequence[str]) -> int:
    """Run a command and return its exit code, whatever happens."""
    try:
        return run()
    except CoreError as error:
        complain(error)
        return exit_code(error)
    except KeyboardInterrupt:
        talk("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone, as `head` does; the interpreter must not complain at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        talk(_crashed(error, argv))
        return CRASHED


def complain(error: CoreError) -> None:
    """Say cause and next step in the language of the settings."""
    from hhu.settings import open_settings  # noqa: PLC0415  # only a failing command needs it
    from hhu.wording.explain import explain  # noqa: PLC0415  # same

    talk(f"hhu: {explain(error, open_settings().load().language).text}")


def _crashed(error: Exception, argv: Sequence[str]) -> str:
    report = "".join(traceback.format_exception(error))
    try:
        path = _crash_folder() / f"crash-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_facts(argv) + report, "utf-8")
    except OSError as refused:
        return f"hhu: A fault of the tool ({type(error).__name__}); no report could be written: {refused}."
    return f"hhu: A fault of the tool ({type(error).__name__}); please send {path} to its maker."


def _facts(argv: Sequence[str]) -> str:
    from hhu import __version__  # noqa: PLC0415  # only a crash needs it

    # Values may be passwords typed in the wrong place, so only names of options and commands are kept.
    words = [word.partition("=")[0] for word in argv]
    return f"hhu {__version__}, Python {sys.version}, {sys.platform}\narguments: {words}\n\n"


def _crash_folder() -> Path:
    from platformdirs import user_state_path  # noqa: PLC0415  # only a crash needs it

    override = os.environ.get("HHU_HOME")
    return Path(override) if override else user_state_path("hhu", appauthor=False)
