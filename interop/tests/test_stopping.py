"""Warm and cold stops: nothing is lost, and the exit code is 0."""

import json
import signal

import pytest
from celery.result import AsyncResult

from support.client import Follower
from support.fleet import Fleet
from support.process import is_alive
from support.waiting import eventually
from support.worker import Worker


def busy_worker(fleet: Fleet, seconds: float) -> tuple[Worker, Follower, list["AsyncResult[int]"], int]:
    """A worker of one process that runs a task and has three more to do."""
    worker = fleet.interop_worker(concurrency=1, node="first")
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (seconds,), queue="interop")
    child = follower.until("PROGRESS")["result"]["pid"]
    waiting = [fleet.app.send_task("interop.add", args=[n, n], queue="interop") for n in range(3)]
    # The worker has fetched them, or they wait in Redis: a stop must be right in both cases.
    return worker, follower, waiting, child


def test_warm_stop_finishes_what_runs(fleet: Fleet) -> None:
    """TERM: the running task ends and is stored, the waiting ones are handed back."""
    worker, follower, waiting, _ = busy_worker(fleet, 1.5)
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0
    assert follower.finish().states[-1] == "SUCCESS"
    assert fleet.redis.waiting("interop") == 3
    assert fleet.redis.unacknowledged() == 0
    fleet.interop_worker(concurrency=1, node="second")
    assert [result.get(timeout=30) for result in waiting] == [0, 2, 4]


def test_cold_stop_hands_everything_back(fleet: Fleet) -> None:
    """QUIT: the running task is interrupted, and its message waits with the others."""
    worker, follower, waiting, child = busy_worker(fleet, 4)
    worker.signal(signal.SIGQUIT)
    assert worker.wait() == 0
    assert fleet.redis.waiting("interop") == 4
    assert fleet.redis.unacknowledged() == 0
    eventually(lambda: not is_alive(child), "the child has ended")
    fleet.interop_worker(concurrency=1, node="second")
    assert follower.finish().states[-1] == "SUCCESS"
    assert [result.get(timeout=30) for result in waiting] == [0, 2, 4]


def test_stops_do_not_count_as_losses(fleet: Fleet) -> None:
    """A task whose time has not come outlives more restarts than losses are allowed, and counts none."""
    result = fleet.app.send_task("interop.add", args=[1, 1], queue="interop", countdown=45)
    for _ in range(6):
        worker = fleet.interop_worker(concurrency=1)
        worker.wait_for_line(rf"Task interop\.add\[{result.id}\] received")
        assert worker.stop() == 0
    assert result.state == "PENDING"
    with fleet.redis.connect() as client:
        message = json.loads(client.lindex("interop", 0) or "")
    assert message["headers"]["redelivered"] is True
    assert message["headers"]["x-delivery-count"] == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT])
def test_idle_worker_stops(fleet: Fleet, number: signal.Signals) -> None:
    """Without tasks every way of stopping is quick and clean."""
    worker = fleet.interop_worker()
    children = worker.children()
    worker.signal(number)
    assert worker.wait(10) == 0
    eventually(lambda: not any(map(is_alive, children)), "the children have ended")


def test_results_survive_the_worker(fleet: Fleet) -> None:
    """What a stopped worker has stored can still be read."""
    worker = fleet.interop_worker()
    result = fleet.app.send_task("interop.add", args=[1, 1], queue="interop")
    assert result.get(timeout=30) == 2
    assert worker.stop() == 0
    assert fleet.app.AsyncResult(result.id).get(timeout=5) == 2
