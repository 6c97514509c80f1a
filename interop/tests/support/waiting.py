"""Waiting for something that announces itself to nobody."""

import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def eventually(probe: Callable[[], Value], what: str, within: float = 30) -> Value:
    """Asks `probe` until its answer is true and returns that answer.

    Raises:
        AssertionError: `what` did not come about within so many seconds.
    """
    deadline = time.monotonic() + within
    while True:
        value = probe()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within} s: {what}; last seen: {value!r}")
        # The pause between two questions; no test depends on its length.
        time.sleep(0.02)
