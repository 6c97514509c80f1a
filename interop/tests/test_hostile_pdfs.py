"""Files that no parser gets to the end of: each costs its own task a process, and nobody else anything."""

from pathlib import Path

import pytest
from billiard.exceptions import WorkerLostError
from celery.exceptions import TimeLimitExceeded

from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf, write_bomb_pdf, write_endless_pdf
from support.waiting import eventually
from support.worker import Worker


def goes_on(fleet: Fleet, worker: Worker, before: set[int]) -> bool:
    """Whether another process of the worker does the next task."""
    path = write_bilingual_pdf(fleet.directory / "good.pdf")
    value = fleet.app.send_task("process_pdf_task", args=[str(path), "good"]).get(timeout=30)
    eventually(lambda: len(worker.children()) == 1, "there is one process again")
    return value["status"] == "success" and not before & worker.children() and worker.is_running


def test_endless_page(fleet: Fleet, tmp_path: Path) -> None:
    """A page that takes hours is ended at the time limit, inside of poppler where nothing can be cancelled."""
    path = write_endless_pdf(tmp_path / "endless.pdf")
    assert path.stat().st_size < 10_000
    worker = fleet.pdf_worker(concurrency=1, options=("--time-limit", "2"))
    children = worker.children()
    result = fleet.app.send_task("process_pdf_task", args=[str(path), "endless"])
    with pytest.raises(TimeLimitExceeded, match="2"):
        result.get(timeout=30)
    assert result.state == "FAILURE"
    worker.wait_for_line(r"Hard time limit \(2(\.0)?s\) exceeded for process_pdf_task")
    assert goes_on(fleet, worker, children)


def test_memory_bomb(fleet: Fleet, tmp_path: Path) -> None:
    """A page that takes gigabytes ends the process that may not have them."""
    path = write_bomb_pdf(tmp_path / "bomb.pdf", 8_000_000)
    assert path.stat().st_size < 50_000
    worker = fleet.pdf_worker(concurrency=1, options=("--max-address-space-per-child", "768"))
    children = worker.children()
    result = fleet.app.send_task("process_pdf_task", args=[str(path), "bomb"])
    with pytest.raises(WorkerLostError, match="Worker exited prematurely"):
        result.get(timeout=60)
    assert result.state == "FAILURE"
    assert goes_on(fleet, worker, children)
