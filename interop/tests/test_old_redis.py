"""A server of 2019, which has neither BLMOVE nor RPOP with a count: nothing is lost, it only takes a moment longer."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import chord

from support.client import Follower
from support.fleet import Fleet
from support.waiting import eventually
from support.worker import python_with_celery_56, redis_5

POLLING = r"waiting for messages by asking again and again"


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    """A fleet on Redis 5."""
    # This release of Python's client asks for RESP3, which such a server does not know, and kombu has no word for it.
    for module in ("connection", "utils"):
        monkeypatch.setattr(f"redis.{module}.DEFAULT_RESP_VERSION", 2)
    with Fleet(tmp_path, redis_server=redis_5()) as fleet:
        yield fleet


def test_shared_queue(fleet: Fleet) -> None:
    """Swift and Python share a queue, results and chords.

    Remote control is left out: kombu 5.7 declares queues for replies with a script that needs Redis 6.2.
    """
    swift = fleet.interop_worker("shared", concurrency=1)
    # The release before brings a client that does without it.
    python = fleet.python_worker("shared", python=python_with_celery_56())
    with fleet.redis.connect() as client:
        assert client.info("server")["redis_version"].startswith("5.0.")
    results = [fleet.app.send_task("interop.block", args=[0.05], queue="shared") for _ in range(40)]
    assert [result.get(timeout=60) for result in results] == [0.05] * 40
    received = r"Task interop\.block\[.*\] received"
    assert swift.count(received) > 0
    assert python.count(received) > 0
    header = [fleet.app.signature("interop.add", (n, 1), queue="shared") for n in range(5)]
    body = fleet.app.signature("interop.sum", queue="shared")
    assert chord(header)(body).get(timeout=60) == 15
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")
    assert swift.count(POLLING) == 1


def test_lost_worker(fleet: Fleet) -> None:
    """A worker that is killed while it waits, or while it works, loses no message."""
    waiting = fleet.interop_worker(concurrency=1, node="i1")
    waiting.wait_for_line(POLLING)
    waiting.signal(signal.SIGKILL)
    waiting.wait()
    result = fleet.app.send_task("interop.add", args=[1, 2], queue="interop")
    working = fleet.interop_worker(concurrency=1, node="i2")
    assert result.get(timeout=30) == 3
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (2,), queue="interop")
    follower.until("PROGRESS")
    working.signal(signal.SIGKILL)
    fleet.interop_worker(concurrency=1, node="i3")
    eventually(lambda: follower.result.state == "SUCCESS", "another worker ends it", within=60)


def test_delayed(fleet: Fleet) -> None:
    """What is parked in Redis comes back in time."""
    fleet.interop_worker(concurrency=1, options=("--parking-distance", "1"))
    result = fleet.app.send_task("interop.add", args=[1, 2], queue="interop", countdown=9)
    with fleet.redis.connect() as client:
        eventually(lambda: client.zcard("swift-celery:parked") == 1, "it is parked")
    assert result.get(timeout=60) == 3
