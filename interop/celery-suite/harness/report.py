"""Writes the suite's part of a document: `python -m harness.report RESULTS LEFT-OUT DOCUMENT`.

The part stands between two comments, which stay. A run of some files replaces nothing: the part is about all of them.
"""

import sys
from collections import Counter
from pathlib import Path

from harness import left_out, results
from harness.left_out import LeftOut

BEGIN = "<!-- The part below is written by interop/celery-suite/report. -->"
END = "<!-- The part above is written by interop/celery-suite/report. -->"


def _file(name: str) -> str:
    return name.partition("::")[0].removeprefix("t/integration/")


def _table(outcomes: results.Results, tests: list[LeftOut]) -> list[str]:
    counts = {key: Counter(_file(n) for n, o in outcomes.items() if o == key) for key in ("PASS", "FAIL", "SKIP")}
    absent = Counter(_file(test.name) for test in tests)
    lines = ["| file | passed | failed | skipped | left out |", "| --- | --- | --- | --- | --- |"]
    for file in sorted({_file(name) for name in outcomes} | set(absent)):
        cells = [str(counts[key][file]) for key in ("PASS", "FAIL", "SKIP")] + [str(absent[file])]
        lines.append(f"| `{file}` | {' | '.join(cells)} |")
    totals = [str(counts[key].total()) for key in ("PASS", "FAIL", "SKIP")] + [str(absent.total())]
    return [*lines, f"| all | {' | '.join(totals)} |"]


def _list(title: str, names: list[str]) -> list[str]:
    return ["", f"{title}:", "", *(f"- `{name.removeprefix('t/integration/')}`" for name in names)] if names else []


def part(outcomes: results.Results, entries: list[LeftOut]) -> str:
    """The part: a table of the files, the tests that failed, and those left out with their reasons."""
    tests = [entry for entry in entries if not entry.is_file]
    lines = _table(outcomes, tests)
    lines += _list("Failed", [name for name, outcome in outcomes.items() if outcome == "FAIL"])
    lines += ["", "Left out, because no worker written in another language can pass or fail them:", ""]
    lines += ["| test | reason |", "| --- | --- |"]
    for test in tests:
        name = test.name.removeprefix("t/integration/").replace("::", "` `", 1)
        lines.append(f"| `{name}` | {test.reason} |")
    return "\n".join(lines)


def replaced(document: str, text: str) -> str:
    """The document with another part.

    Raises:
        ValueError: there is no place for it.
    """
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no place for the part: two comments that name interop/celery-suite/report")
    return f"{head}{BEGIN}\n\n{text}\n\n{END}{tail}"


def main(folder: Path, absent: Path, document: Path) -> None:
    """Rewrites the document by the results in `folder`."""
    outcomes, entries = results.read(folder / "results.txt"), left_out.read(absent)
    collected = {_file(name) for name in outcomes}
    missing = sorted({_file(e.name) for e in entries} - collected - {_file(e.name) for e in entries if e.is_file})
    if missing:
        raise ValueError(f"this was not a run of all files: nothing of {', '.join(missing)}")
    document.write_text(replaced(document.read_text(), part(outcomes, entries)))


if __name__ == "__main__":
    try:
        main(*map(Path, sys.argv[1:4]))
    except (OSError, ValueError) as problem:
        sys.exit(f"error: {problem}")
