"""Builds the documentation of the library products with DocC, with warnings as errors: `python -m scripts.checks.docc`.

It takes what `swift build` has made; nothing is compiled again. Links that lead nowhere, and parameters that are
documented and not there, are errors.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.checks.files import ROOT
from scripts.checks.targets import manifest

_BUILD = ROOT / ".build" / "debug"


def output_of(*command: str | Path) -> str:
    """What a command prints; what it says of errors when it fails."""
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise ValueError(f"{Path(command[0]).name}: {(result.stdout + result.stderr).strip()}")
    return result.stdout


class Toolchain:
    """The tools that came with `swift`."""

    def __init__(self) -> None:
        """Finds them, also where `swift` on the path only leads to the real one."""
        information = json.loads(output_of("swift", "-print-target-info"))
        self.triple: str = information["target"]["triple"]
        self._folder = Path(information["paths"]["runtimeResourcePath"]).parents[1] / "bin"

    def tool(self, name: str) -> Path:
        """The tool of that name."""
        path = self._folder / name
        if not path.exists():
            raise ValueError(f"{name} is not beside swift, in {self._folder}")
        return path


def c_flags(package: dict[str, Any]) -> Iterator[str]:
    """What the compiler is told of modules in C: those of this package and of the ones it depends on."""
    for target in package["targets"]:
        if target["type"] == "system":
            yield f"-I{ROOT / 'Sources' / target['name']}"
            if target.get("pkgConfig"):
                for flag in output_of("pkg-config", "--cflags", target["pkgConfig"]).split():
                    yield from ("-Xcc", flag)
    maps = [*_BUILD.glob("*.build/module.modulemap")]
    maps += (ROOT / ".build" / "checkouts").glob("*/Sources/*/include/module.modulemap")
    for path in sorted(maps):
        yield from ("-Xcc", f"-fmodule-map-file={path}")


def libraries(package: dict[str, Any]) -> list[str]:
    """The targets of the library products."""
    names = [product["targets"] for product in package["products"] if "library" in product["type"]]
    return sorted({target for targets in names for target in targets})


def build(module: str, toolchain: Toolchain, flags: list[str], folder: Path) -> None:
    """Builds the documentation of a module, or says what is wrong with it."""
    catalog = ROOT / "Sources" / module / "Documentation.docc"
    if not catalog.is_dir():
        raise ValueError(f"there is no {catalog.relative_to(ROOT)}")
    graphs = folder / "graphs"
    graphs.mkdir(parents=True)
    extract = ["-module-name", module, "-target", toolchain.triple, "-I", str(_BUILD / "Modules"), *flags]
    extract += ["-minimum-access-level", "public", "-output-dir", str(graphs)]
    output_of(toolchain.tool("swift-symbolgraph-extract"), *extract)
    convert = ["convert", str(catalog), "--additional-symbol-graph-dir", str(graphs), "--warnings-as-errors"]
    convert += ["--fallback-display-name", module, "--fallback-bundle-identifier", module]
    output_of(toolchain.tool("docc"), *convert, "--output-path", str(folder / "archive"))


def main() -> int:
    """Prints what is wrong."""
    package = manifest()
    wrong = 0
    folder = Path(tempfile.mkdtemp())
    try:
        toolchain, flags = Toolchain(), list(c_flags(package))
        for module in libraries(package):
            try:
                build(module, toolchain, flags, folder / module)
            except ValueError as error:
                print(f"{module}: {error}")
                wrong += 1
    finally:
        shutil.rmtree(folder)
    if not wrong:
        print("the documentation is in order")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
