"""Rules of this project that no other tool knows."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from scripts.checks.files import ROOT, is_fixture, repository_files, text_of

_MAX_LINES = 400
_PRINT = re.compile(r"(?<![\w.])(debugPrint|print)\(")
_UNCHECKED = "@unchecked Sendable"
# Folders of somebody's machine; the pattern is put together so that it does not match itself.
_MACHINE_PATH = re.compile(r"(?<![\w.-])/(?:wo" + r"rk|ro" + r"ot|ho" + r"me|Us" + r"ers)/\w")
_SLEEP = re.compile(r"\b(?:Task\.sleep|Thread\.sleep|usleep|time\.sleep|sleep)\(")

_PUBLIC_TYPE = re.compile(r"^public (?:final )?(?:struct|class|enum|protocol|actor) (\w+)")
_TOPIC = re.compile(r"^- ``(\w+)``$", re.MULTILINE)

_TRAIT = re.compile(r"^\s*#(?:if|elseif)\b.*\b(?:Auth|Brotli|Bzip2|LZMA|YAML)\b")

Finding = tuple[Path, int, str]


def code_of(line: str) -> str:
    """A Swift line without its comment."""
    return line.partition("//")[0]


def is_commented(lines: list[str], index: int) -> bool:
    """Whether the line, or the one above it and its attributes, is a comment that gives a reason."""
    marks = ("//", "#", "*", '"""')
    if "//" in lines[index] or " # " in lines[index]:
        return True
    above = index - 1
    while above >= 0 and lines[above].strip().startswith("@"):
        above -= 1
    return above >= 0 and lines[above].strip().startswith(marks)


def swift_source_findings(path: Path, lines: list[str]) -> Iterator[Finding]:
    """Length, output and claims of thread safety in the sources."""
    if len(lines) > _MAX_LINES:
        yield path, len(lines), f"more than {_MAX_LINES} lines: look for the second idea"
    for index, line in enumerate(lines):
        if path.parts[1] != "CLI" and _PRINT.search(code_of(line)):
            yield path, index + 1, "only the command line prints; log instead"
        # scripts/test builds that target without traits, and everything else with all of them only.
        if path.parts[1] != "Codecs" and _TRAIT.search(line):
            yield path, index + 1, "only the target Codecs knows package traits"
        if _UNCHECKED in code_of(line) and not is_commented(lines, index):
            yield path, index + 1, f"{_UNCHECKED} needs a comment above that says what makes it safe"


def sleep_findings(path: Path, lines: list[str]) -> Iterator[Finding]:
    """Sleeps in tests that do not say why."""
    for index, line in enumerate(lines):
        code = code_of(line) if path.suffix == ".swift" else line.partition("#")[0]
        # `func sleep(` and `def sleep(` define a task; a string may name one.
        if re.search(r"\b(func|def) \w*$", code[: code.find("sleep(")]):
            continue
        if _SLEEP.search(re.sub(r'"[^"]*"', '""', code)) and not is_commented(lines, index):
            yield path, index + 1, "a sleep in a test needs a comment that says why nothing can be awaited"


def path_findings(path: Path, lines: list[str]) -> Iterator[Finding]:
    """Paths that exist on one machine only."""
    for index, line in enumerate(lines):
        found = _MACHINE_PATH.search(line)
        if found:
            yield path, index + 1, f"a path of somebody's machine: {found.group()}…"


def topics_of(module: str) -> set[str] | None:
    """What the documentation of a module has under a heading; None where it has none."""
    pages = sorted((ROOT / "Sources" / module / "Documentation.docc").glob("*.md"))
    return {name for page in pages for name in _TOPIC.findall(page.read_text(encoding="utf-8"))} if pages else None


def topic_findings(path: Path, lines: list[str], topics: set[str] | None) -> Iterator[Finding]:
    """Public types that the documentation of their module has under no heading."""
    for index, line in enumerate(lines):
        found = _PUBLIC_TYPE.match(line)
        if topics is not None and found and found.group(1) not in topics:
            page = f"Documentation.docc/{path.parts[1]}.md"
            yield path, index + 1, f"{found.group(1)} is under no heading of {page}"


def findings() -> Iterator[Finding]:
    """Everything that breaks a rule."""
    topics = {folder.name: topics_of(folder.name) for folder in (ROOT / "Sources").iterdir()}
    for path in repository_files():
        text = text_of(path)
        if text is None or is_fixture(path):
            continue
        lines = text.splitlines()
        yield from path_findings(path, lines)
        if path.suffix == ".swift" and path.parts[0] == "Sources":
            yield from swift_source_findings(path, lines)
            yield from topic_findings(path, lines, topics[path.parts[1]])
        if path.suffix in {".swift", ".py"} and "ests" in str(path.parent):
            yield from sleep_findings(path, lines)


if __name__ == "__main__":
    found = list(findings())
    for file, number, words in found:
        print(f"{file}:{number}: {words}")
    sys.exit(bool(found))
