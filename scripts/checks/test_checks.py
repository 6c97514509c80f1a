"""The checks see what they are for, and nothing else."""

from pathlib import Path

import pytest

from scripts.checks import compatibility, count_tests, docc, files, house_rules, links, snippets, targets
from scripts.checks.count_tests import Count

SWIFT_LOG = """\
\t Executed 0 tests, with 0 failures (0 unexpected) in 0.0 (0.0) seconds
✘ Test b() failed after 0.001 seconds with 2 issues.
✘ Test run with 4 tests in 1 suite failed after 0.001 seconds with 3 issues (including 1 known issue).
"""
SWIFT_REPORT = """\
<testsuites><testsuite name="TestResults" errors="0" tests="3" failures="2" skipped="1" time="0.1">
<testcase classname="T" name="a()" time="0.1" />
<testcase classname="T" name="b()" time="0.1"><failure message="1" /><failure message="2" /></testcase>
<testcase classname="T" name="c()" time="0.1" />
<testcase classname="T" name="d()"><skipped>why</skipped></testcase>
</testsuite></testsuites>
"""
PYTEST_LOG = "F..s\n======== 1 failed, 2 passed, 1 skipped in 0.12s ========\n"
PYTEST_REPORT = """\
<testsuites><testsuite name="pytest" errors="0" failures="1" skipped="1" tests="4" time="0.1">
<testcase classname="t" name="a" /><testcase classname="t" name="b" />
<testcase classname="t" name="c"><failure message="no" /></testcase>
<testcase classname="t" name="d"><skipped message="why" /></testcase>
</testsuite></testsuites>
"""


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    """A folder as scripts/test leaves it."""
    (tmp_path / "swift-ATests.log").write_text(SWIFT_LOG)
    (tmp_path / "swift-ATests-swift-testing.xml").write_text(SWIFT_REPORT)
    (tmp_path / "pytest.log").write_text(PYTEST_LOG)
    (tmp_path / "pytest.xml").write_text(PYTEST_REPORT)
    (tmp_path / "celery-suite").mkdir()
    (tmp_path / "celery-suite" / "results.txt").write_text("a.py::test[x y] PASS\na.py::other FAIL\n")
    return tmp_path


def test_counts_of_all_runners(reports: Path) -> None:
    """A test with two failures counts once; skipped ones are neither passed nor failed."""
    assert count_tests.swift(reports) == Count(2, 1, 1)
    assert count_tests.pytest(reports) == Count(2, 1, 1)
    assert count_tests.suite(reports) == Count(1, 1, 0)


def test_last_line_is_the_sum(
    reports: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line that continuous integration reads."""
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(reports)])
    assert count_tests.main() == 0
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 3 failed"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("swift-ATests.log", "error: Exited with unexpected signal code 11\n"),
        ("swift-ATests.log", SWIFT_LOG.replace("4 tests", "5 tests")),
        ("swift-ATests.log", SWIFT_LOG.replace("failed after", "passed after")),
        ("pytest.log", "INTERNALERROR> in the middle\n"),
        ("pytest.xml", "<testsuites>"),
    ],
)
def test_a_run_that_broke_off_is_a_failure(
    reports: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    text: str,
) -> None:
    """No summary, or one that contradicts the report, fails the whole run."""
    (reports / name).write_text(text)
    monkeypatch.setattr("sys.argv", ["count_tests.py", str(reports)])
    assert count_tests.main() == 1
    assert capsys.readouterr().out.splitlines()[-1] == "3 passed, 3 failed"


SOURCE = Path("Sources/Celery/A.swift")


@pytest.mark.parametrize(
    ("lines", "findings"),
    [
        (["print(1)"], 1),
        (["        debugPrint(x)"], 1),
        (["// print(1)", "fingerprint(1)", "x.print(1)"], 0),
        (["final class A: @unchecked Sendable {}"], 1),
        (["// Every access is under the lock.", "final class A: @unchecked Sendable {}"], 0),
        (["// Safe: immutable.", "@usableFromInline", "final class A: @unchecked Sendable {}"], 0),
        (["let x = 1"] * 401, 1),
        (["let x = 1"] * 400, 0),
    ],
)
def test_rules_of_sources(lines: list[str], findings: int) -> None:
    """Output, claims of thread safety, length."""
    assert len(list(house_rules.swift_source_findings(SOURCE, lines))) == findings


def test_the_command_line_may_print() -> None:
    """Nobody else may."""
    assert not list(house_rules.swift_source_findings(Path("Sources/CLI/A.swift"), ["print(1)"]))


@pytest.mark.parametrize(
    ("name", "lines", "findings"),
    [
        ("A.swift", ["try await Task.sleep(for: .seconds(1))"], 1),
        ("A.swift", ["// The kernel tells nobody.", "try await Task.sleep(for: .seconds(1))"], 0),
        ("A.swift", ['let name = "interop.sleep(1)"', "func sleep(seconds: Int) {}"], 0),
        ("a.py", ["time.sleep(1)"], 1),
        ("a.py", ["# The task's own work.", "time.sleep(1)"], 0),
        ("a.py", ["def test_sleep(x):", "    run()"], 0),
    ],
)
def test_sleeps_need_a_reason(name: str, lines: list[str], findings: int) -> None:
    """In Swift and in Python."""
    assert len(list(house_rules.sleep_findings(Path(name), lines))) == findings


def test_machine_paths() -> None:
    """Folders of one machine are found; others that look like them are not."""
    bad = ["/" + "root/x", 'open("/' + 'home/me/x")']
    good = ["https://example.org/home/page", "./work/x", "docs/home/x", "/tmp/x"]
    assert len(list(house_rules.path_findings(SOURCE, bad))) == 2
    assert not list(house_rules.path_findings(SOURCE, good))


@pytest.mark.parametrize(
    "line",
    [
        "import Redis",
        "public import Redis",
        "internal import Redis",
        "@testable import Redis",
        "@_spi(Pool) internal import Redis",
        "import struct Redis.RedisError",
    ],
)
def test_every_form_of_import_is_seen(line: str) -> None:
    """The name of the module is found."""
    assert targets._IMPORT.findall(f"import A\n{line}\n") == ["A", "Redis"]


def test_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files and headings must exist; code and addresses elsewhere are left alone."""
    monkeypatch.setattr(links, "ROOT", tmp_path)
    monkeypatch.setattr(files, "ROOT", tmp_path)
    (tmp_path / "b.md").write_text("# What happens when …\n\n## `A` and [b](c)!\n\n## Twice\n\n## Twice\n")
    (tmp_path / "a.md").write_text(
        "[1](b.md) [2](b.md#what-happens-when-) [3](b.md#a-and-b) [4](b.md#twice-1) [5](https://x.y/z)\n"
        "`[6](no.md)`\n```\n[7](no.md)\n```\n[8](no.md) [9](b.md#no) ![10](no.png) [11](#no)\n"
    )
    assert [line.partition(":")[0] for line in links.broken(Path("a.md"))] == [
        "no.md",
        "b.md#no",
        "no.png",
        "#no",
    ]


def test_snippets_are_found_where_they_are_compiled() -> None:
    """Indented by the same throughout, and nothing left out."""
    markdown = "A\n\n```swift\nlet a = 1\n\nif a > 0 {\n    b()\n}\n```\n\n<!-- snippet: no -->\n```swift\nx\n```\n"
    (number, block), *others = snippets.blocks_of(markdown)
    assert (number, block, others) == (4, ["let a = 1", "", "if a > 0 {", "    b()", "}"], [])
    compiled = ["func f() {", "    let a = 1", "", "    if a > 0 {", "        b()", "    }", "}"]
    assert snippets.stands_in(block, compiled)
    assert not snippets.stands_in(block, [line.replace("b()", "c()") for line in compiled])
    assert not snippets.stands_in(block, ["let a = 1", "if a > 0 {", "    b()", "}"])


def test_snippets_of_comments() -> None:
    """They are read as Markdown; code is not."""
    source = "/// A.\n///\n/// ```swift\n/// a()\n/// ```\nstruct A {\n    /// ```swift\n    /// b()\n    /// ```\n}\n"
    found = [block for _, block in snippets.blocks_of(snippets.comments_of(source))]
    assert found == [["a()"], ["b()"]]


def test_public_types_are_under_a_heading() -> None:
    """Types of modules that have documentation, nested ones left to DocC."""
    lines = ["public struct A {", "    public struct B {}", "}", "public final class C {}", "struct D {}"]
    found = [words.partition(" ")[0] for _, _, words in house_rules.topic_findings(SOURCE, lines, {"A"})]
    assert found == ["C"]
    assert not list(house_rules.topic_findings(SOURCE, lines, None))


def test_libraries_of_the_package() -> None:
    """The targets of all library products, each once."""
    products = [
        {"type": {"library": ["automatic"]}, "targets": ["B", "A"]},
        {"type": {"library": ["automatic"]}, "targets": ["A"]},
        {"type": {"executable": None}, "targets": ["C"]},
    ]
    assert docc.libraries({"products": products}) == ["A", "B"]


def test_names_in_the_documentation(tmp_path: Path) -> None:
    """Names of tests that there are not, and features without a test, are found."""
    (tmp_path / "interop" / "tests").mkdir(parents=True)
    (tmp_path / "interop" / "tests" / "test_a.py").write_text("def test_b() -> None: ...\n")
    (tmp_path / "Tests" / "Some").mkdir(parents=True)
    (tmp_path / "Tests" / "Some" / "ATests.swift").touch()
    document = "| feature | shown by |\n| --- | --- |\n| one | `test_a`, `test_b`, `ATests`, suites in `Some` |\n"
    rest = "## Celery's own integration suite\n`test_other`\n"
    assert not list(compatibility.missing(document + rest, tmp_path))
    wrong = document + "| two | `test_c`, `BTests`, suites in `Other` |\n| three | nothing |\n" + rest
    found = [line.partition(":")[0] for line in compatibility.missing(wrong, tmp_path)]
    assert found == ["test_c", "BTests", "Other", "| three | nothing |"]
