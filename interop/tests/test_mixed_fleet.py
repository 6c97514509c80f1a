"""Python and Swift workers on one queue and one result backend."""

import pytest
from celery.exceptions import NotRegistered

from support.fleet import Fleet
from support.waiting import eventually


def test_shared_queue(fleet: Fleet) -> None:
    """Both take tasks from the same queue; each task runs once."""
    swift = fleet.interop_worker("shared", concurrency=1)
    python = fleet.python_worker("shared")
    results = [fleet.app.send_task("interop.block", args=[0.05], queue="shared") for _ in range(40)]
    assert [result.get(timeout=60) for result in results] == [0.05] * 40
    received = r"Task interop\.block\[.*\] received"
    by_swift, by_python = swift.count(received), python.count(received)
    assert by_swift > 0
    assert by_python > 0
    assert by_swift + by_python == 40
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")


def test_each_has_tasks_of_its_own(fleet: Fleet) -> None:
    """A task sent to the worker that does not have it fails there, by name."""
    fleet.interop_worker("swift", concurrency=1)
    python = fleet.python_worker("python")
    app = fleet.app
    assert app.send_task("python.pid", queue="python").get(timeout=30) != python.pid
    assert app.send_task("interop.pid", queue="swift").get(timeout=30) != python.pid
    with pytest.raises(NotRegistered, match=r"python\.pid"):
        app.send_task("python.pid", queue="swift").get(timeout=30)


def test_python_continues_what_swift_gives_back(fleet: Fleet) -> None:
    """Messages that a stopping Swift worker hands back are run by the Python worker."""
    swift = fleet.interop_worker("shared", concurrency=1)
    first = fleet.app.send_task("interop.block", args=[1], queue="shared")
    swift.wait_for_line(r"interop\.block\[.*\] received")
    results = [fleet.app.send_task("interop.add", args=[n, 1], queue="shared") for n in range(6)]
    assert swift.stop() == 0
    assert fleet.app.AsyncResult(first.id).state == "SUCCESS"
    fleet.python_worker("shared")
    assert [result.get(timeout=30) for result in results] == [1, 2, 3, 4, 5, 6]
