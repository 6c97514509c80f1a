"""Mingling: a worker that starts or was away learns from the others which tasks are revoked, whoever they are."""

from datetime import UTC, datetime, timedelta

import pytest
from celery.exceptions import TaskRevokedError

from support.control import Remote
from support.fleet import Fleet
from support.waiting import eventually


def revoke(fleet: Fleet, task_id: str, node: str) -> None:
    """Revokes a task at the worker whose name begins with `node`, and waits until it knows."""
    remote = Remote(fleet.app, node)
    remote.ask("revoke", {"task_id": task_id})
    assert task_id in remote.ask("revoked")


def forget(fleet: Fleet) -> None:
    """Takes away what the Swift workers have remembered in Redis, so that only workers can tell."""
    with fleet.redis.connect() as client:
        client.delete("swift-celery:revoked")


def test_a_swift_worker_learns_from_celery(fleet: Fleet) -> None:
    """What Celery's worker knows reaches a Swift worker that starts later."""
    fleet.python_worker("python")
    revoke(fleet, "known-to-python", "py")
    worker = fleet.interop_worker(node="later")
    worker.wait_for_line(r"mingle: sync with 1 nodes")
    assert "known-to-python" in Remote(fleet.app, "later").ask("revoked")


def test_celery_learns_from_a_swift_worker(fleet: Fleet) -> None:
    """What a Swift worker knows reaches a worker of Celery's that starts later."""
    fleet.interop_worker(node="first")
    revoke(fleet, "known-to-swift", "first")
    worker = fleet.python_worker("python")
    worker.wait_for_line(r"mingle: sync with 1 nodes")
    assert "known-to-swift" in Remote(fleet.app, "py").ask("revoked")


def test_a_swift_worker_learns_from_another(fleet: Fleet) -> None:
    """It learns from the other one itself, not only from what is remembered in Redis."""
    fleet.interop_worker(node="first")
    revoke(fleet, "known-to-swift", "first")
    forget(fleet)
    fleet.interop_worker(node="later")
    assert "known-to-swift" in Remote(fleet.app, "later").ask("revoked")


def test_what_was_learnt_is_remembered(fleet: Fleet) -> None:
    """What a Swift worker has learnt from Celery's is known to those that start when both have gone."""
    python = fleet.python_worker("python")
    revoke(fleet, "known-to-python", "py")
    first = fleet.interop_worker(node="first")
    assert "known-to-python" in Remote(fleet.app, "first").ask("revoked")
    for worker in (first, python):
        assert worker.stop() == 0
    fleet.interop_worker(node="second")
    assert "known-to-python" in Remote(fleet.app, "second").ask("revoked")


def test_what_a_starting_worker_tells_is_remembered(fleet: Fleet) -> None:
    """What one of Celery's workers brings along when it starts is known to those that start later."""
    first = fleet.interop_worker(node="first")
    Remote(fleet.app, "first").ask("hello", {"from_node": "other@host", "revoked": ["brought-along"]})
    assert first.stop() == 0
    fleet.interop_worker(node="second")
    assert "brought-along" in Remote(fleet.app, "second").ask("revoked")


def test_revoked_while_nobody_was_there(fleet: Fleet) -> None:
    """When all workers have gone, Redis still tells; so does who learnt it from there."""
    first = fleet.interop_worker(node="first")
    revoke(fleet, "remembered", "first")
    assert first.stop() == 0
    fleet.interop_worker(node="second")
    assert "remembered" in Remote(fleet.app, "second").ask("revoked")
    fleet.python_worker("python")
    assert "remembered" in Remote(fleet.app, "py").ask("revoked")


def test_expired_tasks_are_told(fleet: Fleet) -> None:
    """A task that a worker found expired is revoked for those that start later, whoever found it."""
    fleet.interop_worker("swift", node="swift")
    fleet.python_worker("python")
    past = datetime.now(UTC) - timedelta(seconds=1)
    ids = []
    for queue, node in (("swift", "swift"), ("python", "py")):
        result = fleet.app.send_task("interop.add", args=[1, 2], queue=queue, expires=past)
        with pytest.raises(TaskRevokedError, match="expired"):
            result.get(timeout=30)
        assert result.id in Remote(fleet.app, node).ask("revoked")
        ids.append(result.id)
    fleet.interop_worker(node="later")
    assert set(ids) <= set(Remote(fleet.app, "later").ask("revoked"))


def subscribed(fleet: Fleet) -> set[str]:
    """The connections that listen."""
    with fleet.redis.connect() as client:
        return {entry["id"] for entry in client.client_list(_type="pubsub")}


def test_a_reconnected_worker_learns_from_celery(fleet: Fleet) -> None:
    """What Celery's worker alone has heard reaches a Swift worker whose connection broke."""
    fleet.python_worker("python")
    Remote(fleet.app, "py")
    theirs = subscribed(fleet)
    worker = fleet.interop_worker(node="swift")
    swift = Remote(fleet.app, "swift")
    revoke(fleet, "known-to-python", "py")
    assert "known-to-python" not in swift.ask("revoked")
    with fleet.redis.connect() as client:
        for connection in subscribed(fleet) - theirs:
            client.client_kill_filter(_id=connection)
    eventually(lambda: worker.count(r"mingle: sync complete") == 2, "it has asked again")
    assert "known-to-python" in swift.ask("revoked")


def test_after_a_restart_of_redis(fleet: Fleet) -> None:
    """A worker that is connected again asks the others again, or finds that it is alone."""
    worker = fleet.interop_worker()
    fleet.redis.stop()
    fleet.redis.start()
    eventually(lambda: worker.count(r"mingle: all alone") == 2, "it has asked again", within=60)
