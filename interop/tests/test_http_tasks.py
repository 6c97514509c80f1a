"""The HTTP API: tasks sent by `curl`, and tasks sent from Python, seen through the same route."""

import base64
import json
import uuid
import zlib
from pathlib import Path
from typing import Any, cast

import pytest
from celery import Celery
from kombu.serialization import loads

from support.client import Follower
from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf, write_long_pdf
from support.service import Service
from support.waiting import eventually
from support.worker import Worker

MEMBERS = ["task_id", "state", "result", "progress"]


def status(api: Service, task_id: str) -> dict[str, Any]:
    """The status of a task, after a look at the form of the answer."""
    response = api.get(f"/tasks/{task_id}")
    assert response.status == 200, response
    assert response.content_type == "application/json"
    body: dict[str, Any] = response.body
    assert sorted(body) == sorted(MEMBERS)
    assert body["task_id"] == task_id
    return body


def follow(api: Service, task_id: str) -> list[dict[str, Any]]:
    """Asks until the task is over; returns the different answers in order."""
    answers: list[dict[str, Any]] = []

    def is_over() -> bool:
        answer = status(api, task_id)
        if not answers or answers[-1] != answer:
            answers.append(answer)
        return answer["state"] in {"SUCCESS", "FAILURE"}

    eventually(is_over, f"{task_id} is over", within=60)
    return answers


def submit(api: Service, path: Path, pdf_id: str) -> str:
    """Submits a document and returns the task's id."""
    response = api.post("/tasks/pdf/process", {"pdf_path": str(path), "pdf_id": pdf_id})
    assert response.status == 200, response
    assert sorted(response.body) == ["status", "task_id"]
    assert response.body["status"] == "submitted"
    return str(uuid.UUID(response.body["task_id"]))


def test_submitted_task_goes_through_its_states(fleet: Fleet) -> None:
    """PENDING before a worker is there, then PROGRESS with its step, then SUCCESS with the result."""
    api = fleet.service()
    path = write_long_pdf(fleet.directory / "long.pdf", 3000)
    task_id = submit(api, path, "http-long")
    assert status(api, task_id) == {
        "task_id": task_id,
        "state": "PENDING",
        "result": None,
        "progress": None,
    }
    fleet.pdf_worker()
    answers = follow(api, task_id)
    states = [answer["state"] for answer in answers if answer["state"] != "STARTED"]
    assert list(dict.fromkeys(states)) in (
        ["PENDING", "PROGRESS", "SUCCESS"],
        ["PROGRESS", "SUCCESS"],
    )
    for answer in answers:
        if answer["state"] == "PROGRESS":
            assert answer["result"] is None
            assert {"current", "total", "percent", "message"} <= set(answer["progress"])
    assert answers[-1]["progress"] is None
    assert answers[-1]["result"]["status"] == "success"
    assert answers[-1]["result"]["pdf_id"] == "http-long"
    assert answers[-1]["result"]["pages"] == 3000


def test_messages_are_written_as_set(fleet: Fleet) -> None:
    """The API obeys `task_serializer` and `task_compression` as every other sender does."""
    api = fleet.service({"CELERY_TASK_SERIALIZER": "msgpack", "CELERY_TASK_COMPRESSION": "gzip"})
    submit(api, fleet.directory / "some.pdf", "as-set")
    with fleet.redis.connect() as client:
        message = json.loads(cast(bytes, client.lpop("celery")))
    assert (message["content-type"], message["headers"]["compression"]) == (
        "application/x-msgpack",
        "application/x-gzip",
    )
    body = zlib.decompress(base64.b64decode(message["body"]))
    _, kwargs, _ = loads(body, message["content-type"], message["content-encoding"], accept={"application/x-msgpack"})
    assert kwargs == {"pdf_path": str(fleet.directory / "some.pdf"), "pdf_id": "as-set"}


def test_result_is_the_one_that_python_reads(api: Service, app: Celery, worker: Worker, bilingual_pdf: Path) -> None:
    """`AsyncResult` of a task submitted by HTTP holds the same dictionary."""
    task_id = submit(api, bilingual_pdf, "both-ways")
    value = app.AsyncResult(task_id).get(timeout=30)
    assert status(api, task_id) == {
        "task_id": task_id,
        "state": "SUCCESS",
        "result": value,
        "progress": None,
    }


def test_task_sent_from_python(api: Service, app: Celery, worker: Worker, bilingual_pdf: Path) -> None:
    """A task that Celery's client sent is seen like any other."""
    kwargs = {"pdf_path": str(bilingual_pdf), "pdf_id": "from-python"}
    result = app.send_task("process_pdf_task", kwargs=kwargs)
    answer = follow(api, result.id)[-1]
    assert answer["state"] == "SUCCESS"
    assert answer["result"] == result.get(timeout=30)


def test_progress_as_celery_stores_it(api: Service, app: Celery) -> None:
    """A PROGRESS state that Python's own client has written, with Chinese text."""
    task_id = str(uuid.uuid4())
    meta = {"current": 1, "total": 4, "message": "正在智能分块...", "percent": 25}
    app.backend.store_result(task_id, meta, "PROGRESS")
    assert status(api, task_id) == {
        "task_id": task_id,
        "state": "PROGRESS",
        "result": None,
        "progress": meta,
    }


@pytest.mark.parametrize("task_id", ["00000000-0000-4000-8000-000000000000", "never-heard-of"])
def test_unknown_task_is_pending(api: Service, task_id: str) -> None:
    """Celery cannot tell an unknown id from a task that has not begun."""
    assert status(api, task_id)["state"] == "PENDING"


def test_failure_holds_its_text(api: Service, app: Celery, worker: Worker, shared: Fleet, tmp_path: Path) -> None:
    """FAILURE has the exception's text, the same that Python raises."""
    path = shared.directory / "not-a.pdf"
    path.write_text("no PDF")
    result = app.send_task("process_pdf_task", args=[str(path), "bad"])
    answer = follow(api, result.id)[-1]
    assert answer["state"] == "FAILURE"
    assert answer["progress"] is None
    assert list(answer["result"]) == ["error"]
    with pytest.raises(Exception, match="PDF 处理失败: ") as caught:
        result.get(timeout=30)
    assert answer["result"]["error"] == str(caught.value)


def test_failure_as_celery_stores_it(api: Service, app: Celery) -> None:
    """An exception that Python's own client has written."""
    task_id = str(uuid.uuid4())
    app.backend.mark_as_failure(task_id, ValueError("坏的值"))
    answer = status(api, task_id)
    assert (answer["state"], answer["result"]) == ("FAILURE", {"error": "坏的值"})


def test_submitted_task_is_a_celery_task(api: Service, app: Celery, worker: Worker, shared: Fleet) -> None:
    """A document with a Chinese name goes through HTTP, queue, worker and cache."""
    path = write_bilingual_pdf(shared.directory / "提交 一.pdf", "submitted")
    task_id = submit(api, path, "提交-1")
    assert follow(api, task_id)[-1]["result"]["pdf_id"] == "提交-1"
    with shared.redis.connect() as client:
        assert client.exists("pdf:提交-1:chunks")


def test_many_requests_at_once(api: Service, app: Celery, interop: Worker) -> None:
    """Forty tasks, each asked for on a connection of its own."""
    results = [app.send_task("interop.echo", args=[{"n": n}], queue="interop") for n in range(40)]
    for number, result in enumerate(results):
        assert result.get(timeout=30) == {"n": number}
        assert status(api, result.id)["result"] == {"n": number}


def test_state_follows_the_worker(api: Service, shared: Fleet, interop: Worker) -> None:
    """Between its first report and its end a task is in PROGRESS."""
    follower = Follower(shared.app, shared.redis.connect())
    follower.send("interop.sleep", (1,), queue="interop")
    meta = follower.until("PROGRESS")["result"]
    answer = status(api, follower.task_id)
    assert (answer["state"], answer["progress"]) == ("PROGRESS", meta)
    follower.finish()
    assert status(api, follower.task_id)["state"] == "SUCCESS"
