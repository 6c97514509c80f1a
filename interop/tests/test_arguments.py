"""Wrong calls fail with the words of CPython, because that is what producers know."""

from typing import Any

import pytest
from celery import Celery
from celery.exceptions import NotRegistered

from support.worker import Worker

pytestmark = pytest.mark.usefixtures("worker")

CALLS: list[tuple[list[object], dict[str, object]]] = [
    (["a.pdf"], {}),
    ([], {"pdf_path": "a.pdf"}),
    ([], {"pdf_id": "1"}),
    ([], {}),
    (["a.pdf", "1", "surplus"], {}),
    (["a.pdf", "1", "surplus", "more"], {}),
    (["a.pdf", "1"], {"unknown": True}),
    ([], {"pdf_path": "a.pdf", "pdf_id": "1", "unknown": True}),
    (["a.pdf"], {"pdf_path": "b.pdf", "pdf_id": "1"}),
]


def process_pdf_task(pdf_path: str, pdf_id: str) -> None:
    """A Python function with the task's signature."""


def complaint(args: list[object], kwargs: dict[str, Any]) -> str:
    """What this Python says to such a call."""
    function: Any = process_pdf_task
    with pytest.raises(TypeError) as caught:
        function(*args, **kwargs)
    return str(caught.value)


@pytest.mark.parametrize(("args", "kwargs"), CALLS)
def test_wrong_arguments(app: Celery, args: list[object], kwargs: dict[str, object]) -> None:
    """`TypeError` is raised in the producer, in the same words."""
    # A name without the task's signature: the client would refuse the call itself.
    result = app.send_task("process_pdf_task", args=args, kwargs=kwargs)
    with pytest.raises(TypeError) as caught:
        result.get(timeout=30)
    assert str(caught.value) == complaint(args, kwargs)
    assert result.state == "FAILURE"


@pytest.mark.parametrize("name", ["no.such.task", "没有这个任务"])
def test_unknown_task(app: Celery, worker: Worker, name: str) -> None:
    """A task that nobody has is FAILURE, not silence; the name is in the exception."""
    result = app.send_task(name, args=[1])
    with pytest.raises(NotRegistered) as caught:
        result.get(timeout=30)
    assert name in str(caught.value)
    assert worker.is_running
