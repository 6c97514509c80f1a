"""Waiting for something that announces itself to nobody."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


class Late(Exception):
    """What was waited for did not come in time."""


def eventually(probe: Callable[[], Value], what: str, within: float, pause: float = 0.01) -> Value:
    """Asks `probe`, with a pause of so many seconds after each question, until its answer is true, and returns it.

    Raises:
        Late: `what` did not come about within so many seconds.
    """
    deadline = time.monotonic() + within
    while not (value := probe()):
        if time.monotonic() > deadline:
            raise Late(f"not within {within:.0f} s: {what}")
        # Rare enough to take nothing from what is measured.
        time.sleep(pause)
    return value
