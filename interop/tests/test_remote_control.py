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
from support.worker import Worker


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
    ("time_limit", {"task_name": "interop.add", "hard": 100, "soft": 50}),
    ("time_limit", {"task_name": "interop.add", "hard": None, "soft": None}),
    ("time_limit", {"task_name": "no.such", "hard": 1}),
    ("enable_events", {}),
    ("enable_events", {}),
    ("disable_events", {}),
    ("disable_events", {}),
    ("heartbeat", {}),
    ("pool_restart", {"modules": None, "reload": False}),
    ("autoscale", {"max": 3, "min": 1}),
    ("pool_grow", {"n": 1}),
    ("pool_shrink", {"n": 1}),
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


@pytest.mark.parametrize("command", ["clock", "report", "memsample", "active_queues"])
def test_same_shape(swift: Remote, python: Remote, command: str) -> None:
    """Both answer with the same members of the same kinds, in the same order."""
    assert json.dumps(shape(swift.ask(command))) == json.dumps(shape(python.ask(command)))


def test_stats(swift: Remote, python: Remote, pair: Fleet) -> None:
    """Every member that Celery has is there, of the same kind."""
    for queue in ("swift", "python"):
        pair.app.send_task("interop.add", args=[1, 2], queue=queue).get(timeout=30)
    ours, theirs = swift.ask("stats"), python.ask("stats")
    assert list(ours) == list(theirs)
    assert ours["total"] == theirs["total"] == {"interop.add": 1}
    for stats in (ours, theirs):
        stats["pool"]["timeouts"] = [0, 0]
    assert {k: shape(v) for k, v in ours["pool"].items()} == {k: shape(v) for k, v in theirs["pool"].items()}
    assert json.dumps(shape(ours["broker"])) == json.dumps(shape(theirs["broker"]))
    assert ours["broker"] == theirs["broker"]
    assert json.dumps(shape(ours["rusage"])) == json.dumps(shape(theirs["rusage"]))
    assert len(ours["pool"]["processes"]) == 1
    assert isinstance(ours["clock"], str)


def test_registered(swift: Remote, python: Remote) -> None:
    """Names are listed with the attributes that are asked for."""
    assert "interop.add" in swift.ask("registered")
    for items in (["name"], ["max_retries", "rate_limit"], ["name", "nosuch", "_private"], ["serializer", "name"]):
        ours = [text for text in swift.ask("registered", {"taskinfoitems": items}) if "interop.add" in text]
        theirs = [text for text in python.ask("registered", {"taskinfoitems": items}) if "interop.add" in text]
        assert ours == theirs
    swift.ask("rate_limit", {"task_name": "interop.add", "rate_limit": "500/s"})
    assert "interop.add [rate_limit=500/s]" in swift.ask("registered")
    swift.ask("rate_limit", {"task_name": "interop.add", "rate_limit": 0})


def test_conf(swift: Remote, python: Remote) -> None:
    """The settings that clients look for are there, and the server's address without its password."""
    ours = swift.ask("conf", {"with_defaults": True})
    theirs = python.ask("conf", {"with_defaults": True})
    wanted = {
        "accept_content",
        "broker_heartbeat",
        "broker_url",
        "deprecated_settings",
        "enable_utc",
        "include",
        "result_backend",
        "task_default_queue",
        "timezone",
        "worker_concurrency",
        "worker_hijack_root_logger",
        "worker_log_color",
        "worker_prefetch_multiplier",
    }
    assert wanted <= set(ours)
    assert set(ours) <= set(theirs), "no name that Celery does not have"
    assert ours["broker_url"] == theirs["broker_url"]
    assert ours["result_backend"] == theirs["result_backend"]


def tasks(app: Celery, queue: str) -> tuple[str, str, str]:
    """Ids of a task that runs, one that waits for it and one that waits for its time."""
    running = app.send_task("interop.block", args=[6], queue=queue)
    waiting = app.send_task("interop.add", args=[1, 2], kwargs={}, queue=queue, priority=3)
    later = app.send_task("interop.add", args=[3], kwargs={"y": 4}, queue=queue, countdown=50)
    return running.id, waiting.id, later.id


def test_tasks_in_hand(swift: Remote, python: Remote, pair: Fleet) -> None:
    """Running, waiting and scheduled tasks are shown as Celery shows them."""
    shown: list[dict[str, Any]] = []
    for remote, queue in ((swift, "swift"), (python, "python")):
        running, waiting, later = ids = tasks(pair.app, queue)
        query = eventually(
            lambda remote=remote, ids=ids: (
                len(remote.ask("query_task", {"ids": ids})) == 3 and remote.ask("query_task", {"ids": ids})
            ),
            "all are in hand",
        )
        assert {task: state for task, (state, _) in query.items()} == {
            running: "active",
            waiting: "reserved",
            later: "scheduled",
        }
        answers = {
            "query": list(query[waiting]),
            "active": remote.ask("active"),
            "safe": remote.ask("active", {"safe": True}),
            "reserved": remote.ask("reserved"),
            "scheduled": remote.ask("scheduled"),
        }
        assert [task["id"] for task in answers["active"]] == [running]
        assert [task["id"] for task in answers["reserved"]] == [waiting]
        assert [task["request"]["id"] for task in answers["scheduled"]] == [later]
        assert remote.ask("stats")["pool"]["processes"] == [answers["active"][0]["worker_pid"]]
        for answer in (answers["active"], answers["safe"], answers["reserved"]):
            for member in ("id", "hostname", "time_start", "worker_pid"):
                answer[0][member] = shape(answer[0][member])
            answer[0]["delivery_info"]["routing_key"] = queue and "queue"
        remote.ask("revoke", {"task_id": list(ids), "terminate": True, "signal": "KILL"})
        shown.append(answers)
    ours, theirs = shown
    for part in ("active", "safe", "reserved"):
        assert json.dumps(ours[part]) == json.dumps(theirs[part])
    for part in ("query", "scheduled"):
        assert json.dumps(shape(ours[part])) == json.dumps(shape(theirs[part]))


def test_far_task_is_shown_and_revoked(fleet: Fleet) -> None:
    """A task that the broker keeps for later is shown as scheduled; revoked, it does not run when its time comes."""
    fleet.interop_worker(node="first")
    remote = Remote(fleet.app, "first")
    far = fleet.app.send_task("interop.add", args=[1, 2], queue="interop", countdown=70)
    shown = eventually(lambda: remote.ask("scheduled"), "it is scheduled")
    assert [entry["request"]["id"] for entry in shown] == [far.id]
    assert remote.ask("query_task", {"ids": [far.id]})[far.id][0] == "scheduled"
    remote.ask("revoke", {"task_id": far.id})
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


def test_revoked_tasks_travel(fleet: Fleet) -> None:
    """Workers that start learn what is revoked: from Celery's worker, from ours, and from nobody."""
    fleet.python_worker("python")
    fleet.app.control.revoke("from-python")
    eventually(lambda: "from-python" in Remote(fleet.app, "py").ask("revoked"), "Celery's worker knows")
    first: Worker = fleet.interop_worker(node="first")
    assert "from-python" in Remote(fleet.app, "first").ask("revoked")
    fleet.app.control.revoke("from-client")
    eventually(lambda: "from-client" in Remote(fleet.app, "first").ask("revoked"), "the Swift worker knows")
    assert first.stop() == 0
    fleet.app.control.shutdown(destination=[Remote(fleet.app, "py").name])
    eventually(lambda: not fleet.app.control.ping(timeout=0.3), "nobody is left")
    fleet.interop_worker(node="second")
    assert {"from-python", "from-client"} <= set(Remote(fleet.app, "second").ask("revoked"))
    third = fleet.python_worker("python")
    assert "from-client" in Remote(fleet.app, "py").ask("revoked")
    assert third.is_running


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
