"""What all tests have in common: the demo terminal stands alone unless a test wants its meters."""

from collections.abc import Generator

import pytest

from tests.hhu.stored import alone


@pytest.fixture(autouse=True)
def demo_terminal_alone(request: pytest.FixtureRequest) -> Generator[None]:
    """Meters on the ports talk all day; only tests marked ``area`` want to hear them."""
    if "area" in request.keywords:
        yield
        return
    with alone():
        yield
