"""Tasks acknowledged before they run: a stop or a kill loses the run, as in Celery, but tells the caller so."""

import signal

import pytest
from billiard.exceptions import WorkerLostError

from support.client import Follower
from support.fleet import Fleet
from support.waiting import eventually


def running_keys(fleet: Fleet) -> list[bytes]:
    """The hashes of tasks that were acknowledged early and have not ended."""
    with fleet.redis.connect() as client:
        return list(client.scan_iter("swift-celery:running:*"))


def test_cold_stop_fails_the_task(fleet: Fleet) -> None:
    """QUIT: the task is stored as lost and waits in no queue."""
    worker = fleet.interop_worker(concurrency=1)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.early", (30,), queue="interop")
    follower.until("PROGRESS")
    assert fleet.redis.unacknowledged() == 0
    worker.signal(signal.SIGQUIT)
    assert worker.wait() == 0
    lost = follower.finish()
    assert lost.states[-1] == "FAILURE"
    with pytest.raises(WorkerLostError, match="stopped"):
        lost.result.get(timeout=30)
    assert fleet.redis.waiting("interop") == 0
    assert not running_keys(fleet)


def test_killed_worker_does_not_leave_its_task_behind(fleet: Fleet) -> None:
    """KILL: another worker stores the failure within seconds; the task does not run again."""
    first = fleet.interop_worker(concurrency=1, node="first")
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.early", (60,), queue="interop")
    follower.until("PROGRESS")
    first.signal(signal.SIGKILL)
    first.wait()
    second = fleet.interop_worker(concurrency=1, node="second")
    lost = follower.finish()
    assert lost.states[-1] == "FAILURE"
    with pytest.raises(WorkerLostError, match="lost"):
        lost.result.get(timeout=30)
    eventually(lambda: not running_keys(fleet), "nothing is left of it")
    assert second.is_running
