"""Judge tables by ``schema.json``: the one description of what a library may say, published for editors.

Only the words of JSON Schema that the schema uses are known here; ``oneOf`` is told apart by a constant.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from core.errors import Defect
from core.meters.library.toml_lines import Path

DEEPEST = 12
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "integer": (int,), "boolean": (bool,),
}  # fmt: skip
_NAMES = {"object": "a table", "array": "a list", "string": "a text", "integer": "a whole number",
          "boolean": "true or false"}  # fmt: skip
Found = Iterator[tuple[Path, str]]
Schema = Mapping[str, Any]


@cache
def schema() -> Schema:
    """Return the published schema."""
    return json.loads(files("core.meters.library").joinpath("schema.json").read_text("utf-8"))


def objections(table: Mapping[str, Any]) -> Found:
    """Every place where a table breaks the schema, and why."""
    yield from _judged(table, schema(), ())


def written(path: Path) -> str:
    """Return a path as people read it."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return text.removeprefix(".")


def defect(path: Path, reason: str, line: int = 0) -> Defect:
    """Make a defect of a path."""
    return Defect(written(path), reason, line)


def _judged(value: Any, rule: Schema, path: Path) -> Found:
    if len(path) > DEEPEST:
        yield path, "nested too deeply"
        return
    if "$ref" in rule:
        rule = schema()["$defs"][rule["$ref"].removeprefix("#/$defs/")]
    if "oneOf" in rule:
        yield from _one_of(value, rule["oneOf"], path)
        return
    kind = rule.get("type")
    if kind and (not isinstance(value, _TYPES[kind]) or (kind == "integer" and isinstance(value, bool))):
        yield path, f"must be {_NAMES[kind]}"
        return
    yield from _plain(value, rule, path)
    if isinstance(value, dict):
        yield from _table(cast("dict[str, Any]", value), rule, path)
    elif isinstance(value, list):
        yield from _list(cast("list[Any]", value), rule, path)


def _one_of(value: Any, branches: Sequence[Schema], path: Path) -> Found:
    """Choose the branch by the constant that tells it apart."""
    resolved = [schema()["$defs"][branch["$ref"].removeprefix("#/$defs/")] for branch in branches]
    key = next(name for name, rule in resolved[0]["properties"].items() if "const" in rule)
    if not isinstance(value, dict):
        yield path, "must be a table"
        return
    known = {branch["properties"][key]["const"]: branch for branch in resolved}
    told = cast("dict[str, Any]", value).get(key)
    if not isinstance(told, str) or told not in known:
        yield (*path, key), f"must be one of {', '.join(known)}"
        return
    yield from _judged(value, known[told], path)


def _plain(value: Any, rule: Schema, path: Path) -> Found:
    if "enum" in rule and value not in rule["enum"]:
        yield path, f"must be one of {', '.join(map(str, rule['enum']))}"
    if "const" in rule and value != rule["const"]:
        yield path, f"must be {rule['const']}"
    if isinstance(value, int):
        if value < rule.get("minimum", value) or value > rule.get("maximum", value):
            yield path, f"must be from {rule.get('minimum', '-')} to {rule.get('maximum', '-')}"
    elif isinstance(value, str):
        yield from _text(value, rule, path)


def _text(value: str, rule: Schema, path: Path) -> Found:
    if len(value) > rule.get("maxLength", len(value)):
        yield path, f"must have at most {rule['maxLength']} characters"
    elif "pattern" in rule and not re.fullmatch(rule["pattern"].strip("^$"), value):
        yield path, rule.get("description", f"must look like {rule['pattern']}")


def _table(value: Mapping[str, Any], rule: Schema, path: Path) -> Found:
    known: Schema = rule.get("properties", {})
    rest: Any = rule.get("additionalProperties", True)
    if len(value) > rule.get("maxProperties", len(value)):
        yield path, f"must have at most {rule['maxProperties']} entries"
        return
    for name in rule.get("required", ()):
        if name not in value:
            yield path, f"{name} is missing"
    for name, inner in value.items():
        if name in known:
            yield from _judged(inner, known[name], (*path, name))
        elif rest is False:
            yield (*path, name), f"unknown key; known: {', '.join(known)}"
        elif isinstance(rest, dict):
            yield from _text(name, rule.get("propertyNames", {}), (*path, name))
            yield from _judged(inner, cast("Schema", rest), (*path, name))


def _list(value: Sequence[Any], rule: Schema, path: Path) -> Found:
    if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
        yield path, f"must have {rule.get('minItems', 0)} to {rule['maxItems']} elements"
        return
    for number, inner in enumerate(value):
        yield from _judged(inner, rule.get("items", {}), (*path, number))
