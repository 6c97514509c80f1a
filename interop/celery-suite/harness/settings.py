"""What the script `run` tells the test process by its environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]


def _path(name: str) -> Path:
    return Path(os.environ[name])


def _number(name: str, default: int) -> int:
    return int(os.environ.get(name) or default)


@dataclass(frozen=True)
class Settings:
    """The settings of one run."""

    # Where results go.
    out: Path = field(default_factory=lambda: _path("SUITE_OUT"))
    # The private server, for the broker and for results.
    url: str = field(default_factory=lambda: os.environ["TEST_BROKER"])
    port: int = field(default_factory=lambda: int(os.environ["REDIS_PORT"]))
    # The shell command that starts the worker in the foreground.
    worker_command: str = field(default_factory=lambda: os.environ["WORKER_CMD"])
    # How many tasks the worker runs at a time.
    concurrency: int = field(default_factory=lambda: _number("SUITE_CONCURRENCY", 2))
    # Seconds for one test, and for the worker to answer a first ping.
    test_limit: int = field(default_factory=lambda: _number("SUITE_TIMEOUT", 300))
    ready_limit: int = field(default_factory=lambda: _number("SUITE_READY_TIMEOUT", 60))
    # Seconds for which tests wait for one result; 0: as the suite has it.
    result_timeout: int = field(default_factory=lambda: _number("SUITE_RESULT_TIMEOUT", 0))
    # Which part of the tests to run, such as 1/3.
    shard: str = field(default_factory=lambda: os.environ.get("SUITE_SHARD") or "1/1")
    # The list of tests that are left out.
    left_out: Path = HERE / "left-out.txt"

    def is_mine(self, position: int) -> bool:
        """Whether the test at this position belongs to the part that this process runs."""
        part, _, parts = self.shard.partition("/")
        return position % int(parts) == int(part) - 1
