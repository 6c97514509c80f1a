"""The size of the pool, and when its processes are replaced."""

from typing import Any, cast

from celery import Celery

from support.fleet import Fleet
from support.waiting import eventually
from support.worker import Worker


def control_of(app: Celery) -> Any:
    """Remote control, without the types that say that nobody may answer."""
    return app.control


def pool_stats(app: Celery) -> dict[str, Any]:
    """What `inspect stats` says of the one worker there is."""
    [stats] = control_of(app).inspect(timeout=5, limit=1).stats().values()
    return cast(dict[str, Any], stats)


def answer(replies: list[dict[str, Any]]) -> Any:
    """What the one worker there is has answered."""
    [reply] = replies
    [value] = reply.values()
    return value


def has_children(worker: Worker, count: int) -> None:
    """Waits until the worker has so many processes."""
    eventually(lambda: len(worker.children()) == count, f"{count} processes")


def test_grow_and_shrink(fleet: Fleet) -> None:
    """`pool_grow` and `pool_shrink` change the processes and what is fetched ahead."""
    worker = fleet.interop_worker(concurrency=2)
    control = control_of(fleet.app)
    assert pool_stats(fleet.app)["prefetch_count"] == 8
    assert answer(control.pool_grow(2, reply=True, timeout=5, limit=1)) == {"ok": "pool will grow"}
    has_children(worker, 4)
    assert pool_stats(fleet.app)["prefetch_count"] == 16
    results = [fleet.app.send_task("interop.block", args=[0.5], queue="interop") for _ in range(4)]
    assert answer(control.pool_shrink(3, reply=True, timeout=5, limit=1)) == {"ok": "pool will shrink"}
    # Busy ones end their tasks first.
    assert [result.get(timeout=30) for result in results] == [0.5] * 4
    has_children(worker, 1)
    assert fleet.app.send_task("interop.add", args=[1, 1], queue="interop").get(timeout=30) == 2


def test_restart(fleet: Fleet) -> None:
    """`pool_restart` replaces every process, when it is enabled; what runs comes to its end."""
    worker = fleet.interop_worker(concurrency=2, environment={"CELERY_WORKER_POOL_RESTARTS": "true"})
    has_children(worker, 2)
    before = worker.children()
    busy = fleet.app.send_task("interop.block", args=[1], queue="interop")
    worker.wait_for_line(rf"{busy.id}\] received")
    assert answer(control_of(fleet.app).pool_restart(reply=True, timeout=5, limit=1)) == {"ok": "reload started"}
    assert busy.get(timeout=30) == 1
    eventually(lambda: len(worker.children()) == 2 and not before & worker.children(), "all are new")


def test_autoscale(fleet: Fleet) -> None:
    """The pool grows to what there is to do, and shrinks when there has been nothing for a while."""
    worker = fleet.interop_worker(options=("--autoscale", "4,1"), environment={"CELERY_AUTOSCALE_KEEPALIVE": "1"})
    has_children(worker, 1)
    results = [fleet.app.send_task("interop.block", args=[0.5], queue="interop") for _ in range(12)]
    worker.wait_for_line(r"Scaling up \d processes\.")
    has_children(worker, 4)
    stats = pool_stats(fleet.app)
    assert stats["prefetch_count"] == 16
    assert (stats["autoscaler"]["max"], stats["autoscaler"]["min"]) == (4, 1)
    grow = control_of(fleet.app).pool_grow(1, reply=True, timeout=5, limit=1)
    assert "not supported with autoscale" in answer(grow)["error"]
    assert [result.get(timeout=30) for result in results] == [0.5] * 12
    worker.wait_for_line(r"Scaling down \d processes\.")
    has_children(worker, 1)
    limits = control_of(fleet.app).autoscale(3, 2, reply=True, timeout=5, limit=1)
    assert answer(limits) == {"ok": "autoscale now max=3 min=2"}
    has_children(worker, 2)


def test_processes_are_replaced_after_so_many_tasks(fleet: Fleet) -> None:
    """`--max-tasks-per-child`."""
    fleet.interop_worker(concurrency=1, options=("--max-tasks-per-child", "2"))
    pids = [fleet.app.send_task("interop.pid", queue="interop").get(timeout=30) for _ in range(6)]
    assert pids[0] == pids[1]
    assert pids[2] == pids[3]
    assert len(set(pids)) == 3


def test_processes_are_replaced_when_they_have_too_much_memory(fleet: Fleet) -> None:
    """`--max-memory-per-child`: any process has more than 1 KiB."""
    fleet.interop_worker(concurrency=1, options=("--max-memory-per-child", "1"))
    pids = [fleet.app.send_task("interop.pid", queue="interop").get(timeout=30) for _ in range(3)]
    assert len(set(pids)) == 3
