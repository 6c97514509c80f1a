"""The command line `celery` shows and changes a Swift worker as it does Celery's own.

Left out are the commands that concern no worker: `beat`, `graph`, `logtool`, `multi`, `shell`, `upgrade`, and
`amqp`, which is a shell for the broker alone.
"""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.command import CeleryCommand
from support.control import Remote, shape
from support.fleet import Fleet
from support.waiting import eventually


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with a Swift worker on queue `swift` and Celery's own one on queue `python`, of one process each."""
    with Fleet(tmp_path_factory.mktemp("pair")) as fleet:
        fleet.interop_worker("swift", concurrency=1, node="s")
        fleet.python_worker("python", settings={"worker_prefetch_multiplier": 4})
        yield fleet


@pytest.fixture(scope="module")
def nodes(pair: Fleet) -> tuple[str, str]:
    """The names of the Swift worker and of Celery's."""
    return Remote(pair.app, "s").name, Remote(pair.app, "py").name


@pytest.fixture(scope="module")
def celery(pair: Fleet) -> CeleryCommand:
    """The command line on their server."""
    return CeleryCommand(pair.redis.url)


def both(celery: CeleryCommand, nodes: tuple[str, str], kind: str, command: str, *arguments: str) -> tuple[Any, Any]:
    """What both workers answer to one call of `celery inspect` or `celery control`."""
    answer = celery.json(kind, "-j", "-t", "20", "-d", ",".join(nodes), command, *arguments)
    if kind == "control":
        answer = {node: reply for replies in answer for node, reply in replies.items()}
    assert set(answer) == set(nodes)
    return answer[nodes[0]], answer[nodes[1]]


INSPECT_SAME = [
    ("ping",),
    ("active",),
    ("reserved",),
    ("scheduled",),
    ("query_task", "unknown"),
    ("revoked",),
    ("objgraph",),
]


@pytest.mark.parametrize("words", INSPECT_SAME, ids=" ".join)
def test_inspect_with_the_same_answer(celery: CeleryCommand, nodes: tuple[str, str], words: tuple[str, ...]) -> None:
    """Both say the same, letter by letter."""
    ours, theirs = both(celery, nodes, "inspect", *words)
    assert ours == theirs


INSPECT_SHAPE = [("clock",), ("report",), ("memsample",), ("memdump",), ("memdump", "3"), ("active_queues",)]


@pytest.mark.parametrize("words", INSPECT_SHAPE, ids=" ".join)
def test_inspect_with_the_same_shape(celery: CeleryCommand, nodes: tuple[str, str], words: tuple[str, ...]) -> None:
    """Both say the same kinds of things."""
    ours, theirs = both(celery, nodes, "inspect", *words)
    assert shape(ours) == shape(theirs)


def test_inspect_stats(celery: CeleryCommand, nodes: tuple[str, str]) -> None:
    """The statistics have the same members, of the same kinds."""
    ours, theirs = both(celery, nodes, "inspect", "stats")
    for stats in (ours, theirs):
        # The app of Celery's worker sets some.
        stats["total"] = stats["broker"]["transport_options"] = {}
    assert shape(ours) == shape(theirs)
    assert ours["broker"] == theirs["broker"]
    assert ours["pool"]["max-concurrency"] == theirs["pool"]["max-concurrency"] == 1


def test_inspect_registered(celery: CeleryCommand, nodes: tuple[str, str]) -> None:
    """The tasks are named, with the attributes that are asked for."""
    for items in ((), ("name",), ("max_retries", "rate_limit")):
        ours, theirs = both(celery, nodes, "inspect", "registered", *items)
        assert [task for task in ours if "interop.add" in task] == [task for task in theirs if "interop.add" in task]


def test_inspect_conf(celery: CeleryCommand, nodes: tuple[str, str], pair: Fleet) -> None:
    """The settings have Celery's names, and defaults are shown when they are asked for."""
    few, _ = both(celery, nodes, "inspect", "conf")
    ours, theirs = both(celery, nodes, "inspect", "conf", "true")
    assert set(few) < set(ours) <= set(theirs)
    # Celery does not show what the environment tells it.
    assert ours["broker_url"] == ours["result_backend"] == pair.redis.url


def test_inspect_tasks_in_hand(celery: CeleryCommand, nodes: tuple[str, str], pair: Fleet) -> None:
    """Tasks that run, wait for a process or wait for their time are shown where they are, and then ended."""
    sent = {queue: in_hand(pair, queue) for queue in ("swift", "python")}
    ids = [task for tasks in sent.values() for task in tasks]
    eventually(
        lambda: (
            sum(len(answer) for answer in (pair.app.control.inspect(destination=nodes).query_task(ids) or {}).values())
            == len(ids)
        ),
        "all are in hand",
    )
    for command, place in (("active", 0), ("reserved", 1), ("scheduled", 2)):
        ours, theirs = both(celery, nodes, "inspect", command)
        shown = [[entry.get("request", entry)["id"] for entry in answer] for answer in (ours, theirs)]
        assert shown == [[sent["swift"][place]], [sent["python"][place]]], command
        assert [without_place(entry) for entry in ours] == [without_place(entry) for entry in theirs], command
    ours, theirs = both(celery, nodes, "inspect", "query_task", *ids)
    states = [{ids.index(task) % 3: state for task, (state, _) in answer.items()} for answer in (ours, theirs)]
    assert states == [{0: "active", 1: "reserved", 2: "scheduled"}] * 2
    ours, theirs = both(celery, nodes, "control", "terminate", "SIGTERM", *ids)
    assert set(ours["ok"].removeprefix("terminate: ").split(", ")) == set(sent["swift"])
    assert set(theirs["ok"].removeprefix("terminate: ").split(", ")) == set(sent["python"])
    eventually(lambda: not any(pair.app.control.inspect(destination=nodes).active().values()), "nothing runs")


def without_place(entry: dict[str, Any]) -> dict[str, Any]:
    """A task as a worker shows it, without what differs from worker to worker."""
    if "request" in entry:
        return {"eta": shape(entry["eta"]), "priority": entry["priority"], "request": without_place(entry["request"])}
    task = dict(entry)
    for member in ("id", "hostname", "time_start", "worker_pid"):
        task[member] = shape(task[member])
    return task | {"delivery_info": task["delivery_info"] | {"routing_key": "str"}}


def in_hand(fleet: Fleet, queue: str) -> list[str]:
    """Ids of a task that runs, one that waits for it and one that waits for its time."""
    running = fleet.app.send_task("interop.block", args=[60], queue=queue)
    waiting = fleet.app.send_task("interop.add", args=[1, 2], queue=queue)
    later = fleet.app.send_task("interop.add", args=[3], kwargs={"y": 4}, queue=queue, countdown=50)
    return [running.id, waiting.id, later.id]


CONTROL_SAME = [
    ("add_consumer", "q2"),
    ("add_consumer", "q3", "x3", "topic", "x3.#"),
    ("add_consumer",),
    ("cancel_consumer", "q2"),
    ("cancel_consumer", "q3"),
    ("autoscale", "3", "1"),
    ("pool_grow", "1"),
    ("pool_shrink", "1"),
    ("pool_grow",),
    ("pool_shrink",),
    ("pool_restart",),
    ("rate_limit", "interop.add", "100/m"),
    ("rate_limit", "interop.add", "0"),
    ("rate_limit", "no.such", "1/s"),
    ("rate_limit", "interop.add", "often"),
    ("rate_limit",),
    ("time_limit", "interop.add", "50", "100"),
    ("time_limit", "interop.add", "50"),
    ("time_limit", "no.such", "1"),
    ("revoke", "some-task"),
    ("revoke",),
    ("terminate", "KILL", "some-task"),
    ("terminate",),
    ("terminate", "NOSUCH", "some-task"),
    ("revoke_by_stamped_headers", "run=x1", "customer=c"),
    ("revoke_by_stamped_headers", "wrong"),
    ("enable_events",),
    ("disable_events",),
    ("heartbeat",),
    ("election",),
]


@pytest.mark.parametrize("words", CONTROL_SAME, ids=" ".join)
def test_control_with_the_same_answer(celery: CeleryCommand, nodes: tuple[str, str], words: tuple[str, ...]) -> None:
    """Both do and say the same, letter by letter."""
    ours, theirs = both(celery, nodes, "control", *words)
    assert ours == theirs


def test_status(celery: CeleryCommand, nodes: tuple[str, str]) -> None:
    """Both are online, in text and in JSON."""
    text = celery.run("status", "-d", ",".join(nodes))
    assert sorted(re.findall(r"->  (\S+): OK", text)) == sorted(nodes)
    assert "2 nodes online." in text
    answers, *words = celery.run("status", "-j", "-d", nodes[0]).strip().splitlines()
    assert json.loads(answers) == {nodes[0]: {"ok": "pong"}}
    assert words[-1] == "1 node online."


def test_inspect_in_words(celery: CeleryCommand, nodes: tuple[str, str]) -> None:
    """Without JSON, an answer is shown as of one of Celery's workers."""
    ours, theirs = (celery.run("inspect", "-d", node, "ping").replace(node, "NODE") for node in nodes)
    assert ours == theirs
    assert "pong" in ours
    ours, theirs = (celery.run("control", "-d", node, "rate_limit", "interop.add", "bad") for node in nodes)
    assert ours.replace(nodes[0], "NODE") == theirs.replace(nodes[1], "NODE")
    assert celery.run("inspect", "-t", "0.2", "-d", "nobody@nowhere", "ping", code=69) == ""


def test_call_and_result(celery: CeleryCommand) -> None:
    """A task that is called is run, and its result is printed; a failed one shows its traceback."""
    task_id = celery.run("call", "interop.add", "-a", "[1, 2]", "--queue", "swift").strip()
    assert celery.run("result", task_id).strip() == "3"
    shown = []
    for queue in ("swift", "python"):
        failed = celery.run("call", "interop.fail", "-a", '["bad"]', "--queue", queue).strip()
        celery.run("result", failed, code=1)
        shown.append(celery.run("result", "--traceback", failed).strip().splitlines())
    assert shown[0][0] == shown[1][0] == "Traceback (most recent call last):"
    assert shown[0][-1] == shown[1][-1] == "ValueError: bad"


def test_purge(celery: CeleryCommand, pair: Fleet) -> None:
    """What nobody has taken yet is thrown away, whoever sent it."""
    for priority in (0, 9):
        pair.app.send_task("interop.add", args=[1, 2], queue="idle", priority=priority)
    assert celery.run("purge", "-f", "-Q", "idle").strip() == "Purged 2 messages from 1 known task queue."
    assert celery.run("purge", "-f", "-Q", "idle").strip() == "No messages purged from 1 queue."


def test_list_bindings(tmp_path: Path) -> None:
    """The bindings of the queue are printed, the same beside either worker."""
    shown = []
    for start in (Fleet.interop_worker, Fleet.python_worker):
        folder = tmp_path / start.__name__
        folder.mkdir()
        with Fleet(folder) as fleet:
            start(fleet, "python")
            shown.append(CeleryCommand(fleet.redis.url).run("list", "bindings"))
    ours, theirs = shown
    assert ours == theirs
    assert ours.split()[-3:] == ["python"] * 3


def test_migrate(celery: CeleryCommand, pair: Fleet) -> None:
    """Messages that come from another server are run as they are."""
    source = pair.redis.url.removesuffix("/0") + "/1"
    other = CeleryCommand(source)
    task_id = other.run("call", "interop.add", "-a", "[1, 2]", "--queue", "swift").strip()
    assert "Migrating task 1/1" in celery.run("migrate", "-a", "-t", "1", "-Q", "swift", source, pair.redis.url)
    assert pair.app.AsyncResult(task_id).get(timeout=30) == 3


def test_events(celery: CeleryCommand, nodes: tuple[str, str], pair: Fleet) -> None:
    """The stream of events tells of a Swift worker's tasks in the words that it has for Celery's."""
    both(celery, nodes, "control", "enable_events")
    dump = celery.start("events", "--dump")
    try:
        told = []
        for queue, node in zip(("swift", "python"), nodes, strict=True):
            dump.wait_for_line(rf"{node} .*heartbeat")
            task_id = str(uuid.uuid4())
            pair.app.send_task("interop.add", args=[1, 2], queue=queue, task_id=task_id)
            dump.wait_for_line(rf"task succeeded.*{task_id}|{task_id}.*task succeeded")
            lines = [line for line in dump.output.splitlines() if task_id in line]
            told.append([varying(line, node, task_id) for line in lines])
        assert told[0] == told[1]
        assert len(told[0]) == 3
    finally:
        dump.stop()
    both(celery, nodes, "control", "disable_events")


def varying(line: str, node: str, task_id: str) -> str:
    """A line without what differs from run to run."""
    line = line.replace(node, "NODE").replace(task_id, "ID")
    return re.sub(r"\d+(\.\d+)?(e-\d+)?", "N", line)


def test_shutdown(fleet: Fleet) -> None:
    """A worker that is shut down answers nobody, and has ended well."""
    worker = fleet.interop_worker(node="i1")
    celery = CeleryCommand(fleet.redis.url)
    name = Remote(fleet.app, "i1").name
    celery.run("control", "-t", "0.2", "-d", name, "shutdown", code=69)
    assert worker.wait() == 0
