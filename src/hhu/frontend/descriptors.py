"""How many connections the system lets one program have."""

import contextlib
import sys

PLENTY = 100_000
"""Where the system names no limit; Windows has none of this kind."""


def allow_descriptors(wanted: int) -> int:
    """Raise this program's own limit towards ``wanted``, as far as the system allows; return the limit."""
    if sys.platform == "win32":
        return PLENTY
    import resource  # noqa: PLC0415  # POSIX only

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = PLENTY if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < min(wanted, most):
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, most), hard))
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return PLENTY if soft == resource.RLIM_INFINITY else soft
