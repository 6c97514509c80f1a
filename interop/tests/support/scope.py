"""What a test has started."""

import contextlib
from types import TracebackType
from typing import Self


class Scope:
    """Things that are stopped in reverse order at the end of a `with`."""

    def __init__(self) -> None:
        """Begins with nothing."""
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        """The scope itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stops everything."""
        self._stack.__exit__(kind, error, traceback)
