"""Bringing a file to the newest schema, in one transaction."""

import re
import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from core.errors import StoreError


def steps(schema: str = "core.store.schema") -> dict[int, str]:
    """All steps of a schema by number, oldest first."""
    found: dict[int, str] = {}
    for entry in files(schema).iterdir():
        if number := re.match(r"(\d{3})_\w+\.sql$", entry.name):
            found[int(number[1])] = entry.read_text("utf-8")
    return dict(sorted(found.items()))


def statements(script: str) -> Iterator[str]:
    """Cut a script into single statements: ``executescript`` would commit before it starts."""
    piece = ""
    for line in script.splitlines(keepends=True):
        piece += line
        if sqlite3.complete_statement(piece):
            yield piece
            piece = ""


def migrate(connection: sqlite3.Connection, available: dict[int, str]) -> None:
    """Apply the missing steps, all or none. ``StoreError`` for a file of a newer program."""
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    newest = max(available)
    if version > newest:
        raise StoreError(f"the state was written by a newer program (schema {version}, known is {newest})")
    if version == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number, script in available.items():
            if number > version:
                for statement in statements(script):
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {newest}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
