"""Redis goes away and comes back; the worker goes on where it was."""

import signal
import time

from support.client import Follower
from support.fleet import Fleet
from support.waiting import eventually


def test_idle_worker_reconnects(fleet: Fleet) -> None:
    """A worker that waits for messages finds them after the restart."""
    worker = fleet.interop_worker()
    assert fleet.app.send_task("interop.add", args=[1, 1], queue="interop").get(timeout=30) == 2
    for number in range(2):
        fleet.redis.stop()
        fleet.redis.start()
        result = fleet.app.send_task("interop.add", args=[number, 2], queue="interop")
        assert result.get(timeout=60) == number + 2
    assert worker.is_running


def test_running_task_survives(fleet: Fleet) -> None:
    """A task that runs meanwhile ends once, with its result, and leaves no message behind."""
    worker = fleet.interop_worker(concurrency=1)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (2,), queue="interop")
    follower.until("PROGRESS")
    task = follower.result
    fleet.redis.stop()
    fleet.redis.start()
    eventually(lambda: task.state == "SUCCESS", "the result is stored", within=60)
    eventually(lambda: fleet.redis.unacknowledged() == 0, "the message is acknowledged")
    # Whatever was delivered again would come before this one.
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    assert worker.count(rf"interop\.sleep\[{task.id}\] received") == 1
    assert worker.is_running


def test_task_ends_while_redis_is_away(fleet: Fleet) -> None:
    """A result that cannot be stored at once is stored later."""
    fleet.interop_worker(concurrency=1)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (1,), queue="interop")
    follower.until("PROGRESS")
    over = time.monotonic() + 1.5
    task = follower.result
    fleet.redis.stop()
    # Nobody can announce the end of the task now. If it is late, this test shows less but holds.
    eventually(lambda: time.monotonic() > over, "the task is over")
    fleet.redis.start()
    eventually(lambda: task.state == "SUCCESS", "the result is stored", within=60)
    eventually(lambda: fleet.redis.unacknowledged() == 0, "the message is acknowledged")


def test_worker_starts_before_redis(fleet: Fleet) -> None:
    """A worker that finds no server says so, and waits for it."""
    fleet.redis.stop()
    worker = fleet.interop_worker(wait=False)
    worker.wait_for_line(r"(?i)connect")
    fleet.redis.start()
    result = fleet.app.send_task("interop.add", args=[1, 2], queue="interop")
    assert result.get(timeout=60) == 3
    assert worker.is_running


def test_worker_stops_while_redis_is_away(fleet: Fleet) -> None:
    """TERM ends a worker that cannot reach its server."""
    worker = fleet.interop_worker()
    fleet.redis.stop()
    worker.signal(signal.SIGTERM)
    worker.wait(60)
