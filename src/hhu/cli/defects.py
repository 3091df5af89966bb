"""Defects of files that people write, one a line as compilers do, so that editors find the place."""

from collections.abc import Iterable

from core.errors import Defect
from hhu.cli.output import print_json


def told_defects(file: str, defects: Iterable[Defect], *, as_json: bool) -> None:
    """Print defects of a file on stdout."""
    for defect in defects:
        if as_json:
            print_json({"file": file, "line": defect.line, "path": defect.path, "reason": defect.reason})
        else:
            print(f"{file}:{defect.line or 1}: {defect.path}: {defect.reason}")
