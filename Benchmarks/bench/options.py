"""The command line."""

import argparse
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.setting import Scale

SCENARIOS = ("throughput", "logging", "light", "cache", "http")

_REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Options:
    """What was asked for."""

    scale: Scale
    # None is standard output.
    output: Path | None
    programs: list[Path]
    # As it is shown in the report.
    command: str
    scenarios: list[str]
    # Contenders whose names hold one of these; all if empty.
    only: list[str]
    notes: Path

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> "Options":
        """Reads the arguments; ends the program when they are wrong."""
        given = _parser().parse_args(arguments)
        scale = Scale.quick() if given.quick else Scale()
        if given.rounds:
            scale = dataclasses.replace(scale, rounds=given.rounds)
        is_whole = not given.quick and given.scenarios == list(SCENARIOS) and not given.only
        default = _REPOSITORY / "docs" / "benchmarks.md" if is_whole else None
        return cls(
            scale=scale,
            output=given.output or default,
            programs=given.binary_dir + given.built,
            command=" ".join(["Benchmarks/run", *_shown(arguments)]),
            scenarios=given.scenarios,
            only=given.only,
            notes=given.notes,
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run",
        description="Measures the release build beside Celery, redis-py and FastAPI, on one Redis in one run.",
    )
    parser.add_argument("--quick", action="store_true", help="one short round, for a look; the figures are rough")
    parser.add_argument("--rounds", type=_positive, metavar="N", help="rounds of each measurement; 5 if not given")
    parser.add_argument(
        "--output",
        type=Path,
        metavar="FILE",
        help="where the report goes; docs/benchmarks.md if not given, standard output for a part of it or with --quick",
    )
    parser.add_argument(
        "--binary-dir",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="where celery-pdf, interop-worker and cache-benchmark are, instead of building them; may be repeated",
    )
    # Benchmarks/run adds this after a build.
    parser.add_argument("--built", type=Path, action="append", default=[], help=argparse.SUPPRESS)
    parser.add_argument(
        "--scenarios",
        type=_scenarios,
        default=list(SCENARIOS),
        metavar="NAMES",
        help=f"some of {','.join(SCENARIOS)}",
    )
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="TEXT",
        help="only contenders with this in their names; may be repeated",
    )
    parser.add_argument(
        "--notes",
        type=Path,
        default=_REPOSITORY / "Benchmarks" / "notes.md",
        metavar="FILE",
        help="Markdown that the report takes in after the figures; Benchmarks/notes.md if not given",
    )
    return parser


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _scenarios(text: str) -> list[str]:
    names = text.split(",")
    for name in names:
        if name not in SCENARIOS:
            raise argparse.ArgumentTypeError(f"{name} is none of {', '.join(SCENARIOS)}")
    return [name for name in SCENARIOS if name in names]


def _shown(arguments: Sequence[str]) -> list[str]:
    """What the user gave, without folders, which say nothing on another machine."""
    given = list(arguments[: arguments.index("--built")] if "--built" in arguments else arguments)
    return [Path(argument).name if "/" in argument else argument for argument in given]
