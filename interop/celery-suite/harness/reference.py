"""The reference: Celery's own worker outside the test process, `celery -A harness.reference worker`.

The configuration is what the suite gives its embedded worker.
"""

import multiprocessing
import os
from typing import Any

from celery.contrib.testing.app import TestApp
from celery.signals import worker_init

app = TestApp(
    "celery.tests",
    set_as_current=True,
    enable_logging=True,
    config={
        "broker_url": os.environ["CELERY_BROKER_URL"],
        "result_backend": os.environ["CELERY_RESULT_BACKEND"],
        "result_extended": True,
        "task_create_missing_queues": False,
    },
)
app.set_default()

# The tasks register with the app that is the default when they are imported.
import t.integration.tasks as suite_tasks  # type: ignore[import-not-found]  # noqa: E402

app.register_task(suite_tasks.ClassBasedAutoRetryTask)
app.finalize()


class _SharedAttempt:
    """Keeps `retry.attempt` in memory that all pool processes share.

    The task counts its attempts in an attribute of the task object. Upstream always runs one pool process, so every
    attempt sees the same object; with two the count would be split between them.
    """

    def __init__(self) -> None:
        self._cell = multiprocessing.Value("i", 0)

    def __get__(self, task: object, owner: type) -> Any:
        return self if task is None else self._cell.value

    def __set__(self, task: object, value: int) -> None:
        self._cell.value = value

    def __delete__(self, task: object) -> None:
        self._cell.value = 0


@worker_init.connect
def share_attempts(**_: object) -> None:
    """Before the pool starts its processes."""
    task: Any = type(app.tasks["t.integration.tasks.retry"])
    task.attempt = _SharedAttempt()
