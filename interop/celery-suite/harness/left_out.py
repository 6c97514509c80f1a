"""The tests that are left out, each with its reason."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LeftOut:
    """One entry: a test with all its parameters, or a file."""

    name: str
    reason: str

    @property
    def is_file(self) -> bool:
        """Whether the entry keeps a whole file from being collected."""
        return "::" not in self.name


def read(path: Path) -> list[LeftOut]:
    """The entries of the list, in its order."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    pairs = (line.partition("  ") for line in lines)
    return [LeftOut(name.strip(), reason.strip()) for name, _, reason in pairs]
