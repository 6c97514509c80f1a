"""Flower shows and changes a Swift worker as it does Celery's own."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from support.control import Remote, shape
from support.fleet import Fleet
from support.flower import Flower
from support.waiting import eventually

#: The workers by their queues.
NODES = {"swift": "s", "python": "py"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with a Swift worker on queue `swift` and Celery's own one on queue `python`, of one process each."""
    with Fleet(tmp_path_factory.mktemp("pair")) as fleet:
        fleet.interop_worker("swift", concurrency=1, node="s", environment={"CELERY_WORKER_PREFETCH_MULTIPLIER": "1"})
        fleet.python_worker("python")
        for node in NODES.values():
            Remote(fleet.app, node).ask("enable_events")
        yield fleet


@pytest.fixture(scope="module")
def names(pair: Fleet) -> dict[str, str]:
    """The names of both workers by their queues, the Swift one first."""
    return {queue: Remote(pair.app, node).name for queue, node in NODES.items()}


@pytest.fixture(scope="module")
def flower(pair: Fleet, names: dict[str, str]) -> Flower:
    """Flower, once it hears the events of both workers and has asked both."""
    flower = pair.flower()
    eventually(lambda: set(alive(flower)) == set(names.values()), "both workers are alive")
    assert flower.get("/api/workers?refresh=1").status == 200
    return flower


def alive(flower: Flower) -> list[str]:
    """The workers whose heartbeats it hears."""
    return [name for name, is_alive in flower.get("/api/workers?status=1").body.items() if is_alive]


def send(flower: Flower, queue: str, name: str, *args: object, **options: object) -> str:
    """Sends a task through Flower."""
    answer = flower.do("task/send-task", name, {"args": args, "queue": queue, **options})
    assert answer.status == 200, answer.body
    return str(answer.body["task-id"])


def until(flower: Flower, task_id: str, state: str) -> dict[str, Any]:
    """What Flower knows of a task as soon as it has heard that it is in a state."""
    eventually(lambda: flower.task(task_id).get("state") == state, f"Flower shows {task_id} as {state}")
    return flower.task(task_id)


def without_names(text: object, names: dict[str, str]) -> str:
    """A text in which both workers have the same name."""
    for name in names.values():
        text = str(text).replace(name, "NODE")
    return str(text)


def test_worker_list(flower: Flower, names: dict[str, str]) -> None:
    """The list of workers has the same parts, with the same members, for both."""
    workers = flower.get("/api/workers?refresh=1").body
    assert set(workers) == set(names.values())
    ours, theirs = (flower.worker(name) for name in names.values())
    methods = {"stats", "active_queues", "registered", "scheduled", "active", "reserved", "revoked", "conf"}
    assert set(ours) == set(theirs) == methods | {"timestamp"}
    for info in (ours, theirs):
        # The app of Celery's worker sets some.
        info["stats"]["total"] = info["stats"]["broker"]["transport_options"] = {}
    assert shape(ours["stats"]) == shape(theirs["stats"])
    assert shape(ours["active_queues"]) == shape(theirs["active_queues"])
    assert [queue["name"] for queue in ours["active_queues"]] == ["swift"]
    assert "interop.add" in ours["registered"]
    assert {"broker_url", "result_backend"} <= set(ours["conf"])


def test_worker_pages(flower: Flower, names: dict[str, str]) -> None:
    """The page of a worker shows the same tables with the same rows."""
    ours, theirs = (flower.page(f"/worker/{quote(name)}") for name in names.values())
    assert list(ours) == list(theirs)
    for caption in ("Worker pool options", "Broker options", "System usage statistics", "Other statistics"):
        assert [row[0] for row in ours[caption]] == [row[0] for row in theirs[caption]], caption
    broker, theirs_broker = (dict(page["Broker options"]) for page in (ours, theirs))
    # The app of Celery's worker sets some.
    broker["Transport options"] = theirs_broker["Transport options"]
    assert broker == theirs_broker
    pool = dict(ours["Worker pool options"])
    assert pool["Max concurrency"] == "1"
    assert pool["Prefetch Count"] == dict(theirs["Worker pool options"])["Prefetch Count"] == "1"
    (header, queue), (_, their_queue) = ours["Active queues"], theirs["Active queues"]
    named = {header.index("Name"), header.index("Routing key")}
    assert {queue[index] for index in named} == {"swift"}
    assert [cell for index, cell in enumerate(queue) if index not in named] == [
        cell for index, cell in enumerate(their_queue) if index not in named
    ]
    assert "interop.add" in [row[0] for row in ours["Task limits"]]


def test_overview(flower: Flower, names: dict[str, str]) -> None:
    """The overview has the same figures of both."""
    rows = {row["hostname"]: row for row in flower.get("/workers?json=1").body["data"]}
    ours, theirs = (rows[name] for name in names.values())
    counters = re.compile("task-|worker-")
    ours, theirs = ({k: v for k, v in row.items() if not counters.match(k)} for row in (ours, theirs))
    assert shape(ours) == shape(theirs)
    assert ours["status"] is True
    assert ours["sw_ident"] == "swift-celery"


STORIES: list[tuple[str, list[object], dict[str, object], str]] = [
    ("interop.add", [1, 2], {}, "SUCCESS"),
    ("interop.add", [], {"kwargs": {"x": 1, "y": 2}}, "SUCCESS"),
    ("interop.fail", ["it's bad"], {}, "FAILURE"),
    ("interop.retry", [], {"kwargs": {"times": 1}}, "SUCCESS"),
    ("interop.add", [1, 2], {"countdown": 0.1}, "SUCCESS"),
    ("interop.add", [1, 2], {"expires": -1}, "REVOKED"),
]


@pytest.mark.parametrize(("name", "args", "options", "state"), STORIES, ids=lambda value: str(value))
def test_tasks(
    flower: Flower, names: dict[str, str], name: str, args: list[object], options: dict[str, object], state: str
) -> None:
    """A task appears with its state, arguments, runtime and worker, as one of Celery's worker does."""
    shown = []
    for queue, node in names.items():
        task_id = send(flower, queue, name, *args, **options)
        info = until(flower, task_id, state)
        assert info["worker"] == node
        assert info["uuid"] == task_id
        listed = flower.get(f"/api/tasks?workername={quote(node)}&state={state}").body
        assert task_id in listed
        page = flower.get(f"/task/{task_id}")
        assert page.status == 200
        assert task_id in page.body
        result = flower.get(f"/api/task/result/{task_id}?timeout=10").body
        shown.append((info, result))
    (ours, our_result), (theirs, their_result) = shown
    assert shape(ours) == shape(theirs)
    for member in ("name", "state", "args", "kwargs", "result", "exception", "retries"):
        assert ours[member] == theirs[member], member
    for result in (our_result, their_result):
        result["task-id"] = result["traceback"] = None
    assert our_result == their_result
    assert name in flower.get("/api/task/types").body["task-types"]


def test_metrics(flower: Flower, names: dict[str, str]) -> None:
    """Prometheus gets the same measures of both workers."""
    for queue in names:
        until(flower, send(flower, queue, "interop.add", 1, 2), "SUCCESS")
    lines = flower.get("/metrics").body.splitlines()
    ours, theirs = ({line.partition("{")[0] for line in lines if f'worker="{name}"' in line} for name in names.values())
    assert ours == theirs
    assert "flower_task_runtime_seconds_count" in ours
    assert f'flower_worker_online{{worker="{names["swift"]}"}} 1.0' in lines


def test_calls(flower: Flower, names: dict[str, str]) -> None:
    """Calls through Flower's app are answered: at once with the state, or with the result."""
    for queue in names:
        answer = flower.do("task/apply", "interop.add", {"args": [1, 2], "queue": queue}).body
        assert (answer["state"], answer["result"]) == ("SUCCESS", 3)
        answer = flower.do("task/async-apply", "interop.add", {"args": [1, 2], "queue": queue}).body
        result = flower.get(f"/api/task/result/{answer['task-id']}?timeout=10").body
        assert result["result"] == 3


def test_revoke(flower: Flower, names: dict[str, str]) -> None:
    """A running task is terminated, and one that waits for its time is revoked at once."""
    shown = []
    for queue in names:
        running = send(flower, queue, "interop.block", 60)
        until(flower, running, "STARTED")
        later = send(flower, queue, "interop.add", 1, 2, countdown=50)
        assert flower.do("task/revoke", later).body == {"message": f"Revoked '{later}'"}
        eventually(lambda task=later: result(flower, task)["state"] == "REVOKED", "the later one is revoked")
        assert flower.do("task/revoke", running, terminate="true").body == {"message": f"Revoked '{running}'"}
        shown.append((until(flower, running, "REVOKED"), result(flower, running), result(flower, later)))
    (ours, *our_results), (theirs, *their_results) = shown
    assert shape(ours) == shape(theirs)
    for answer in (*our_results, *their_results):
        answer["task-id"] = None
    assert our_results == their_results


def result(flower: Flower, task_id: str) -> dict[str, Any]:
    """The stored state of a task."""
    return flower.get(f"/api/task/result/{task_id}").body  # type: ignore[no-any-return]


def test_pool(flower: Flower, names: dict[str, str]) -> None:
    """The pool grows and shrinks; what is not allowed is refused with the same words."""
    answers = []
    for name in names.values():
        grown = flower.do("worker/pool/grow", name, n=1)
        eventually(lambda name=name: processes(flower, name) == 2, f"{name} has one more process")
        shrunk = flower.do("worker/pool/shrink", name, n=1)
        restart, autoscale = (
            flower.do("worker/pool/restart", name),
            flower.do("worker/pool/autoscale", name, min=1, max=2),
        )
        assert (grown.status, shrunk.status, restart.status, autoscale.status) == (200, 200, 403, 403)
        bodies = (grown.body, shrunk.body, restart.body, autoscale.body)
        answers.append([without_names(body, names) for body in bodies])
    assert answers[0] == answers[1]


def processes(flower: Flower, name: str) -> int:
    """How many processes the pool of a worker has."""
    return len(flower.worker(name)["stats"]["pool"]["processes"])


def test_limits(flower: Flower, names: dict[str, str]) -> None:
    """Rate and time limits are set, and refused for what the worker does not have."""
    answers = []
    for name in names.values():
        steps = [
            flower.do("task/rate-limit", "interop.add", workername=name, ratelimit="100/s"),
            flower.do("task/rate-limit", "interop.add", workername=name, ratelimit="bad"),
            flower.do("task/rate-limit", "interop.add", workername=name, ratelimit="0"),
            flower.do("task/timeout", "interop.add", workername=name, hard=100, soft=50),
            flower.do("task/timeout", "interop.add", workername=name, hard=100),
        ]
        answers.append([(step.status, without_names(step.body, names)) for step in steps])
    assert answers[0] == answers[1]
    assert [status for status, _ in answers[0]] == [200, 403, 200, 200, 200]
    refused = flower.do("task/rate-limit", "python.pid", workername=names["swift"], ratelimit="1/s")
    assert (refused.status, refused.body) == (403, "Failed to set rate limit: 'unknown task'")


def test_queues(flower: Flower, names: dict[str, str]) -> None:
    """Queues are added and taken away, and their lengths are counted over all priorities."""
    for name in names.values():
        added = flower.do("worker/queue/add-consumer", name, queue="extra")
        assert (added.status, added.body) == (200, {"message": "add consumer extra"})
        eventually(lambda name=name: "extra" in reads(flower, name), f"{name} reads it")
        removed = flower.do("worker/queue/cancel-consumer", name, queue="extra")
        assert (removed.status, removed.body) == (200, {"message": "no longer consuming from extra"})
        eventually(lambda name=name: "extra" not in reads(flower, name), f"{name} does not read it any more")
    for queue in names:
        running = send(flower, queue, "interop.block", 60)
        until(flower, running, "STARTED")
        for priority in (0, 3, 9):
            send(flower, queue, "interop.add", 1, 2, priority=priority)
    lengths = {queue["name"]: queue["messages"] for queue in flower.get("/api/queues/length").body["active_queues"]}
    assert lengths == {"swift": 3, "python": 3}
    shown = {row[0]: row[1] for row in flower.page("/broker")["queue-table"][1:]}
    assert shown == {"swift": "3", "python": "3"}
    for task_id in flower.get("/api/tasks?state=STARTED").body:
        flower.do("task/revoke", task_id, terminate="true")
    eventually(lambda: not flower.get("/api/tasks?state=STARTED").body, "nothing runs")


def reads(flower: Flower, name: str) -> list[str]:
    """The queues that a worker reads."""
    return [queue["name"] for queue in flower.worker(name)["active_queues"]]


def test_a_worker_that_allows_more(flower: Flower, pair: Fleet) -> None:
    """A pool is restarted and its bounds are changed where the worker is set so; then it is shut down."""
    worker = pair.interop_worker(
        "other", node="scaled", options=("--autoscale", "3,1"), environment={"CELERY_WORKER_POOL_RESTARTS": "true"}
    )
    name = Remote(pair.app, "scaled").name
    assert flower.worker(name)["stats"]["autoscaler"]["max"] == 3
    assert flower.do("worker/pool/restart", name).body == {"message": f"Restarting '{name}' worker's pool"}
    scaled = flower.do("worker/pool/autoscale", name, min=2, max=4)
    assert scaled.body == {"message": f"Autoscaling '{name}' worker (min=2, max=4)"}
    assert flower.worker(name)["stats"]["autoscaler"]["max"] == 4
    assert dict(flower.page(f"/worker/{quote(name)}")["Autoscaler options"])["Max"] == "4"
    grown = flower.do("worker/pool/grow", name, n=1)
    assert grown.status == 403
    assert "Adjust autoscale range instead" in grown.body
    assert flower.do("worker/shutdown", name).body == {"message": "Shutting down!"}
    assert worker.wait() == 0
    eventually(lambda: name not in alive(flower), "Flower knows that it has gone")
