"""The words of the log are those of Celery's own worker, without what tasks got, gave back or failed with."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery
from celery.result import AsyncResult

from support.control import Remote
from support.fleet import Fleet
from support.process import Process

Pair = tuple[Fleet, dict[str, Process]]
Send = Callable[[Celery, str], "AsyncResult[Any]"]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """A Swift worker on queue `swift` and Celery's own one on queue `python`, each with one process."""
    with Fleet(tmp_path_factory.mktemp("pair")) as fleet:
        settings = {"worker_prefetch_multiplier": 4, "task_acks_late": False}
        workers: dict[str, Process] = {
            "swift": fleet.interop_worker("swift", concurrency=1, node="s", options=("--acks-early",)),
            "python": fleet.python_worker("python", app="support.differential.tasks", settings=settings),
        }
        yield fleet, workers


def task(name: str, *args: object, **options: Any) -> Send:
    """Sends a task."""
    return lambda app, queue: app.send_task(name, args=args, queue=queue, **options)


# What is sent, and the lines about it: the level, and words in which only Celery's own worker fills in the last group.
LINES: list[tuple[Send, list[tuple[str, str]]]] = [
    (
        task("interop.add", 1, 2, shadow="sum"),
        [("INFO", r"Task sum[ID] received"), ("INFO", r"Task sum[ID] succeeded in [\d.e-]+s(: 3)?")],
    ),
    (
        task("interop.fail", "secret"),
        [("ERROR", r"Task interop.fail[ID] raised unexpected: ValueError(\('secret'\))?")],
    ),
    (task("interop.retry", 1), [("INFO", r"Task interop.retry[ID] retry: Retry in 0s()")]),
    (
        task("interop.flaky", 0.1),
        [("INFO", r"Task interop.flaky[ID] retry: Retry in 0\.1s: ConnectionError(\('temp'\))?")],
    ),
    (task("interop.ignore"), [("INFO", "Task interop.ignore[ID] ignored()")]),
    (task("interop.reject"), [("WARNING", "Task interop.reject[ID] reject requeue=False(: no)?")]),
    (
        task("interop.sleep", 30, soft_time_limit=1),
        [
            ("WARNING", r"Soft time limit \(1s\) exceeded for interop.sleep[ID]"),
            ("ERROR", r"Task interop.sleep[ID] raised unexpected: SoftTimeLimitExceeded(\(.*\))?"),
        ],
    ),
    (task("interop.block", 30, time_limit=1), [("ERROR", r"Hard time limit \(1s\) exceeded for interop.block[ID]")]),
    (task("no.such.task"), [("ERROR", r"Received unregistered task of type 'no\.such\.task'\.")]),
    (task("interop.add", 1, 2, expires=-1), [("INFO", r"Discarding revoked task: interop.add[ID]")]),
]


@pytest.mark.parametrize("queue", ["swift", "python"])
@pytest.mark.parametrize(("send", "lines"), LINES, ids=[lines[0][1] for _, lines in LINES])
def test_line(pair: Pair, queue: str, send: Send, lines: list[tuple[str, str]]) -> None:
    """Both workers write it; ours without the text of a result or an exception."""
    fleet, workers = pair
    result = send(fleet.app, queue)
    for level, words in lines:
        pattern = rf"{level}/[\w-]+\] " + words.replace("[ID]", rf"\[{result.id}\]") + r"(?: \w+=\S+)*$"
        shown = re.search(pattern, workers[queue].wait_for_line(pattern))
        assert shown is not None
        assert queue == "python" or not any(shown.groups())


@pytest.mark.parametrize("queue", ["swift", "python"])
def test_revoked(pair: Pair, queue: str) -> None:
    """A task that was revoked before it came, and one that is ended while it runs."""
    fleet, workers = pair
    worker, remote = workers[queue], Remote(fleet.app, {"swift": "s", "python": "py"}[queue])
    remote.ask("revoke", {"task_id": f"{queue}-early"})
    worker.wait_for_line(rf"INFO/\w+\] Tasks flagged as revoked: {queue}-early$")
    fleet.app.send_task("interop.add", args=[1, 2], queue=queue, task_id=f"{queue}-early")
    worker.wait_for_line(rf"INFO/\w+\] Task interop\.add\[{queue}-early\] received$")
    worker.wait_for_line(rf"INFO/\w+\] Discarding revoked task: interop\.add\[{queue}-early\]$")
    running = fleet.app.send_task("interop.block", args=[30], queue=queue)
    worker.wait_for_line(rf"Task interop\.block\[{running.id}\] received$")
    remote.ask("revoke", {"task_id": running.id, "terminate": True, "signal": "SIGKILL"})
    worker.wait_for_line(rf"INFO/\w+\] Terminating {running.id} \(9\)$")
