"""What the Swift worker is expected to reach, and what it has reached."""

from dataclasses import dataclass

from bench.contenders import CELERY_PREFORK, SWIFT_ASYNC, SWIFT_PREFORK
from bench.results import Results
from bench.scenarios import light_load, throughput
from bench.tables import Relation, number, relation_text, table


@dataclass(frozen=True)
class Expectation:
    """A limit for a figure of a row, or for its relation to Celery's prefork pool in the same run."""

    row: str
    section: str
    figure: str
    what: str
    limit: float
    is_minimum: bool
    relation: Relation | None = None

    def shown(self, value: float, baseline: float) -> str:
        """The figure as the table gives it."""
        return relation_text(value, baseline, self.relation) if self.relation else number(value)

    def holds(self, value: float, baseline: float) -> bool:
        """Whether the limit is kept."""
        if self.relation:
            value /= baseline
        return value >= self.limit if self.is_minimum else value <= self.limit

    @property
    def shown_limit(self) -> str:
        """The limit in words."""
        word = "at least" if self.is_minimum else "at most"
        return f"{word} {self.shown(self.limit, 1)}"


def _most(row: str, section: str, figure: str, what: str, limit: float) -> Expectation:
    relation = Relation.PERCENT if limit < 1 else None
    return Expectation(row, section, figure, what, limit, False, relation)


def _least(row: str, times: float) -> Expectation:
    return Expectation(row, throughput.SECTION, "tasks/s", "tasks a second", times, True, Relation.TIMES)


EXPECTATIONS = [
    _least(SWIFT_ASYNC, 40),
    _least(SWIFT_PREFORK, 20),
    *(_most(row, throughput.SECTION, "MB", "memory at work", 0.25) for row in (SWIFT_ASYNC, SWIFT_PREFORK)),
    *(_most(row, light_load.SECTION, "connections", "Redis connections", 7) for row in (SWIFT_ASYNC, SWIFT_PREFORK)),
]


def expectations_table(results: Results) -> str:
    """Each expectation beside what was measured in this run."""
    rows: list[list[str]] = []
    for expected in EXPECTATIONS:
        value = results.median(expected.section, expected.row, expected.figure)
        # Absolute limits need no baseline.
        baseline = results.median(expected.section, CELERY_PREFORK, expected.figure) if expected.relation else 1.0
        if value is None or not baseline:
            shown, verdict = "–", "not measured"
        else:
            shown = expected.shown(value, baseline)
            verdict = "yes" if expected.holds(value, baseline) else "**no**"
        rows.append([expected.row, expected.what, expected.shown_limit, shown, verdict])
    return table(["worker", "figure", "expected", "measured", "reached"], rows)
