"""Broker and result backend behind sentinels, for Celery's client, its worker and ours alike."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.sentinels import Sentinels
from support.waiting import eventually
from support.worker import PythonWorker, Worker, wait_until_ready


@pytest.fixture
def sentinels(tmp_path: Path) -> Iterator[Sentinels]:
    """Servers and sentinels of this test's own."""
    with Sentinels(tmp_path) as sentinels:
        yield sentinels


@pytest.fixture
def worker(sentinels: Sentinels) -> Iterator[Worker]:
    """A Swift worker that knows the sentinels."""
    worker = Worker(sentinels.url, "interop", "interop-worker", 1, "i1", environment=sentinels.environment)
    try:
        wait_until_ready(worker)
        yield worker
    finally:
        worker.stop()


def test_shared_queue(sentinels: Sentinels, worker: Worker) -> None:
    """Swift and Python take tasks from the same queue, and answer remote control."""
    python = PythonWorker(sentinels.url, "interop", settings=sentinels.settings)
    try:
        wait_until_ready(python)
        app = sentinels.app()
        results = [app.send_task("interop.block", args=[0.05], queue="interop") for _ in range(40)]
        assert [result.get(timeout=60) for result in results] == [0.05] * 40
        received = r"Task interop\.block\[.*\] received"
        assert worker.count(received) > 0
        assert python.count(received) > 0
        nodes: set[str] = set()
        while nodes != {"i1", "py"}:
            # The test's own limit of time ends this.
            nodes |= {name.split("@")[0] for answer in app.control.ping(timeout=1) or [] for name in answer}
        with sentinels.connect(sentinels.first) as client:
            eventually(lambda: client.hlen("unacked") == 0, "all messages are acknowledged")
        assert "geheim" not in worker.output
        assert "verschwiegen" not in worker.output
    finally:
        python.stop()


def test_lost_master(sentinels: Sentinels, worker: Worker) -> None:
    """The worker goes on with the new master; what ran meanwhile ends once, with its result."""
    app = sentinels.app()
    assert app.send_task("interop.add", args=[1, 1], queue="interop").get(timeout=30) == 2
    running = app.send_task("interop.block", args=[4], queue="interop")
    worker.wait_for_line(rf"interop\.block\[{running.id}\] received")
    with sentinels.connect(sentinels.first) as client:
        # The replica has it too before the master is lost.
        assert client.wait(1, 10_000) == 1
    sentinels.lose_master()
    later = sentinels.app()
    result = later.send_task("interop.add", args=[2, 2], queue="interop")
    assert result.get(timeout=60) == 4
    assert later.AsyncResult(running.id).get(timeout=60) == 4
    with sentinels.connect(sentinels.second) as client:
        eventually(lambda: client.hlen("unacked") == 0, "all messages are acknowledged")
    assert worker.is_running
    assert worker.count(rf"interop\.block\[{running.id}\] received") == 1
