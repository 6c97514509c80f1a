"""Tasks of a Python worker that shares its queues with a Swift one, or has its own beside it."""

import json
import os
import time
from typing import Any

from celery import Celery, Task
from celery.canvas import Signature

app = Celery("python_tasks")
# One message at a time, so that the other worker of the queue finds some, too.
app.conf.worker_prefetch_multiplier = 1
app.conf.task_acks_late = True
app.conf.broker_connection_retry_on_startup = True
app.conf.broker_transport_options = {
    "visibility_timeout": int(os.environ.get("VISIBILITY_TIMEOUT", "3600")),
    # It looks for overdue messages each second, not each hundred.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
# Where a worker's own messages go: to the queue that it reads.
app.conf.task_default_queue = os.environ.get("INTEROP_QUEUE", "python")
app.conf.accept_content = ["json", "msgpack", "yaml"]
app.conf.update(json.loads(os.environ.get("INTEROP_SETTINGS", "{}")))


@app.task(name="interop.add")
def add(x: int, y: int) -> int:
    """The same task that the Swift worker has."""
    return x + y


@app.task(name="interop.sum")
def total(numbers: list[int]) -> int:
    """The same task that the Swift worker has."""
    return sum(numbers)


@app.task(name="interop.echo")
def echo(value: Any) -> Any:
    """The same task that the Swift worker has."""
    return value


@app.task(name="interop.fail")
def fail(message: str) -> None:
    """The same task that the Swift worker has."""
    raise ValueError(message)


@app.task(name="interop.fail_after")
def fail_after(value: Any, message: str) -> None:
    """The same task that the Swift worker has."""
    raise ValueError(message)


@app.task(name="interop.retry_add", bind=True)
def retry_add(self: Any, x: int, y: int) -> int:
    """The same task that the Swift worker has."""
    if not self.request.retries:
        # Celery sends the retry before it stores RETRY, after a look whether SUCCESS is stored: without a delay another
        # worker's SUCCESS may come in between and be overwritten.
        raise self.retry(countdown=0.5)
    return x + y


@app.task(name="interop.replace", bind=True)
def replace(self: Any, signature: Any) -> None:
    """The same task that the Swift worker has."""
    self.replace(_signature(signature))


@app.task(name="interop.extend", bind=True)
def extend(self: Any, value: Any, signatures: list[Any]) -> Any:
    """The same task that the Swift worker has."""
    for signature in signatures:
        self.add_to_chord(_signature(signature))
    return value


@app.task(name="interop.errback")
def errback(request: Any, exception: Exception, traceback: object, signature: Any) -> None:
    """The same error callback that the Swift worker has: a new-style one."""
    note = Signature.from_dict(signature, app=app)
    note.clone(args=([request.id, type(exception).__name__],)).apply_async()


def _signature(json: Any) -> "Signature[Any]":
    """A signature as a task in Python would make it: with its arguments in a tuple."""
    signature = Signature.from_dict(json, app=app)
    signature["args"] = tuple(signature["args"])
    return signature


@app.task(name="interop.apply", bind=True)
def apply(self: Any, signature: Any) -> Any:
    """The same task that the Swift worker has."""
    return json.loads(json.dumps(_signature(signature).apply_async().as_tuple()))


@app.task(name="interop.progress", bind=True)
def progress(self: Any, n: int) -> int:
    """The same task that the Swift worker has."""
    for step in range(1, n + 1):
        self.update_state(state="PROGRESS", meta={"current": step, "total": n, "message": f"step {step}"})
    return n


@app.task(name="interop.block", bind=True)
def block(self: Any, seconds: float) -> float:
    """Keeps its process busy."""
    self.update_state(state="PROGRESS", meta={"pid": os.getpid()})
    # The work itself, not a pause: this is what the task is asked to do.
    time.sleep(seconds)
    return seconds


@app.task(name="interop.time", bind=True)
def show_time(self: "Task[..., dict[str, Any]]", /) -> dict[str, Any]:
    """When it runs, and whether its message had been delivered before."""
    info = self.request.delivery_info or {}
    return {"time": time.time(), "redelivered": bool(info.get("redelivered"))}


@app.task(name="interop.trace", bind=True)
def show_trace(
    self: "Task[..., list[dict[str, str]]]", before: list[dict[str, str]] | None = None
) -> list[dict[str, str]]:
    """The same task that the Swift worker has: what its message carries of a trace."""
    names = ("traceparent", "tracestate", "baggage")
    found = {name: getattr(self.request, name, None) for name in names}
    return [*(before or []), {name: value for name, value in found.items() if value is not None}]


@app.task(name="python.pid")
def python_pid() -> int:
    """A task that only the Python worker has."""
    return os.getpid()


@app.task(name="interop.retry", bind=True, max_retries=None)
def retry(self: "Task[..., int]", times: int) -> int:
    """Runs again so many times."""
    if self.request.retries < times:
        raise self.retry(countdown=0)
    return int(self.request.retries)


@app.task(name="interop.event", bind=True)
def event(self: "Task[..., None]") -> None:
    """Sends an event of its own."""
    self.send_event("task-progress", current=1, total=2)
