"""Python 5.6, Python 5.7 and Swift on one queue: whoever takes a part, the whole comes out the same.

Five hundred canvases of some twenty tasks each; `INTEROP_CANVASES` says how many instead, for a longer soak.
"""

import os
from collections import deque
from collections.abc import Iterator
from typing import Any

import pytest
from celery import chord, group
from celery.exceptions import ChordError
from celery.result import AsyncResult, GroupResult

from support.canvases import Canvas, CanvasMaker
from support.fleet import Fleet
from support.process import Process
from support.waiting import eventually
from support.worker import python_with_celery_56

CANVASES = int(os.environ.get("INTEROP_CANVASES") or 500)
AT_ONCE = 20
RECEIVED = r"Task [\w.]+\[.*\] received"


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """One server for all."""
    with Fleet(tmp_path_factory.mktemp("mixed")) as fleet:
        yield fleet


@pytest.fixture(scope="module")
def workers(fleet: Fleet) -> list[Process]:
    """Four workers on the queue `celery`, which hold no more than they run."""
    few = ("--prefetch-multiplier", "1")
    return [
        fleet.interop_worker("celery", concurrency=1, node="processes", options=few),
        fleet.interop_worker("celery", concurrency=1, node="tasks", options=(*few, "-P", "async")),
        fleet.python_worker("celery", "py57"),
        fleet.python_worker("celery", "py56", python_with_celery_56()),
    ]


def value_of(result: "AsyncResult[Any] | GroupResult") -> Any:
    """The value, when it is there."""
    return result.get(timeout=60)


@pytest.mark.timeout(300 + CANVASES)
def test_canvases(fleet: Fleet, workers: list[Process]) -> None:
    """Chains, groups, chords, retries and replacements, nested at random."""
    maker = CanvasMaker(fleet.app, seed=57, queue="celery")
    before = [worker.count(RECEIVED) for worker in workers]
    running: deque[tuple[int, Canvas, Any]] = deque()

    def finish_one() -> None:
        number, canvas, result = running.popleft()
        assert value_of(result) == canvas.value, f"canvas {number}: {canvas.signature}"

    for number in range(1, CANVASES + 1):
        # Few of many tasks, so that there are many.
        canvas = maker.canvas(depth=1 if number % 10 else 2)
        running.append((number, canvas, canvas.signature.apply_async()))
        if len(running) == AT_ONCE:
            finish_one()
    while running:
        finish_one()
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")
    assert fleet.redis.waiting("celery") == 0
    shares = [worker.count(RECEIVED) - count for worker, count in zip(workers, before, strict=True)]
    print(f"{CANVASES} canvases; tasks of each worker: {shares}")
    assert min(shares) >= CANVASES / 10, f"every worker has a share: {shares}"


@pytest.mark.timeout(300)
def test_chords_that_break(fleet: Fleet, workers: list[Process]) -> None:
    """Whoever finds the failure, the body and its error callback fail once, in the same words."""
    maker = CanvasMaker(fleet.app, seed=58, queue="celery")
    for number in range(30):
        failing = maker.task("fail", f"no {number}")
        failing_id = failing.freeze().id
        noted = fleet.app.AsyncResult(f"noted-{number}")
        body = maker.task("sum")
        body.link_error(maker.task("errback", maker.task("echo", task_id=noted.id)))
        result = chord(group([maker.task("add", 1, 1), failing, maker.task("add", 2, 2)]))(body)
        assert value_of(noted) == [result.id, "ChordError"]
        # Celery's worker sends the error callback before it stores the failure, so the note may be the quicker one.
        failure = result.get(timeout=60, propagate=False)
        assert isinstance(failure, ChordError)
        assert str(failure) == f"Dependency {failing_id} raised ValueError('no {number}')"


@pytest.mark.timeout(300)
def test_many_small_chords_at_once(fleet: Fleet, workers: list[Process]) -> None:
    """Two parts that end at the same moment on two workers: one body each, with both results in order."""
    maker = CanvasMaker(fleet.app, seed=59, queue="celery")
    results = [
        chord([maker.task("add", number, 0), maker.task("add", number, 1)])(maker.task("echo")) for number in range(300)
    ]
    assert [value_of(result) for result in results] == [[number, number + 1] for number in range(300)]
