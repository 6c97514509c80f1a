"""Holds Package.swift to its word: each import of a target of ours is a declared dependency.

The compiler finds a module wherever the build has put it, also for a target that never declared it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from scripts.checks.files import ROOT

_IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?"
    r"import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)",
    re.MULTILINE,
)


def manifest() -> dict[str, Any]:
    """The package as SwiftPM understands it."""
    output = subprocess.run(
        ["swift", "package", "dump-package"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    package: dict[str, Any] = json.loads(output)
    return package


def declared(target: dict[str, Any]) -> set[str]:
    """The names of the targets and products on which a target may depend."""
    names: set[str] = set()
    for dependency in target["dependencies"]:
        for form in ("byName", "target", "product"):
            if form in dependency:
                names.add(dependency[form][0])
    return names


def folder_of(target: dict[str, Any]) -> Path:
    """Where a target's sources are."""
    if target.get("path"):
        return ROOT / str(target["path"])
    return ROOT / ("Tests" if target["type"] == "test" else "Sources") / str(target["name"])


def main() -> int:
    """Prints each import that is not declared."""
    targets = manifest()["targets"]
    own = {target["name"] for target in targets}
    wrong = 0
    for target in targets:
        allowed = declared(target) | {target["name"]}
        for path in sorted(folder_of(target).rglob("*.swift")):
            for name in _IMPORT.findall(path.read_text(encoding="utf-8")):
                if name in own and name not in allowed:
                    print(f"{path.relative_to(ROOT)}: imports {name}, which {target['name']} does not declare")
                    wrong += 1
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
