"""The same scenario leaves the same keys, values, messages and events with Celery's own worker and with ours.

Each capture of Celery's worker has a scenario of the same name, which is run with both at the same time, each on a
server of its own. What is different on purpose is listed, and nothing may be listed that is not different.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.differential.accepted import ACCEPTED, LEFT_OUT, documented
from support.differential.laboratory import Laboratory, Row
from support.differential.observation import differences
from support.differential.scenarios import ROWS
from support.traits import missing_trait

_DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "compatibility.md"


@pytest.fixture(scope="module")
def laboratory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laboratory]:
    """A server and a worker of each kind, whose settings change as the rows want them."""
    with Laboratory(tmp_path_factory.mktemp("laboratory")) as laboratory:
        yield laboratory


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(laboratory: Laboratory, row: Row) -> None:
    """Both do the same, but for what is accepted, and everything that is accepted is so."""
    if trait := missing_trait(*row.needs):
        pytest.skip(f"built without the package trait {trait}")
    theirs, ours = laboratory.observe(row)
    found = differences(theirs, ours)
    accepted = [difference for difference in ACCEPTED if row.name in difference.rows]
    wrong = {path: values for path, values in found.items() if not any(a.covers(path) for a in accepted)}
    assert not wrong, "".join(f"\n{path}\n    theirs {a}\n    ours   {b}" for path, (a, b) in wrong.items())
    stale = [a.what for a in accepted if not any(a.covers(path) for path in found)]
    assert not stale, "accepted differences that do not occur"


def test_every_capture_once() -> None:
    """A capture has a scenario or a reason for having none, and what is accepted is about scenarios that there are."""
    names = [row.name for row in ROWS] + list(LEFT_OUT)
    assert len(set(names)) == len(names)
    assert {name for difference in ACCEPTED for name in difference.rows} <= {row.name for row in ROWS}


def test_documentation() -> None:
    """The documentation lists the accepted differences; `python -m support.differential.accepted` writes them there."""
    document = _DOCUMENT.read_text(encoding="utf-8")
    assert document == documented(document)
