"""A task's state by HTTP, as a FastAPI service on Celery's client answers it."""

from typing import Any

from celery.result import AsyncResult
from fastapi import FastAPI
from pydantic import BaseModel

from bench.celery_app import app as celery_app


class TaskStatus(BaseModel):
    """The answer."""

    task_id: str
    state: str
    result: dict[str, Any] | None = None
    progress: dict[str, Any] | None = None


app = FastAPI()


@app.get("/tasks/{task_id}")
async def get_task_status(task_id: str) -> TaskStatus:
    """The state of a task, with its progress or its result."""
    task: AsyncResult[Any] = celery_app.AsyncResult(task_id)
    # Celery's stubs know its own states and results only.
    state: str = task.state
    info: Any = task.info
    status = TaskStatus(task_id=task_id, state=state)
    if state == "PROGRESS":
        status.progress = info
    elif state == "SUCCESS":
        status.result = info
    elif state == "FAILURE":
        status.result = {"error": str(info)}
    return status
