"""The report as a whole, and its verdicts."""

import pytest

from bench.contenders import (
    CELERY_PREFORK,
    CELERY_PREFORK_LOGGING,
    LOGGING_WORKERS,
    SWIFT_ASYNC,
    SWIFT_PREFORK,
    WORKERS,
)
from bench.expectations import expectations_table
from bench.report import Report
from bench.results import Results
from bench.scenarios import light_load, throughput
from bench.setting import Scale


def report_of(results: Results, notes: str = "") -> list[str]:
    """The report's lines."""
    report = Report(
        results=results,
        scale=Scale(rounds=3),
        facts=[("processors", "2 × something")],
        command="Benchmarks/run --rounds 3",
        contenders=WORKERS,
        notes=notes,
    )
    return report.text().splitlines()


def verdicts(results: Results) -> list[str]:
    """The table of expectations without its header: row by row, the measured figure and the verdict."""
    rows = [line.strip("| ").split(" | ") for line in expectations_table(results).splitlines()[2:]]
    return [f"{row[0]}, {row[1]}: {row[3]} {row[4]}" for row in rows]


@pytest.fixture
def results() -> Results:
    """A run in which prefork's memory is too large."""
    results = Results()
    results.add(throughput.SECTION, CELERY_PREFORK, {"tasks/s": 250, "MB": 88})
    results.add(throughput.SECTION, SWIFT_PREFORK, {"tasks/s": 5_000, "MB": 33})
    results.add(throughput.SECTION, SWIFT_ASYNC, {"tasks/s": 12_000, "MB": 22})
    results.add(light_load.SECTION, SWIFT_PREFORK, {"connections": 7})
    results.add(light_load.SECTION, SWIFT_ASYNC, {"connections": 8})
    return results


def test_verdicts(results: Results) -> None:
    """A limit that is just kept is reached."""
    assert verdicts(results) == [
        "swift-celery async, tasks a second: 48× yes",
        "swift-celery prefork, tasks a second: 20× yes",
        "swift-celery async, memory at work: 25 % yes",
        "swift-celery prefork, memory at work: 37.5 % **no**",
        "swift-celery async, Redis connections: 8 **no**",
        "swift-celery prefork, Redis connections: 7 yes",
    ]


def test_nothing_measured() -> None:
    """What was not measured is not reached."""
    assert all(verdict.endswith("– not measured") for verdict in verdicts(Results()))


def test_origin(results: Results) -> None:
    """The report says how it was made."""
    lines = report_of(results)
    assert lines[0] == "# Benchmarks"
    assert "`Benchmarks/run --rounds 3`" in lines[2]
    assert "medians of 3 rounds" in lines[4]
    assert f"| {CELERY_PREFORK} | `celery -A bench.celery_app worker -P prefork -c 2 -l warning` |" in lines
    assert "| processors | 2 × something |" in lines


def test_notes(results: Results) -> None:
    """Notes follow the figures."""
    lines = report_of(results, notes="## Reasons\n\nBecause.\n")
    assert lines.index("## HTTP: 32 connections") < lines.index("## Reasons") < lines.index("## What was run")


def test_layout(results: Results) -> None:
    """Prose fits its lines and ends with one newline."""
    lines = report_of(results)
    assert all(len(line) <= 120 for line in lines if not line.startswith("|"))
    assert lines[-1].startswith("|")


def test_baselines() -> None:
    """The baselines are contenders."""
    assert CELERY_PREFORK in {worker.name for worker in WORKERS}
    assert CELERY_PREFORK_LOGGING in {worker.name for worker in LOGGING_WORKERS}
