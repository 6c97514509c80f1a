"""Tasks of a Python worker that shares its queues with a Swift one."""

import os
import time
from typing import Any

from celery import Celery, Task

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


@app.task(name="interop.add")
def add(x: int, y: int) -> int:
    """The same task that the Swift worker has."""
    return x + y


@app.task(name="interop.block")
def block(seconds: float) -> float:
    """Keeps its process busy."""
    # The work itself, not a pause: this is what the task is asked to do.
    time.sleep(seconds)
    return seconds


@app.task(name="interop.time", bind=True)
def show_time(self: "Task[..., dict[str, Any]]", /) -> dict[str, Any]:
    """When it runs, and whether its message had been delivered before."""
    info = self.request.delivery_info or {}
    return {"time": time.time(), "redelivered": bool(info.get("redelivered"))}


@app.task(name="python.pid")
def python_pid() -> int:
    """A task that only the Python worker has."""
    return os.getpid()
