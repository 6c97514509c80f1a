"""A Redis server of the tests' own."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

import redis

from support.ports import free_port
from support.process import Process

_ATTEMPTS = 5


class RedisServer:
    """A private server that can go away and come back with its data."""

    def __init__(
        self,
        directory: Path,
        start: bool = True,
        options: Sequence[str] = (),
        executable: str | Path = "redis-server",
    ) -> None:
        """Prepares a server that keeps its files in `directory`, and starts it unless told not to."""
        self.directory = directory
        self._options = options
        self._executable = executable
        self.port = free_port()
        self._process: Process | None = None
        if start:
            self._start_on_a_free_port()

    @property
    def url(self) -> str:
        """The URL by which workers and clients reach it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def connect(self) -> "redis.Redis":
        """A client of its own for bytes, not text."""
        return redis.Redis(port=self.port)

    def start(self) -> None:
        """Starts the server on its port with what it had stored before."""
        self._process = Process(
            f"redis {self.port}",
            [
                self._executable,
                *("--bind", "127.0.0.1", "--port", str(self.port)),
                *("--dir", self.directory, "--appendonly", "yes", "--appendfsync", "always"),
                *("--save", ""),
                *self._options,
            ],
        )
        self._process.wait_for_line("Ready to accept connections")

    def stop(self) -> None:
        """Stops the server; its data stays in the directory."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def waiting(self, queue: str) -> int:
        """How many messages wait in `queue`."""
        with self.connect() as client:
            return cast(int, client.llen(queue))

    def unacknowledged(self) -> int:
        """How many messages were fetched and not yet acknowledged."""
        with self.connect() as client:
            return cast(int, client.hlen("unacked"))

    def _start_on_a_free_port(self) -> None:
        for _ in range(_ATTEMPTS - 1):
            try:
                self.start()
            except AssertionError:
                # Somebody else was quicker with this port.
                self.stop()
                self.port = free_port()
            else:
                return
        self.start()
