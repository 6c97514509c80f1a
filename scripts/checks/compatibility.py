"""Every row of docs/compatibility.md names tests, and every test named there exists."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.checks.files import ROOT

_DOCUMENT = Path("docs", "compatibility.md")
# What comes after it is about the tests of another project.
_END = "## Celery's own integration suite"
_PYTHON = re.compile(r"`(test_\w+)`")
_SUITE = re.compile(r"`([A-Z]\w*Tests)`")
_FOLDER = re.compile(r"suites in `(\w+)`")


def missing(document: str, root: Path = ROOT) -> Iterator[str]:
    """What is wrong with a document: names of tests that there are not, and rows without any."""
    text, _, _ = document.partition(_END)
    table, _, _ = text.partition("\n## ")
    rows = [
        row for row in table.splitlines() if row.startswith("| ") and not row.startswith(("| feature |", "| --- |"))
    ]
    python = {path.stem: path.read_text(encoding="utf-8") for path in (root / "interop/tests").glob("test_*.py")}
    swift = {path.stem for path in (root / "Tests").rglob("*Tests.swift")}
    folders = {path.name for path in (root / "Tests").rglob("*") if path.is_dir()}
    named = [name for row in rows for name in _FOLDER.findall(row)]
    for name in _PYTHON.findall(text):
        if name not in python and not any(f"def {name}(" in source for source in python.values()):
            yield f"{name}: there is no such file or test in interop/tests"
    yield from (f"{name}: there is no such suite in Tests" for name in _SUITE.findall(text) if name not in swift)
    yield from (f"{name}: there is no such folder in Tests" for name in named if name not in folders)
    for row in rows:
        if not any(pattern.search(row) for pattern in (_PYTHON, _SUITE, _FOLDER)):
            yield f"{row}: names no test"


if __name__ == "__main__":
    found = [f"{_DOCUMENT}: {words}" for words in missing((ROOT / _DOCUMENT).read_text(encoding="utf-8"))]
    for line in found:
        print(line)
    sys.exit(bool(found))
