"""Figures as Markdown."""

import pytest

from bench.results import Results
from bench.spread import Spread
from bench.tables import Column, Relation, figures_table, number, relation_text, spread_text

COLUMNS = [Column("rate", "tasks/s"), Column("times", "tasks/s", Relation.TIMES), Column("memory", "MB")]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7, "7"),
        (0.0234, "0.023"),
        (0.234, "0.23"),
        (2.345, "2.35"),
        (23.45, "23.4"),
        (234.5, "234"),
        (12_345.6, "12,346"),
    ],
)
def test_number(value: float, text: str) -> None:
    """A number has the digits that matter."""
    assert number(value) == text


def test_spread_text() -> None:
    """A spread shows its ends where they differ."""
    assert spread_text(Spread(12_000, 11_000, 13_000, 3)) == "12,000 (11,000–13,000)"
    assert spread_text(Spread(7, 7, 7, 3)) == "7"


def test_relation_text() -> None:
    """A relation is a multiple or a part."""
    assert relation_text(900, 20, Relation.TIMES) == "45×"
    assert relation_text(20, 80, Relation.PERCENT) == "25 %"


def test_figures_table() -> None:
    """A table has a row for each contender in the order of the measurements."""
    results = Results()
    for rate in (10.0, 30.0, 20.0):
        results.add("s", "slow", {"tasks/s": rate, "MB": 80.0})
    results.add("s", "fast", {"tasks/s": 900.0})
    assert figures_table(results, "s", COLUMNS, "slow").splitlines() == [
        "| contender | rate | times | memory |",
        "| --- | --- | --- | --- |",
        "| slow | 20 (10–30) | 1× | 80 |",
        "| fast | 900 | 45× | – |",
    ]


def test_missing_baseline() -> None:
    """Without the baseline there is no relation."""
    results = Results()
    results.add("s", "fast", {"tasks/s": 900.0})
    assert figures_table(results, "s", COLUMNS, "slow").splitlines()[-1] == "| fast | 900 | – | – |"
