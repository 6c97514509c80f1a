"""Results of a run: `python -m harness.results failed OUT` and `python -m harness.results merge OUT AGAIN…`.

`results.txt` has one line a test: its name, a blank, and PASS, FAIL or SKIP.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

Results = dict[str, str]


def read(path: Path) -> Results:
    """The outcome of each test, in the order in which they ran."""
    pairs = (line.rpartition(" ") for line in path.read_text().splitlines())
    return {name: outcome for name, _, outcome in pairs}


def summary(results: Mapping[str, str]) -> str:
    """The outcomes counted."""
    counts = Counter(results.values())
    return f"{counts['PASS']} passed, {counts['FAIL']} failed, {counts['SKIP']} skipped of {len(results)}"


def write(folder: Path, results: Mapping[str, str]) -> None:
    """Writes `results.txt` and `summary.txt`."""
    (folder / "results.txt").write_text("".join(f"{name} {outcome}\n" for name, outcome in results.items()))
    (folder / "summary.txt").write_text(summary(results) + "\n")


def merged(first: Results, again: Results) -> tuple[Results, list[str]]:
    """The results after a second attempt, and the tests that passed only then."""
    flaky = [name for name, outcome in first.items() if outcome == "FAIL" and again.get(name) == "PASS"]
    return first | dict.fromkeys(flaky, "PASS"), flaky


def main(command: str, out: Path) -> None:
    """Does what the command says with the results in `out`, of its parts and of the second attempt."""
    if command == "join":
        joined: Results = {}
        for part in sorted(out.glob("part-*/results.txt")):
            joined |= read(part)
        write(out, joined)
    elif command == "failed":
        print("".join(f"{name}\n" for name, outcome in read(out / "results.txt").items() if outcome == "FAIL"), end="")
    elif command == "merge":
        first = read(out / "results.txt")
        (out / "results.txt").rename(out / "results-first.txt")
        results, flaky = merged(first, read(out / "again" / "results.txt"))
        write(out, results)
        (out / "flaky.txt").write_text("".join(f"{name}\n" for name in flaky))
    else:
        sys.exit(f"unknown command {command}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
