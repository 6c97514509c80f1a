"""Files that cannot be processed: a real FAILURE that says what is wrong."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from celery import Celery
from conftest import Run

from support.pdfs import write_bilingual_pdf, write_encrypted_pdf
from support.worker import Worker

pytestmark = pytest.mark.usefixtures("worker")


def missing(folder: Path) -> Path:
    """A file that is not there."""
    return folder / "没有这个文件.pdf"


def directory(folder: Path) -> Path:
    """A directory with the name of a file."""
    path = folder / "folder.pdf"
    path.mkdir()
    return path


def empty(folder: Path) -> Path:
    """A file of no bytes."""
    path = folder / "empty.pdf"
    path.touch()
    return path


def text(folder: Path) -> Path:
    """A file that is something else."""
    path = folder / "notes.pdf"
    path.write_text("These are notes, not a PDF.\n" * 20)
    return path


def cut_off(folder: Path) -> Path:
    """The first bytes of a PDF."""
    whole = write_bilingual_pdf(folder / "whole.pdf").read_bytes()
    path = folder / "cut-off.pdf"
    path.write_bytes(whole[:40])
    return path


def encrypted(folder: Path) -> Path:
    """A file that needs a password."""
    return write_encrypted_pdf(folder / "encrypted.pdf")


CASES = [
    (missing, r"does not exist. Check the path. The worker must see the same file system as the sender\.$"),
    (directory, r"目录|文件夹|director|regular"),
    (empty, r"空|empty"),
    (text, r"不是|无效|损坏|not a|invalid|damaged"),
    (cut_off, r"不是|无效|损坏|not a|invalid|damaged"),
    (encrypted, r"加密|密码|encrypt|password"),
]


@pytest.mark.parametrize(("make", "words"), CASES, ids=[make.__name__ for make, _ in CASES])
def test_failure_is_raised_in_python(app: Celery, tmp_path: Path, make: Callable[[Path], Path], words: str) -> None:
    """`get` raises; state and text say what is wrong."""
    kwargs = {"pdf_path": str(make(tmp_path)), "pdf_id": "broken"}
    result = app.send_task("process_pdf_task", kwargs=kwargs)
    with pytest.raises(Exception, match="PDF 处理失败: ") as caught:
        result.get(timeout=30)
    reason = str(caught.value).partition("PDF 处理失败: ")[2].replace(str(tmp_path), "")
    assert re.search(words, reason), str(caught.value)
    assert result.state == "FAILURE"
    assert result.failed()


def test_failure_is_the_last_state(run: Run, tmp_path: Path) -> None:
    """FAILURE is published once, at the end, with the exception's three members."""
    followed = run("process_pdf_task", str(missing(tmp_path)), "broken")
    assert followed.states.count("FAILURE") == 1
    assert followed.states[-1] == "FAILURE"
    assert {"exc_type", "exc_message", "exc_module"} <= set(followed.documents[-1]["result"])
    assert "处理完成!" not in [p["message"] for p in followed.progress]


def test_nothing_is_cached(run: Run, tmp_path: Path, worker: Worker, client: "redis.Redis") -> None:
    """A document that failed leaves no keys, and its worker goes on."""
    followed = run("process_pdf_task", str(encrypted(tmp_path)), "no-keys")
    assert followed.states[-1] == "FAILURE"
    assert client.keys("pdf:no-keys:*") == []
    path = write_bilingual_pdf(tmp_path / "good.pdf", "good")
    assert run("process_pdf_task", str(path), "good").states[-1] == "SUCCESS"
    assert worker.is_running
