"""Events: monitors see a Swift worker's tasks as they see those of Celery's own worker."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from support.control import Event, EventLog, Remote, following, shape
from support.fleet import Fleet

QUEUES = {"swift": "s", "python": "py"}


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """A fleet with a Swift worker on queue `swift` and Celery's own one on queue `python`, both with events on."""
    with Fleet(tmp_path_factory.mktemp("pair")) as fleet:
        fleet.interop_worker("swift", concurrency=1, node="s")
        fleet.python_worker("python")
        for node in QUEUES.values():
            Remote(fleet.app, node).ask("enable_events")
        yield fleet


def story(fleet: Fleet, log: EventLog, queue: str, last: str, name: str, *args: Any, **options: Any) -> list[Event]:
    """The events of one task up to the last one."""
    result = fleet.app.send_task(name, args=args, queue=queue, **options)
    log.wait(last, uuid=result.id)
    return log.of(result.id)


def told(events: list[Event]) -> list[str]:
    """What the events tell, without what differs from run to run."""
    varying = {"clock", "hostname", "local_received", "pid", "runtime", "timestamp", "traceback", "uuid", "root_id"}
    varying |= {"eta", "parent_id"}
    return [
        json.dumps({key: shape(value) if key in varying else value for key, value in event.items()}) for event in events
    ]


STORIES: list[tuple[str, str, tuple[object, ...], dict[str, object]]] = [
    ("task-succeeded", "interop.add", (1, 2), {}),
    ("task-failed", "interop.fail", ("it's bad",), {}),
    ("task-succeeded", "interop.retry", (1,), {}),
    ("task-revoked", "interop.add", (1, 2), {"expires": -1}),
    ("task-succeeded", "interop.event", (), {}),
    ("task-succeeded", "interop.add", (1, 2), {"shadow": "shown", "countdown": 0.1}),
]


@pytest.mark.parametrize(("last", "name", "args", "options"), STORIES, ids=lambda value: str(value))
def test_same_story(pair: Fleet, last: str, name: str, args: tuple[object, ...], options: dict[str, object]) -> None:
    """Both workers tell the same of a task: events, fields, their order, and what they say."""
    with following(pair.app) as log:
        ours, theirs = (story(pair, log, queue, last, name, *args, **options) for queue in QUEUES)
    if name == "interop.event":
        # Celery's child process sends its own event, with a clock of its own.
        ours, theirs = (sorted(events, key=lambda event: str(event["type"])) for events in (ours, theirs))
    assert told(ours) == told(theirs)


def test_what_a_worker_sends(fleet: Fleet) -> None:
    """With `task_send_sent_event`, both tell of the callback that they send."""
    fleet.interop_worker("swift", concurrency=1, node="s", environment={"CELERY_TASK_SEND_SENT_EVENT": "true"})
    fleet.python_worker("python", settings={"task_send_sent_event": True})
    sent = []
    with following(fleet.app) as log:
        for queue in QUEUES:
            link = fleet.app.signature("interop.add", args=(3,), queue=queue, task_id=f"linked-{queue}")
            first = fleet.app.send_task("interop.add", args=(1, 2), queue=queue, link=link)
            event = log.wait("task-sent", uuid=f"linked-{queue}")
            assert event["parent_id"] == event["root_id"] == first.id
            assert event["queue"] == event["routing_key"] == queue
            assert event["hostname"].startswith("gen")
            sent.append(event | {"queue": "QUEUE", "routing_key": "QUEUE"})
    ours, theirs = sent
    assert told([ours]) == told([theirs])


def test_state_of_a_monitor(pair: Fleet) -> None:
    """Celery's own `State`, on which Flower builds, follows worker and task."""
    state = pair.app.events.State()
    with following(pair.app) as log:
        result = pair.app.send_task("interop.add", args=(1, 2), queue="swift")
        log.wait("task-succeeded", uuid=result.id)
        name = Remote(pair.app, "s").name
        for event in (*log.of(result.id), log.wait("worker-heartbeat", hostname=name)):
            state.event(dict(event))
    task = state.tasks[result.id]
    assert (task.state, task.name, task.args, task.result) == ("SUCCESS", "interop.add", "(1, 2)", "3")
    assert task.worker.hostname == name
    assert task.worker.alive
    assert task.worker.processed >= 1


def test_heartbeats(pair: Fleet) -> None:
    """Heartbeats have the fields of Celery's, in its order."""
    with following(pair.app) as log:
        beats = [log.wait("worker-heartbeat", hostname=Remote(pair.app, node).name) for node in QUEUES.values()]
    ours, theirs = beats
    assert json.dumps(shape(ours)) == json.dumps(shape(theirs))
    assert ours["freq"] == theirs["freq"] == 2.0
    assert ours["sw_sys"] == theirs["sw_sys"]


def test_terminated_and_rejected(fleet: Fleet) -> None:
    """A terminated task is told as Celery tells it."""
    swift = fleet.interop_worker("swift", concurrency=1, node="s")
    python = fleet.python_worker("python")
    revoked = []
    with following(fleet.app) as log:
        for queue, node in QUEUES.items():
            remote = Remote(fleet.app, node)
            remote.ask("enable_events")
            result = fleet.app.send_task("interop.block", args=[60], queue=queue)
            log.wait("task-started", uuid=result.id)
            remote.ask("revoke", {"task_id": result.id, "terminate": True, "signal": "SIGTERM"})
            revoked.append(log.wait("task-revoked", uuid=result.id))
    ours, theirs = revoked
    assert told([ours]) == told([theirs])
    assert swift.is_running
    assert python.is_running


def test_coming_and_going(fleet: Fleet) -> None:
    """A worker says when it comes and when it goes, and what it tells last is that."""
    with following(fleet.app) as log:
        worker = fleet.interop_worker(node="i1")
        name = Remote(fleet.app, "i1").name
        online = log.wait("worker-online", hostname=name)
        assert worker.stop() == 0
        offline = log.wait("worker-offline", hostname=name)
    assert list(online) == list(offline)
    assert online["clock"] < offline["clock"]
