"""What all measurements of a run have in common."""

import sys
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Contender
from bench.messages import Producer
from bench.process import Process
from bench.results import Results
from bench.server import Server


@dataclass(frozen=True)
class Scale:
    """How much is measured."""

    rounds: int = 5
    # Of the numbers of tasks that the contenders have by default.
    tasks_percent: int = 100
    latency_calls: int = 300
    idle_seconds: float = 10
    cache_operations: int = 20_000
    http_seconds: int = 5

    @classmethod
    def quick(cls) -> "Scale":
        """Enough to see that everything works; the figures are rough."""
        return cls(
            rounds=1,
            tasks_percent=10,
            latency_calls=30,
            idle_seconds=2,
            cache_operations=2_000,
            http_seconds=1,
        )


@dataclass(frozen=True)
class Setting:
    """The server, the producer, the place for the figures."""

    directory: Path
    server: Server
    producer: Producer
    scale: Scale
    results: Results

    def start(self, contender: Contender, *arguments: str) -> Process:
        """Starts a contender that finds the server by its environment."""
        return Process(
            contender.name,
            [*contender.command, *arguments],
            self.directory / "contender.log",
            self.server.environment,
        )

    def add(self, section: str, row: str, figures: dict[str, float]) -> None:
        """Keeps the figures of one round and shows them."""
        self.results.add(section, row, figures)
        shown = ", ".join(f"{name} {value:,.4g}" for name, value in figures.items())
        print(f"  {section}: {row}: {shown}", file=sys.stderr, flush=True)


def in_turns(contenders: list[Contender], round_number: int) -> list[Contender]:
    """The order of a round: every other one is reversed, so that nobody always comes after the same other."""
    return contenders if round_number % 2 == 0 else contenders[::-1]
