"""The Redis server that all contenders share."""

import random
import socket
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import redis

from bench.process import Process
from bench.waiting import eventually

# Below the range from which the kernel takes the ports of outgoing connections.
_LOWEST_PORT, _HIGHEST_PORT = 20_000, 32_000


def free_port() -> int:
    """A TCP port of the loopback interface on which nothing listens."""
    while True:
        port = random.randint(_LOWEST_PORT, _HIGHEST_PORT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


class Server:
    """A private Redis server that keeps everything in memory, for the time of a `with` block."""

    def __init__(self, directory: Path) -> None:
        """Starts the server and waits until it answers."""
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process = Process(
            "Redis",
            [
                "redis-server",
                *("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(directory)),
                *("--save", "", "--appendonly", "no"),
            ],
            directory / "redis.log",
            {},
        )
        self.client = redis.Redis(port=self.port)
        try:
            eventually(self._answers, "Redis answers", within=30)
        except BaseException:
            self._process.stop()
            raise

    def __enter__(self) -> Self:
        """The server."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Ends the server."""
        self.client.close()
        self._process.stop()

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which workers and services, in Python and in Swift, find the server."""
        return {"CELERY_BROKER_URL": self.url, "CELERY_RESULT_BACKEND": self.url}

    @property
    def version(self) -> str:
        """The server's version."""
        return str(self._info("server")["redis_version"])

    def clear(self) -> None:
        """Removes everything that is stored."""
        self.client.flushall()

    def cpu_seconds(self) -> float:
        """The processor time that the server has used."""
        info = self._info("cpu")
        return float(info["used_cpu_user"]) + float(info["used_cpu_sys"])

    def commands(self) -> int:
        """How many commands the server has executed, without this question."""
        return int(self._info("stats")["total_commands_processed"])

    def _info(self, section: str) -> dict[str, str]:
        return cast("dict[str, str]", self.client.info(section))

    def _answers(self) -> bool:
        self._process.require_running()
        try:
            return bool(self.client.ping())
        except redis.ConnectionError:
            return False
