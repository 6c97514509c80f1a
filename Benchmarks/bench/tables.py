"""Figures as Markdown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from bench.results import Results
from bench.spread import Spread


class Relation(Enum):
    """How a figure is set beside the same figure of another row."""

    TIMES = "×"
    PERCENT = "%"


@dataclass(frozen=True)
class Column:
    """A column: a figure, or its relation to the figure of the baseline row."""

    title: str
    figure: str
    relation: Relation | None = None


def number(value: float) -> str:
    """Three digits or, from 100 on, all before the point."""
    size = abs(value)
    if size >= 100 or value == int(value):
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 else f"{value:.3f}"


def spread_text(spread: Spread) -> str:
    """The median with the lowest and highest value behind it, where they differ."""
    median, lowest, highest = number(spread.median), number(spread.lowest), number(spread.highest)
    return median if lowest == highest else f"{median} ({lowest}–{highest})"


def relation_text(value: float, baseline: float, relation: Relation) -> str:
    """How often, or to what part, `value` holds the baseline."""
    if relation is Relation.PERCENT:
        return f"{number(value / baseline * 100)} %"
    return f"{number(value / baseline)}×"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def figures_table(results: Results, section: str, columns: Sequence[Column], baseline: str) -> str:
    """The rows of a section; a figure that was not measured is a dash."""
    rows = [
        [row, *(_cell(results, section, row, column, baseline) for column in columns)] for row in results.rows(section)
    ]
    return table(["contender", *(column.title for column in columns)], rows)


def _cell(results: Results, section: str, row: str, column: Column, baseline: str) -> str:
    spread = results.spread(section, row, column.figure)
    if spread is None:
        return "–"
    if column.relation is None:
        return spread_text(spread)
    reference = results.median(section, baseline, column.figure)
    return relation_text(spread.median, reference, column.relation) if reference else "–"
