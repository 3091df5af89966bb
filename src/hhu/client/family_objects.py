"""Telegrams of meter families as JSON objects: what ``hhu decode --json`` prints of them.

``readings`` are the values a telegram brings, or what it asks for, without values. ``error`` says what is
wrong with the telegram, or what the meter refuses. ``checked`` is false for telegrams that carry no check
value; ``could_be`` lists families where the bytes are too few or too damaged to be sure, and then ``valid``
is ``null`` unless they are damaged. Passwords are nowhere.
"""

from core.meters.dissector import Dissector, Reading
from hhu.client.dissection import nodes_of
from hhu.client.found_frames import Found
from hhu.client.spans import Object, span_object


def to_family_object(found: Found, family: Dissector) -> Object:
    """Return one telegram; damaged ones as far as they make sense."""
    said = family.explain(found.raw, found.asked)
    error = str(found.error) if found.error else said.refusal or None
    valid = None if found.could_be and not found.error else found.error is None
    shown: Object = {
        "protocol": found.protocol,
        "valid": valid,
        "error": error,
        "checked": found.checked,
        "direction": said.direction,
        "address": said.address,
        "function_zh": said.zh or None,
        "function_en": said.en or None,
        "readings": [_reading(one) for one in said.readings],
        "spans": [span_object(node) for node in nodes_of(found)],
    }
    return shown | ({"could_be": list(found.could_be)} if found.could_be else {})


def _reading(one: Reading) -> Object:
    reading: Object = {
        "code": one.code,
        "name_zh": one.zh or None,
        "name_en": one.en or None,
        "value": one.value,
        "unit": one.unit or None,
        "error": one.error or None,
    }
    return reading | ({"at": one.at} if one.at else {})
