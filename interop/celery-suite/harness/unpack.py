"""Takes the integration tests out of Celery's source distribution: `python -m harness.unpack SDIST TARGET`.

Every literal that is replaced must be found exactly once, so that another release of the suite is noticed instead of
half adapted.
"""

import sys
import tarfile
from pathlib import Path

_REPLACEMENTS = {
    "t/integration/test_inspect.py": [
        # The embedded worker has one process in its pool, the external one as many as SUITE_CONCURRENCY asks for.
        ("['pool']['max-concurrency'] == 1", "['pool']['max-concurrency'] == SUITE_CONCURRENCY"),
        (
            "len(ret[NODENAME]['pool']['processes']) == 1",
            "len(ret[NODENAME]['pool']['processes']) == SUITE_CONCURRENCY",
        ),
    ],
}
_WANTED = ("t/__init__.py", "t/skip.py", "t/canvas_helpers.py", "t/integration/", "pyproject.toml")


def adapted(name: str, text: bytes) -> bytes:
    """The file as the external worker needs it.

    Raises:
        ValueError: this is not the release whose literals are known.
    """
    for old, new in _REPLACEMENTS.get(name, ()):
        count = text.count(old.encode())
        if count != 1:
            raise ValueError(f"{name}: expected {old!r} once, found it {count} times")
        text = text.replace(old.encode(), new.encode())
    return text


def unpack(sdist: Path, target: Path) -> None:
    """Writes the suite's files below `target`."""
    with tarfile.open(sdist) as archive:
        for member in archive.getmembers():
            name = member.name.partition("/")[2]
            content = archive.extractfile(member) if name.startswith(_WANTED) else None
            if content is None:
                continue
            path = target / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(adapted(name, content.read()))


if __name__ == "__main__":
    try:
        unpack(Path(sys.argv[1]), Path(sys.argv[2]))
    except ValueError as problem:
        sys.exit(str(problem))
