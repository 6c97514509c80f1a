"""The repository's own files: everything that is not built, fetched or generated.

`python -m scripts.checks.files [.py … | shell]` prints those of the given kinds.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

_SKIPPED = {".git", ".venv", ".swiftpm", ".run", "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}


def repository_files() -> Iterator[Path]:
    """Every file, relative to the root, in order."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED and not name.startswith(".build"))
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_file() and name != "Package.resolved":
                yield path.relative_to(ROOT)


def text_of(path: Path) -> str | None:
    """The text of a file; None for a binary one."""
    try:
        text = (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def is_shell(path: Path) -> bool:
    """Whether a file is a shell script, by its name or its first line."""
    if path.suffix:
        return path.suffix == ".sh"
    first, _, _ = (text_of(path) or "").partition("\n")
    return first.startswith("#!") and first.endswith("bash")


def is_fixture(path: Path) -> bool:
    """Whether a file is a captured message or document, kept byte for byte."""
    return "Fixtures" in path.parts


def selected(kinds: list[str]) -> Iterator[Path]:
    """The files of these kinds; all texts without one."""
    for path in repository_files():
        if not kinds:
            if not is_fixture(path) and text_of(path) is not None:
                yield path
        elif path.suffix in kinds or ("shell" in kinds and is_shell(path)):
            yield path


if __name__ == "__main__":
    for file in selected(sys.argv[1:]):
        print(file)
