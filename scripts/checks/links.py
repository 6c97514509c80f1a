"""Every relative link in Markdown leads to a file, and to a heading that exists there."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from scripts.checks.files import ROOT, selected

_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_DEFINITION = re.compile(r"^\[[^\]]+\]:\s*(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_INLINE_CODE = re.compile(r"`[^`\n]*`")
_ELSEWHERE = ("http://", "https://", "mailto:")


def prose_of(path: Path) -> str:
    """A Markdown text without its blocks of code."""
    return _FENCE.sub("", (ROOT / path).read_text(encoding="utf-8"))


def anchors_of(path: Path) -> set[str]:
    """The anchors that GitHub makes of a file's headings."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose_of(path)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        number = 1
        unique = anchor
        while unique in found:
            unique = f"{anchor}-{number}"
            number += 1
        found.add(unique)
    return found


def broken(path: Path) -> Iterator[str]:
    """The links of a file that lead nowhere."""
    prose = _INLINE_CODE.sub("", prose_of(path))
    for link in _LINK.findall(prose) + _DEFINITION.findall(prose):
        if link.startswith(_ELSEWHERE):
            continue
        name, _, anchor = unquote(link).partition("#")
        target = (ROOT / path.parent / name).resolve() if name else (ROOT / path)
        if not target.exists() or not target.is_relative_to(ROOT):
            yield f"{link}: there is no such file"
        elif anchor and target.suffix == ".md" and anchor not in anchors_of(target.relative_to(ROOT)):
            yield f"{link}: there is no such heading"


if __name__ == "__main__":
    found = [f"{path}: {words}" for path in selected([".md"]) for words in broken(path)]
    for line in found:
        print(line)
    sys.exit(bool(found))
