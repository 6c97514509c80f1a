"""Tasks whose time is far: they wait in Redis, survive every worker, and run in time."""

import signal
import time

from support.client import Follower
from support.control import following
from support.fleet import Fleet
from support.waiting import eventually
from support.worker import Worker

# Beyond what a worker keeps in memory in these tests: two looks of four seconds and a little.
COUNTDOWN = 9.0
OPTIONS = ("--parking-distance", "1", "--visibility-timeout", "60")


def parked(fleet: Fleet) -> int:
    """How many tasks wait in Redis for their time."""
    with fleet.redis.connect() as client:
        return int(client.zcard("swift-celery:parked"))


def parking_worker(fleet: Fleet, node: str) -> Worker:
    """A worker that parks whatever is not due within seconds."""
    return fleet.interop_worker(concurrency=1, node=node, options=OPTIONS)


def send_later(fleet: Fleet) -> tuple[Follower, float]:
    """Sends a task with a countdown; returns when it is due."""
    follower = Follower(fleet.app, fleet.redis.connect())
    due = time.time() + COUNTDOWN
    follower.send("interop.time", queue="interop", countdown=COUNTDOWN)
    return follower, due


def test_task_outlives_every_worker(fleet: Fleet) -> None:
    """Parked by a worker that is killed, run by one that was started later, within a second of its time."""
    first = parking_worker(fleet, "first")
    follower, due = send_later(fleet)
    eventually(lambda: parked(fleet) == 1, "the task is parked")
    first.signal(signal.SIGKILL)
    first.wait()
    parking_worker(fleet, "second")
    assert follower.finish().value["redelivered"] is False
    started = follower.result.get(timeout=5)["time"]
    assert due <= started < due + 1
    assert fleet.redis.unacknowledged() == 0


def test_stop_leaves_it_where_it_is(fleet: Fleet) -> None:
    """TERM: a parked task does not go back to its queue."""
    worker = parking_worker(fleet, "first")
    send_later(fleet)
    eventually(lambda: parked(fleet) == 1, "the task is parked")
    assert worker.stop() == 0
    assert fleet.redis.waiting("interop") == 0
    assert parked(fleet) == 1


def test_python_worker_brings_it_back(fleet: Fleet) -> None:
    """With no Swift worker left, Celery's own worker restores the task when it is due and runs it."""
    first = parking_worker(fleet, "first")
    follower, due = send_later(fleet)
    eventually(lambda: parked(fleet) == 1, "the task is parked")
    first.stop()
    fleet.python_worker("interop", visibility_timeout=60)
    assert follower.finish().value["time"] >= due


def test_it_is_received_once(fleet: Fleet) -> None:
    """By the one that parks it: the log and the events of the one that runs it do not say so again."""
    with following(fleet.app) as events:
        first = fleet.interop_worker(concurrency=1, node="first", options=(*OPTIONS, "-E"))
        follower, _ = send_later(fleet)
        first.wait_for_line(rf"Task interop\.time\[{follower.task_id}\] received")
        eventually(lambda: parked(fleet) == 1, "the task is parked")
        first.stop()
        second = fleet.interop_worker(concurrency=1, node="second", options=(*OPTIONS, "-E"))
        follower.finish()
        events.wait("task-succeeded", uuid=follower.task_id)
        told = [event["type"] for event in events.of(follower.task_id)]
        assert sorted(told) == ["task-received", "task-started", "task-succeeded"]
        second.wait_for_line(rf"Task interop\.time\[{follower.task_id}\] succeeded")
        assert second.count(rf"Task interop\.time\[{follower.task_id}\] received") == 0


def test_retry_with_a_long_countdown_is_parked(fleet: Fleet) -> None:
    """The second run waits in Redis as well."""
    parking_worker(fleet, "first")
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.retry_after", (COUNTDOWN,), queue="interop")
    follower.until("RETRY")
    eventually(lambda: parked(fleet) == 1, "the retry is parked")
    assert follower.finish().value == 1
