"""Frames of the maker's extension as JSON, and back."""

import json
from typing import Any

import pytest

from core.errors import EncodeError
from hhu.client.found_frames import Found, find_frames
from hhu.client.frame_objects import to_object
from hhu.client.object_frames import from_object
from tests.core.vendor.test_envelope import ROWS

SECRET = ("X6", "X8")
"""Worked examples with a password or PW that is not zeros."""


def decoded(hexadecimal: str) -> dict[str, Any]:
    [found] = [piece for piece in find_frames(bytes.fromhex(hexadecimal)) if isinstance(piece, Found)]
    return json.loads(json.dumps(to_object(found)))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['name']} {row['direction']}")
def test_worked_frames_become_json_and_the_same_bytes_again(row: dict[str, Any]) -> None:
    """X1 to X30, but for the passwords, which become zeros."""
    shown = decoded(row["hex"])
    assert (shown["valid"], shown["units"], shown["vendor"]["protocol"]) == (True, [], "clou-vendor")
    again = from_object(shown)
    if row["name"] in SECRET and row["direction"] == "down":
        assert len(again) == len(row["hex"]) // 2
        assert decoded(again.hex())["vendor"]["code"] == shown["vendor"]["code"]
    else:
        assert again.hex().upper() == row["hex"]


def test_another_makers_use_of_the_afn_stays_raw() -> None:
    """§1.4: without recognition nothing is guessed."""
    raw = "684A004A00684A2211887702F0610F0700363D5BE00000000B16"
    shown = decoded(raw)
    assert "vendor" not in shown
    assert shown["units"][0]["raw"] == "0F0700363D5BE0000000"


@pytest.mark.parametrize(
    ("key", "value"), [("code", "0"), ("code", 14), ("maker", "XX"), ("content", "0"), ("content", None)]
)
def test_what_is_no_envelope_is_refused(key: str, value: object) -> None:
    """The refusal names the key."""
    shown = decoded(next(row["hex"] for row in ROWS if row["name"] == "X4"))
    shown["vendor"][key] = value
    with pytest.raises(EncodeError) as caught:
        from_object(shown)
    assert caught.value.field == f"vendor.{key}"
