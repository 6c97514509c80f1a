"""Which files a worker reads when it may read those below some folders only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import Celery

from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf

REFUSED = "PermissionError.* is not in a directory that this worker may read"
MISSING = "FileNotFoundError.* does not exist"


@dataclass
class Guarded:
    """A worker with two roots, of which one is given by a link and the name of the other has a comma."""

    app: Celery
    folder: Path

    def outcome(self, path: str) -> str:
        """`SUCCESS`, or the exception that Python raises, for a path below the folder."""
        result = self.app.send_task("process_pdf_task", args=[f"{self.folder}/{path}", "guarded"])
        value = result.get(timeout=30, propagate=False)
        return "SUCCESS" if result.successful() else f"{type(value).__name__}: {value}"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """Files inside and outside of the roots, and links that lead in and out."""
    folder = tmp_path_factory.mktemp("guarded")
    for name in ("real", "a, b", "outside"):
        (folder / name).mkdir()
        write_bilingual_pdf(folder / name / "file.pdf", name)
    (folder / "root").symlink_to("real")
    (folder / "real" / "out.pdf").symlink_to("../outside/file.pdf")
    (folder / "real" / "lost.pdf").symlink_to("../outside/none.pdf")
    (folder / "real" / "out").symlink_to("../outside")
    (folder / "real" / "in.pdf").symlink_to("file.pdf")
    with Fleet(folder) as fleet:
        fleet.pdf_worker(options=("--root", f"{folder}/root", "--root", f"{folder}/a, b"))
        yield Guarded(fleet.app, folder)


@pytest.mark.parametrize(
    "path", ["root/file.pdf", "real/file.pdf", "real/in.pdf", "a, b/file.pdf", "real/../root/file.pdf"]
)
def test_inside(guarded: Guarded, path: str) -> None:
    """A file below a root is processed, whichever way leads there inside of the roots."""
    assert guarded.outcome(path) == "SUCCESS"


@pytest.mark.parametrize("path", ["root/none.pdf", "real/none/none.pdf", "a, b/none.pdf"])
def test_missing(guarded: Guarded, path: str) -> None:
    """A file that is missing below a root is said to be missing."""
    assert re.search(MISSING, guarded.outcome(path))


@pytest.mark.parametrize(
    "path",
    [
        *("outside/file.pdf", "outside/none.pdf", "none/none.pdf"),
        *("real/out.pdf", "real/lost.pdf", "real/out/file.pdf", "real/out/none.pdf"),
        *("real/../outside/file.pdf", "real/../outside/none.pdf", "outside/../real/file.pdf"),
    ],
)
def test_outside(guarded: Guarded, path: str) -> None:
    """What is outside is refused in the same words whether it is there or not, by links and `..` as well."""
    assert re.search(REFUSED, guarded.outcome(path))
