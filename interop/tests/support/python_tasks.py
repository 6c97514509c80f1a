"""Tasks of a Python worker that shares its queues with a Swift one."""

import os
import time

from celery import Celery

app = Celery("python_tasks")
# One message at a time, so that the other worker of the queue finds some, too.
app.conf.worker_prefetch_multiplier = 1
app.conf.task_acks_late = True
app.conf.broker_connection_retry_on_startup = True
app.conf.accept_content = ["json", "msgpack", "yaml"]


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


@app.task(name="python.pid")
def python_pid() -> int:
    """A task that only the Python worker has."""
    return os.getpid()
