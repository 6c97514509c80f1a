"""The states of the PDF task as a client that subscribes sees them."""

from pathlib import Path

import pytest
from conftest import Run

from support.fleet import Fleet
from support.pdfs import write_long_pdf

pytestmark = pytest.mark.usefixtures("worker")

STEPS = [
    (0, 0, "正在提取 PDF 文本..."),
    (1, 25, "正在智能分块..."),
    (2, 50, "正在建立 BM25 索引..."),
    (3, 75, "正在缓存处理结果..."),
    (4, 100, "处理完成!"),
]


def test_five_steps_in_order(run: Run, bilingual_pdf: Path) -> None:
    """Each step is published once or more, in order, in the words that producers show."""
    followed = run("process_pdf_task", pdf_path=str(bilingual_pdf), pdf_id="steps")
    steps = [(p["current"], p["percent"], p["message"]) for p in followed.progress]
    assert list(dict.fromkeys(steps)) == STEPS
    assert steps == sorted(steps)
    assert all(p["total"] == 4 for p in followed.progress)
    assert all(type(p["percent"]) is int for p in followed.progress)
    assert followed.states[-1] == "SUCCESS"
    assert set(followed.states[:-1]) <= {"STARTED", "PROGRESS"}


def test_only_the_first_step_repeats(run: Run, bilingual_pdf: Path) -> None:
    """Later steps are published exactly once."""
    followed = run("process_pdf_task", pdf_path=str(bilingual_pdf), pdf_id="once")
    later = [p["current"] for p in followed.progress if p["current"] > 0]
    assert later == [1, 2, 3, 4]


def test_pages_are_counted(run: Run, shared: Fleet) -> None:
    """A long document reports how many of its pages have been read."""
    path = write_long_pdf(shared.directory / "counted.pdf", 1500, "counted")
    followed = run("process_pdf_task", pdf_path=str(path), pdf_id="counted")
    counts = [p for p in followed.progress if "pages_done" in p]
    assert counts, followed.progress
    assert all(p["pages_total"] == 1500 for p in counts)
    done = [p["pages_done"] for p in counts]
    assert done == sorted(done)
    assert done[-1] <= 1500
    assert all(type(number) is int for number in done)


def test_every_document_is_complete(run: Run, bilingual_pdf: Path) -> None:
    """Each published document holds the members that clients read."""
    followed = run("process_pdf_task", pdf_path=str(bilingual_pdf), pdf_id="complete")
    for document in followed.documents:
        assert {"status", "result", "traceback", "children", "date_done", "task_id"} <= set(document)
        assert document["task_id"] == followed.result.id
    assert followed.documents[0]["date_done"] is None
    assert followed.documents[-1]["date_done"].endswith("+00:00")
