"""Each block of Swift in the documentation stands word for word in Tests/DocumentationTests, which is compiled.

Looked at are Markdown and the documentation comments of `Sources`. A block below a line `<!-- snippet: REASON -->` is
no code of a program, and left out.
"""

import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from scripts.checks.files import repository_files, text_of

_COMPILED = Path("Tests/DocumentationTests")
_BLOCK = re.compile(r"(<!-- snippet: .+ -->\n+)?^( *)```swift\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"^ *///(?: |$)")


def comments_of(text: str) -> str:
    """The documentation comments of a Swift file, line by line; all other lines are empty."""
    lines = text.splitlines()
    return "\n".join(_COMMENT.sub("", line) if _COMMENT.match(line) else "" for line in lines)


def blocks_of(text: str) -> Iterator[tuple[int, list[str]]]:
    """The blocks of Swift in Markdown, each with the number of its first line."""
    for match in _BLOCK.finditer(text):
        if not match.group(1):
            number = text.count("\n", 0, match.start(3)) + 1
            yield number, textwrap.dedent(match.group(3)).strip("\n").splitlines()


def stands_in(block: list[str], lines: list[str]) -> bool:
    """Whether the lines of a block follow each other somewhere, all of them indented by the same."""
    for start, first in enumerate(lines):
        if not first.endswith(block[0]) or first.removesuffix(block[0]).strip():
            continue
        indent = first.removesuffix(block[0])
        expected = [indent + line if line else "" for line in block]
        if lines[start : start + len(block)] == expected:
            return True
    return False


def findings() -> Iterator[str]:
    """The blocks that are not compiled."""
    texts = {path: text_of(path) or "" for path in repository_files() if path.suffix in {".md", ".swift"}}
    compiled = [text.splitlines() for path, text in texts.items() if path.parent == _COMPILED]
    for path, text in texts.items():
        if path.suffix == ".swift":
            if path.parts[0] != "Sources":
                continue
            text = comments_of(text)
        for number, block in blocks_of(text):
            if not any(stands_in(block, lines) for lines in compiled):
                yield f"{path}:{number}: is not in {_COMPILED} as it stands: {block[0].strip()}"


if __name__ == "__main__":
    found = list(findings())
    for line in found:
        print(line)
    sys.exit(bool(found))
