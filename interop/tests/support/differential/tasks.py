"""The tasks of the scenarios that the other tests of a Python worker do not need."""

import os
import time
from typing import Any

from celery.exceptions import Ignore, Reject
from celery.utils.imports import symbol_by_name

from support.python_tasks import app


class DomainError(Exception):
    """An exception of an application's own."""


@app.task(name="interop.mul")
def multiply(x: int, y: int) -> int:
    """The same task that the Swift worker has."""
    return x * y


@app.task(name="interop.raise")
def raise_any(type: str, module: str, arguments: list[Any]) -> None:
    """The same task that the Swift worker has."""
    raise symbol_by_name(f"{module}:{type}")(*arguments)


@app.task(name="interop.raise_from")
def raise_from() -> None:
    """The same task that the Swift worker has."""
    try:
        raise ZeroDivisionError("division by zero")
    except ZeroDivisionError as error:
        raise KeyError("k") from error


@app.task(name="interop.raise_unstored", ignore_result=True, store_errors_even_if_ignored=True)
def raise_unstored() -> None:
    """The same task that the Swift worker has."""
    raise ValueError("e")


@app.task(name="interop.flaky", bind=True)
def flaky(self: Any, seconds: float) -> str:
    """The same task that the Swift worker has."""
    if not self.request.retries:
        raise self.retry(exc=ConnectionError("temp"), countdown=seconds)
    return "ok"


@app.task(name="interop.autoretry", autoretry_for=(OSError,), max_retries=1, retry_backoff=True, retry_jitter=False)
def autoretry() -> None:
    """The same task that the Swift worker has."""
    raise OSError("disk")


@app.task(name="interop.ignore")
def ignore() -> None:
    """The same task that the Swift worker has."""
    raise Ignore()


@app.task(name="interop.reject")
def reject() -> None:
    """The same task that the Swift worker has."""
    raise Reject("no", requeue=False)


@app.task(name="interop.reject_late", acks_late=True)
def reject_late() -> None:
    """The same task that the Swift worker has."""
    raise Reject("no", requeue=False)


@app.task(name="interop.sleep", bind=True)
def sleep(self: Any, seconds: float) -> float:
    """The same task that the Swift worker has."""
    self.update_state(state="PROGRESS", meta={"pid": os.getpid()})
    # The work itself, not a pause: this is what the task is asked to do.
    time.sleep(seconds)
    return seconds


@app.task(name="interop.late", bind=True, acks_late=True)
def late(self: Any, seconds: float) -> float:
    """The same task that the Swift worker has."""
    self.update_state(state="PROGRESS", meta={"pid": os.getpid()})
    # The work itself, not a pause: this is what the task is asked to do.
    time.sleep(seconds)
    return seconds


@app.task(name="interop.exit")
def exit_process(code: int) -> None:
    """The same task that the Swift worker has."""
    os._exit(code)


@app.task(name="interop.exit_retry", retry_on_worker_lost=True, max_retries=1, default_retry_delay=1)
def exit_retry(code: int) -> None:
    """The same task that the Swift worker has."""
    os._exit(code)


@app.task(name="interop.limited", rate_limit="5/s")
def limited(value: Any) -> Any:
    """The same task that the Swift worker has."""
    return value


@app.task(name="interop.note", bind=True)
def note(self: Any, failed: str, about: Any = None) -> list[Any]:
    """The same task that the Swift worker has: bound, so that it is sent as a message."""
    return [failed, about]


@app.task(name="interop.note_id")
def note_id(failed: str) -> str:
    """The same task that the Swift worker has."""
    return failed
