"""The command line, the programs, the order, the answers of wrk."""

from pathlib import Path

import pytest

from bench.contenders import WORKERS, Programs
from bench.options import SCENARIOS, Options
from bench.scenarios.http import BadAnswer, Load
from bench.setting import in_turns


def test_whole_run() -> None:
    """A whole run writes the documentation."""
    options = Options.parse([])
    assert options.output is not None
    assert options.output.parts[-2:] == ("docs", "benchmarks.md")
    assert options.scenarios == list(SCENARIOS)
    assert options.scale.rounds == 5


@pytest.mark.parametrize("arguments", [["--quick"], ["--only", "Celery"], ["--scenarios", "http"]])
def test_part_of_a_run(arguments: list[str]) -> None:
    """A part of a run leaves the documentation alone."""
    assert Options.parse(arguments).output is None


def test_shown_command() -> None:
    """Folders do not get into the report."""
    options = Options.parse(["--rounds", "3", "--binary-dir", "some/where", "--built", "else/where"])
    assert options.command == "Benchmarks/run --rounds 3 --binary-dir where"
    assert options.programs == [Path("some/where"), Path("else/where")]


@pytest.mark.parametrize("arguments", [["--rounds", "0"], ["--scenarios", "throughput,swimming"], ["surplus"]])
def test_wrong_arguments(arguments: list[str]) -> None:
    """Wrong arguments are refused."""
    with pytest.raises(SystemExit) as ended:
        Options.parse(arguments)
    assert ended.value.code == 2


def test_program(tmp_path: Path) -> None:
    """A program is taken from the first folder that has it."""
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    expected = tmp_path / "two" / "interop-worker"
    expected.touch()
    worker = next(worker for worker in WORKERS if worker.command[0] == "interop-worker")
    resolved = Programs([tmp_path / "one", tmp_path / "two"]).resolved(worker)
    assert resolved.command == (str(expected), *worker.command[1:])


def test_missing_program() -> None:
    """A program that has not been built is named."""
    worker = next(worker for worker in WORKERS if worker.command[0] == "interop-worker")
    with pytest.raises(FileNotFoundError, match="interop-worker, for swift-celery prefork, is not there"):
        Programs([]).resolved(worker)


def test_order() -> None:
    """Every other round is reversed."""
    assert in_turns(WORKERS, 0) == WORKERS
    assert in_turns(WORKERS, 1) == list(reversed(WORKERS))


def test_wrk() -> None:
    """The figures of wrk are its last line."""
    output = 'Running 5s test\n{"requests": 1000, "microseconds": 5000000, "errors": 0, "p50": 250, "p99": 1500}\n'
    assert Load.parse(output) == Load(requests=1000, seconds=5.0, p50_ms=0.25, p99_ms=1.5)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ("unable to connect", "wrk says"),
        ('{"requests": 10, "microseconds": 1, "errors": 3, "p50": 1, "p99": 1}', "3 of 10"),
        ('{"requests": 0, "microseconds": 1, "errors": 0, "p50": 0, "p99": 0}', "0 of 0"),
    ],
)
def test_failed_load(output: str, message: str) -> None:
    """A load that failed is no figure."""
    with pytest.raises(BadAnswer, match=message):
        Load.parse(output)
