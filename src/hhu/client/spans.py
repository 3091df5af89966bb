"""Nodes of a dissection as JSON, for every protocol."""

from typing import Any

from core.wire.codec import Node

Object = dict[str, Any]


def span_object(node: Node) -> Object:
    """Return a node and its children; ``span`` is [first, behind the last] byte."""
    span: Object = {
        "name": node.name,
        "name_zh": node.zh,
        "name_en": node.en,
        "text": node.text,
        "span": [node.start, node.end],
    }
    if node.unit:
        span["unit"] = node.unit
    if node.bits:
        span["bits"] = list(node.bits)
    if node.error:
        span["error"] = node.error
    if node.children:
        span["children"] = [span_object(child) for child in node.children]
    return span
