"""How existing producers call the PDF task, and what they get back."""

from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery
from conftest import Run

from support.client import celery_app
from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf
from support.waiting import eventually
from support.worker import Worker

pytestmark = pytest.mark.usefixtures("worker")

NAMES = ["process_pdf_task", "backend.tasks.pdf_tasks.process_pdf_task"]


def is_success(value: Any, pdf_id: str, pages: int = 3) -> bool:
    """Whether `value` is the dictionary that producers know."""
    return (
        value["status"] == "success"
        and value["pdf_id"] == pdf_id
        and value["pages"] == pages
        and type(value["chunks"]) is int
        and value["chunks"] > 0
        and type(value["text_length"]) is int
        and value["text_length"] > 0
    )


@pytest.mark.parametrize("name", NAMES)
def test_delay_with_keywords(shared: Fleet, bilingual_pdf: Path, name: str) -> None:
    """The call of existing producers: a stub's `delay` with keywords, then `get`."""
    app = celery_app(shared.redis.url)

    @app.task(name=name, shared=False)
    def stub(pdf_path: str, pdf_id: str) -> dict[str, Any]:
        raise NotImplementedError("runs in the worker")

    result = stub.delay(pdf_path=str(bilingual_pdf), pdf_id="keywords")
    value = result.get(timeout=30)
    assert is_success(value, "keywords"), value
    assert result.state == "SUCCESS"
    assert result.successful()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("positional", [1, 2])
def test_positional_arguments(app: Celery, bilingual_pdf: Path, name: str, positional: int) -> None:
    """Arguments by position, or one by position and one by keyword."""
    args = [str(bilingual_pdf), "positional"]
    result = app.send_task(name, args=args[:positional], kwargs={} if positional == 2 else {"pdf_id": "positional"})
    assert is_success(result.get(timeout=30), "positional")


def test_get_reports_progress(fleet: Fleet) -> None:
    """`get(on_message=…)`, the client's own way to see states as they are pushed."""
    path = write_bilingual_pdf(fleet.directory / "pushed.pdf")
    seen: list[dict[str, Any]] = []
    workers: list[Worker] = []

    def on_interval() -> None:
        # The client has asked for the state once and from now on only listens: the work may begin.
        if not workers:
            workers.append(fleet.pdf_worker())

    result = fleet.app.send_task("process_pdf_task", kwargs={"pdf_path": str(path), "pdf_id": "pushed"})
    value = result.get(timeout=60, on_message=seen.append, on_interval=on_interval)
    assert is_success(value, "pushed")
    assert seen[-1]["status"] == "SUCCESS"
    assert seen[-1]["result"] == value
    steps = [meta["result"]["current"] for meta in seen if meta["status"] == "PROGRESS"]
    assert list(dict.fromkeys(steps)) == [0, 1, 2, 3, 4]


def test_ignored_result(app: Celery, shared: Fleet, client: "redis.Redis", bilingual_pdf: Path) -> None:
    """With `ignore_result` the work is done and no SUCCESS is stored."""
    ignored = app.send_task(
        "process_pdf_task",
        kwargs={"pdf_path": str(bilingual_pdf), "pdf_id": "ignored"},
        ignore_result=True,
    )
    eventually(lambda: client.exists("pdf:ignored:chunks"), "the document is cached")
    eventually(lambda: shared.redis.unacknowledged() == 0, "the message is acknowledged")
    assert app.AsyncResult(ignored.id).state != "SUCCESS"


def test_same_content_twice(run: Run, shared: Fleet) -> None:
    """The same contents under two ids give two complete and equal answers."""
    first = run("process_pdf_task", str(write_bilingual_pdf(shared.directory / "a.pdf")), "copy-a")
    again = run("process_pdf_task", str(write_bilingual_pdf(shared.directory / "b.pdf")), "copy-b")
    one, two = first.value, again.value
    assert is_success(one, "copy-a")
    assert is_success(two, "copy-b")
    assert (one["chunks"], one["text_length"]) == (two["chunks"], two["text_length"])


def test_ten_at_once(app: Celery, shared: Fleet) -> None:
    """Ten documents sent together are all processed by two processes."""
    results = []
    for number in range(10):
        path = write_bilingual_pdf(shared.directory / f"ten-{number}.pdf", f"ten {number}")
        kwargs = {"pdf_path": str(path), "pdf_id": f"ten-{number}"}
        results.append(app.send_task("process_pdf_task", kwargs=kwargs))
    for number, result in enumerate(results):
        assert is_success(result.get(timeout=60), f"ten-{number}")
