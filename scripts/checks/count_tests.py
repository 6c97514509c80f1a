"""Adds up the tests of `swift test` and `pytest`: `python scripts/checks/count_tests.py FOLDER`.

FOLDER holds swift-TARGET.log and swift-TARGET-swift-testing.xml for each target, pytest.log and pytest.xml, and
celery-suite/results.txt.
Each runner's report is held against the summary line it printed. A run that broke off has none: it is an error
and counts as one failure.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Count:
    """The outcome of one runner."""

    passed: int
    failed: int
    skipped: int

    def __add__(self, other: "Count") -> "Count":
        """The sum."""
        return Count(
            self.passed + other.passed,
            self.failed + other.failed,
            self.skipped + other.skipped,
        )


def report(path: Path) -> Count:
    """The tests in a report in JUnit's form; a test may have several failures."""
    passed = failed = skipped = 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return Count(passed, failed, skipped)


def swift(folder: Path) -> Count:
    """What `swift test` did, target by target."""
    logs = sorted(folder.glob("swift-*.log"))
    if not logs:
        raise ValueError("swift test did not run")
    return sum((swift_target(log) for log in logs), Count(0, 0, 0))


def swift_target(log_path: Path) -> Count:
    """What `swift test` did with one target: Swift Testing, and XCTest if there are such tests."""
    log = log_path.read_text(encoding="utf-8")
    summary = re.findall(r"Test run with (\d+) tests?.* (passed|failed) after", log)
    if len(summary) != 1:
        raise ValueError(f"{log_path.stem}: {len(summary)} summaries were printed, not one")
    count = report(log_path.with_name(f"{log_path.stem}-swift-testing.xml"))
    total, outcome = int(summary[0][0]), summary[0][1]
    if total != count.passed + count.failed + count.skipped:
        raise ValueError(f"swift test says {total} tests, its report {count}")
    if (outcome == "failed") != (count.failed > 0):
        raise ValueError(f"swift test says that it {outcome}, its report {count}")
    older = re.findall(r"Executed (\d+) tests?, with (\d+) failures?", log)
    if older:
        tests, failures = map(int, older[-1])
        count += Count(tests - failures, failures, 0)
    return count


def pytest(folder: Path) -> Count:
    """What `pytest` did; an error in a fixture counts as a failure."""
    last = (folder / "pytest.log").read_text(encoding="utf-8").strip().rpartition("\n")[2]
    words = dict[str, int]()
    for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped|xfailed|deselected)", last):
        words[word.removesuffix("s")] = int(number)
    if not words or " in " not in last:
        raise ValueError(f"pytest closed without a summary: {last!r}")
    count = Count(
        words.get("passed", 0) + words.get("xfailed", 0),
        words.get("failed", 0) + words.get("error", 0),
        words.get("skipped", 0),
    )
    if count.passed != report(folder / "pytest.xml").passed:
        raise ValueError(f"pytest says {count}, its report {report(folder / 'pytest.xml')}")
    return count


def suite(folder: Path) -> Count:
    """What Celery's integration suite did: a line a test, its name and PASS, FAIL or SKIP."""
    lines = (folder / "celery-suite" / "results.txt").read_text(encoding="utf-8").split("\n")
    outcomes = [line.rpartition(" ")[2] for line in lines if line]
    if not outcomes or set(outcomes) - {"PASS", "FAIL", "SKIP"}:
        raise ValueError("Celery's suite closed without results")
    return Count(outcomes.count("PASS"), outcomes.count("FAIL"), outcomes.count("SKIP"))


def main() -> int:
    """Prints the counts; the last line is the sum."""
    folder = Path(sys.argv[1])
    total = Count(0, 0, 0)
    code = 0
    for runner in (swift, pytest, suite):
        try:
            count = runner(folder)
        except (OSError, ValueError, ElementTree.ParseError) as error:
            print(f"{runner.__name__}: {error}", file=sys.stderr)
            # Nobody knows how many tests did not get their turn; it must not look like a success.
            total += Count(0, 1, 0)
            code = 1
            continue
        print(f"{runner.__name__}: {count.passed} passed, {count.failed} failed, {count.skipped} skipped")
        total += count
    print(f"{total.passed} passed, {total.failed} failed")
    return code


if __name__ == "__main__":
    sys.exit(main())
