"""Remote control: a Swift worker answers as Celery's own worker does, command by command."""

import json
import signal
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from celery import Celery
from celery.exceptions import TaskRevokedError

from support.control import Remote, shape
from support.fleet import Fleet
from support.waiting import eventually


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with a Swift worker on queue `swift` and Celery's own one on queue `python`."""
    with Fleet(tmp_path_factory.mktemp("pair")) as fleet:
        fleet.interop_worker("swift", concurrency=1, node="s")
        fleet.python_worker("python")
        yield fleet


@pytest.fixture(scope="module")
def swift(pair: Fleet) -> Remote:
    """The Swift worker."""
    return Remote(pair.app, "s")


@pytest.fixture(scope="module")
def python(pair: Fleet) -> Remote:
    """Celery's worker."""
    return Remote(pair.app, "py")


COMMANDS: list[tuple[str, dict[str, object]]] = [
    ("ping", {}),
    ("nosuchcommand", {}),
    ("active", {}),
    ("reserved", {}),
    ("scheduled", {}),
    ("query_task", {"ids": ["unknown"]}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "1000/s"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "0"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": 0}),
    ("rate_limit", {"task_name": "no.such", "rate_limit": "1/s"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "bad"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "1/x"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": [1]}),
    ("time_limit", {"task_name": "interop.add", "hard": 100, "soft": 50}),
    ("time_limit", {"task_name": "interop.add", "hard": None, "soft": None}),
    ("time_limit", {"task_name": "no.such", "hard": 1}),
    ("enable_events", {}),
    ("enable_events", {}),
    ("disable_events", {}),
    ("disable_events", {}),
    ("heartbeat", {}),
    ("heartbeat", {"other": 1}),
    ("report", {"other": 1}),
    ("enable_events", {"other": 1}),
    ("active_queues", {"other": 1}),
    ("autoscale", {"max": 3, "other": 1}),
    ("pool_restart", {"modules": None, "reload": False}),
    ("autoscale", {"max": 3, "min": 1}),
    ("pool_grow", {"n": 1}),
    ("pool_shrink", {"n": 1}),
    ("pool_grow", {"n": "a"}),
    ("pool_grow", {}),
    ("pool_shrink", {}),
    ("add_consumer", {"queue": "q2", "exchange": None, "exchange_type": "direct", "routing_key": None}),
    ("add_consumer", {"queue": "q2"}),
    ("cancel_consumer", {"queue": "q2"}),
    ("cancel_consumer", {"queue": "q2"}),
    ("revoke", {"task_id": "one"}),
    ("revoke", {"task_id": ["one"], "terminate": False, "signal": "SIGTERM"}),
    ("revoke", {"task_id": []}),
    ("revoke", {"task_id": "one", "terminate": True}),
    ("revoke", {"task_id": "one", "terminate": True, "signal": "lower"}),
    ("revoke", {"task_id": "one", "terminate": True, "signal": "SIGNOSUCH"}),
    ("terminate", {"task_id": ["one"], "signal": "KILL"}),
    ("revoke_by_stamped_headers", {"headers": {"h": ["v", 'it"s', "it's", 7]}}),
    ("revoke_by_stamped_headers", {"headers": {"h": "w"}, "terminate": True}),
    ("revoke_by_stamped_headers", {"headers": ["k=v"], "terminate": False}),
    ("revoked", {}),
    ("hello", {"from_node": "other@host", "revoked": ["r1"]}),
    ("hello", {"from_node": "other@host", "revoked": {"r2": [1.5, 2]}}),
    ("objgraph", {}),
]


@pytest.mark.parametrize(("command", "arguments"), COMMANDS, ids=lambda value: json.dumps(value))
def test_same_answer(swift: Remote, python: Remote, command: str, arguments: dict[str, object]) -> None:
    """Both give the same answer, letter by letter; only clocks may differ."""
    ours, theirs = swift.ask(command, arguments), python.ask(command, arguments)
    for answer in (ours, theirs):
        if isinstance(answer, dict) and "clock" in answer:
            answer["clock"] = 0
    assert ours == theirs
    assert json.dumps(shape(ours)) == json.dumps(shape(theirs)), "the order of the members"


@pytest.mark.parametrize("command", ["clock", "report", "active_queues"])
def test_same_shape(swift: Remote, python: Remote, command: str) -> None:
    """Both answer with the same members of the same kinds, in the same order."""
    assert json.dumps(shape(swift.ask(command))) == json.dumps(shape(python.ask(command)))


def test_same_builtin_tasks(swift: Remote, python: Remote) -> None:
    """Both have the same tasks of Celery's own, but for the one that no one sends on Redis."""
    arguments: dict[str, object] = {"builtins": True}
    ours, theirs = (
        {name for name in remote.ask("registered", arguments) if name.startswith("celery.")}
        for remote in (swift, python)
    )
    assert theirs - ours == {"celery.chord_unlock"}
    assert not ours - theirs


def tasks(app: Celery, queue: str) -> tuple[str, str, str]:
    """Ids of a task that runs, one that waits for it and one that waits for its time."""
    running = app.send_task("interop.block", args=[6], queue=queue)
    waiting = app.send_task("interop.add", args=[1, 2], kwargs={}, queue=queue, priority=3)
    later = app.send_task("interop.add", args=[3], kwargs={"y": 4}, queue=queue, countdown=50)
    return running.id, waiting.id, later.id


def test_far_task_is_shown_and_revoked(fleet: Fleet) -> None:
    """A task that the broker keeps for later is shown as scheduled; revoked, it does not run when its time comes."""
    # Nearer ones are not worth keeping there.
    worker = fleet.interop_worker(node="first", options=("--parking-distance", "1"))
    remote = Remote(fleet.app, "first")
    far = fleet.app.send_task("interop.add", args=[1, 2], queue="interop", countdown=9)
    shown = eventually(lambda: remote.ask("scheduled"), "it is scheduled")
    assert [entry["request"]["id"] for entry in shown] == [far.id]
    assert remote.ask("query_task", {"ids": [far.id]})[far.id][0] == "scheduled"
    assert remote.ask("revoke", {"task_id": far.id, "terminate": True}) == {"ok": f"terminate: {far.id}"}
    assert far.state == "REVOKED"
    worker.wait_for_line(rf"Discarding revoked task: interop\.add\[{far.id}\]")
    eventually(lambda: fleet.redis.unacknowledged() == 0, "its message is acknowledged")
    assert far.state == "REVOKED"


def test_waiting_task_is_revoked_at_once(fleet: Fleet) -> None:
    """A task that waits for a process is REVOKED as soon as the command is answered, and never runs."""
    worker = fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")
    running = fleet.app.send_task("interop.block", args=[2], queue="interop")
    waiting = fleet.app.send_task("interop.add", args=[1, 2], queue="interop")
    eventually(lambda: remote.ask("query_task", {"ids": [waiting.id]}), "it is in hand")
    remote.ask("revoke", {"task_id": waiting.id})
    assert waiting.state == "REVOKED"
    assert running.get(timeout=30) == 2
    worker.wait_for_line(rf"Discarding revoked task: interop\.add\[{waiting.id}\]")
    assert waiting.state == "REVOKED"
    eventually(lambda: fleet.redis.unacknowledged() == 0, "its message is acknowledged")


def test_revoked_before_it_is_sent(swift: Remote, pair: Fleet) -> None:
    """A task whose id is revoked beforehand is not run."""
    task_id = str(uuid.uuid4())
    pair.app.control.revoke(task_id)
    eventually(lambda: task_id in swift.ask("revoked"), "the worker knows")
    result = pair.app.send_task("interop.add", args=[1, 2], queue="swift", task_id=task_id)
    with pytest.raises(TaskRevokedError, match="revoked"):
        result.get(timeout=30)


@pytest.mark.parametrize("number", ["TERM", "KILL", "SIGINT"])
def test_running_task_is_terminated(fleet: Fleet, number: str) -> None:
    """The process that runs the task gets the signal; the task ends REVOKED, and the next one is run."""
    worker = fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")
    running = fleet.app.send_task("interop.block", args=[60], queue="interop")
    eventually(lambda: remote.ask("active"), "it runs")
    answer = remote.ask("revoke", {"task_id": running.id, "terminate": True, "signal": number})
    assert answer == {"ok": f"terminate: {running.id}"}
    with pytest.raises(TaskRevokedError, match="terminated"):
        running.get(timeout=30)
    worker.wait_for_line(rf"Terminating {running.id} \({int(getattr(signal, 'SIG' + number.removeprefix('SIG')))}\)")
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    eventually(lambda: fleet.redis.unacknowledged() == 0, "its message is acknowledged")


def test_terminated_by_stamp(fleet: Fleet) -> None:
    """A running task with a revoked stamp is ended, and later ones are not run."""
    fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")

    def stamped(name: str, argument: float) -> Any:
        signature = fleet.app.signature(name, args=[argument], queue="interop")
        signature.stamp(run="x1")
        return signature.apply_async()

    running = stamped("interop.block", 60)
    eventually(lambda: remote.ask("active"), "it runs")
    answer = remote.ask("revoke_by_stamped_headers", {"headers": {"run": ["x1", "x2"]}, "terminate": True})
    assert answer == {"ok": "headers defaultdict(<class 'set'>, {'run': {'x1'}}) revoked"}
    with pytest.raises(TaskRevokedError, match="terminated"):
        running.get(timeout=30)
    with pytest.raises(TaskRevokedError, match="revoked"):
        stamped("interop.sleep", 0).get(timeout=30)


def test_time_limit_at_run_time(fleet: Fleet) -> None:
    """A hard limit that is set while the worker runs holds for the next run."""
    fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")
    assert fleet.app.send_task("interop.block", args=[0.1], queue="interop").get(timeout=30) == 0.1
    remote.ask("time_limit", {"task_name": "interop.block", "hard": 0.5})
    result = fleet.app.send_task("interop.block", args=[60], queue="interop")
    with pytest.raises(Exception, match="TimeLimitExceeded"):
        result.get(timeout=30)


def test_election(swift: Remote) -> None:
    """An election is answered; Celery's own worker ends when it is the only one to be elected."""
    assert swift.ask("election", {"id": "e", "topic": "none", "action": None}) is None
    assert swift.ask("ping") == {"ok": "pong"}


def test_custom_command(swift: Remote) -> None:
    """A command of the program's own is answered, also when it fails."""
    assert swift.ask("interop_greet", {"name": "x"}) == {"hello": "x"}
    assert swift.ask("interop_fail") == {"error": "ValueError('asked to fail')"}


def test_answers_while_draining(fleet: Fleet) -> None:
    """A worker that stops warm answers until its last task has ended."""
    worker = fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")
    running = fleet.app.send_task("interop.block", args=[3], queue="interop")
    eventually(lambda: remote.ask("active"), "it runs")
    worker.signal(signal.SIGTERM)
    worker.wait_for_line("Warm shutdown")
    assert [task["id"] for task in remote.ask("active")] == [running.id]
    assert worker.wait() == 0
    assert running.get(timeout=10) == 3


def test_shutdown(fleet: Fleet) -> None:
    """The command `shutdown` is a warm stop."""
    worker = fleet.interop_worker(concurrency=1)
    remote = Remote(fleet.app, "i1")
    running = fleet.app.send_task("interop.block", args=[1], queue="interop")
    eventually(lambda: remote.ask("active"), "it runs")
    fleet.app.control.shutdown()
    assert worker.wait() == 0
    assert running.get(timeout=10) == 1


def test_an_answer_that_nobody_reads_expires(fleet: Fleet) -> None:
    """The list of an answer lives for a minute, and without a binding there is no answer at all."""
    fleet.interop_worker(node="i1")
    remote = Remote(fleet.app, "i1")
    with fleet.redis.connect() as client:
        for has_binding in (False, True):
            oid = str(uuid.uuid4())
            queue = f"{oid}.reply.celery.pidbox"
            if has_binding:
                client.sadd("_kombu.binding.reply.celery.pidbox", f"{oid}\x06\x16\x06\x16{queue}")
            with fleet.app.connection_for_write() as connection, connection.Producer() as producer:
                producer.publish(
                    {
                        "method": "ping",
                        "arguments": {},
                        "ticket": "t",
                        "reply_to": {"exchange": "reply.celery.pidbox", "routing_key": oid},
                    },
                    exchange=fleet.app.control.mailbox.exchange,
                    declare=[fleet.app.control.mailbox.exchange],
                    serializer="json",
                    headers={"clock": 1, "expires": 0},
                )
            # Commands are answered in order, so this one's answer shows that the other one was dealt with.
            assert remote.ask("ping") == {"ok": "pong"}
            assert client.llen(queue) == int(has_binding)
            assert 0 < client.ttl(queue) <= 60 if has_binding else client.ttl(queue) == -2


def test_connections(fleet: Fleet) -> None:
    """A worker of one queue has six connections: commands, one for each list, and the subscriptions."""
    worker = fleet.interop_worker(node="i1")
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    Remote(fleet.app, "i1").ask("ping")
    assert worker.connections(fleet.redis.port) <= 6
