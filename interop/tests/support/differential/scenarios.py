"""The scenarios: one for each capture of Celery's own worker, under the name of the capture."""

import json
import signal
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from celery import chain, chord, group
from celery.canvas import Signature, chunks, xmap, xstarmap
from celery.utils.nodenames import worker_direct

from support.differential.laboratory import Lab, Row, Variant
from support.python_queues import SWIFT_QUEUES, declare

Run = Callable[[Lab], None]
Canvas = Callable[[Lab], "Signature[Any]"]

BAD = ("ValueError", "builtins", ["bad value", 1])


def call(name: str, *args: object, **options: Any) -> Run:
    """One task and its result."""
    return lambda lab: lab.call(name, *args, **options)


def send(name: str, *args: object, **options: Any) -> Run:
    """One task whose result nobody waits for."""

    def run(lab: Lab) -> None:
        lab.send(name, *args, **options)

    return run


def apply(canvas: Canvas) -> Run:
    """A canvas and its result."""
    return lambda lab: lab.apply(canvas(lab))


def both(*runs: Run) -> Run:
    """One after the other."""

    def run(lab: Lab) -> None:
        for part in runs:
            part(lab)

    return run


# --- one task ----------------------------------------------------------------------------------


def child(lab: Lab) -> None:
    """A task that sends another one."""
    lab.call("apply", lab.task("add", 1, 1))


def eta(zone: timezone | None) -> Run:
    """A task with an ETA of another time zone, or of none."""

    def run(lab: Lab) -> None:
        time = datetime.now(zone or UTC) + timedelta(seconds=0.5)
        lab.call("add", 1, 2, eta=time if zone else time.replace(tzinfo=None))

    return run


def revoke_scheduled(lab: Lab) -> None:
    """A task that waits for its time is revoked."""
    result = lab.send("add", 1, 2, countdown=1)
    lab.wait_for_event("task-received", uuid=result.id)
    lab.app.control.revoke(result.id)
    lab.wait(result)


def revoke_running(name: str, number: str) -> Run:
    """A task that runs is revoked, and its process ended."""

    def run(lab: Lab) -> None:
        result = lab.send(name, 30)
        lab.wait_for_state(result)
        lab.app.control.revoke(result.id, terminate=True, signal=number)
        lab.wait(result)

    return run


def revoke_by_stamp(lab: Lab) -> None:
    """A task comes that has a revoked stamp, and nothing else against it."""
    lab.ask("revoke_by_stamped_headers", headers={"run": ["revoked"]}, terminate=False)
    task = lab.task("add", 1, 2)
    task.stamp(run="revoked")
    lab.apply(task)


def builtin_group(lab: Lab) -> None:
    """The task that groups once were, with the ids that its client has given to them."""
    parts = group([lab.task("add", 1), lab.task("add", 2)])
    result = parts.freeze()
    lab.keep(result)
    lab.call("celery.group", list(parts.tasks), result.as_tuple(), result.id, [10])


def rate_limit(lab: Lab) -> None:
    """More tasks at once than may start."""
    for result in [lab.send("limited", number) for number in range(4)]:
        lab.wait(result)


TASKS = [
    Row("task-success", call("add", 2, 3)),
    Row("task-progress", call("progress", 2)),
    Row("task-failure", call("raise", *BAD)),
    Row("task-failure-custom-exc", call("raise", "DomainError", "support.differential.tasks", ["nope", 42])),
    Row("task-failure-chained-exc", call("raise_from")),
    Row("task-retry", call("flaky", 0.2)),
    Row("task-retry-without-cause", call("retry", 1)),
    Row("task-autoretry", call("autoretry")),
    Row("task-child", child),
    Row("task-custom-event", call("event")),
    Row("task-countdown", call("add", 1, 2, countdown=0.5)),
    Row("task-eta-tz", eta(timezone(timedelta(hours=2)))),
    Row("task-eta-naive", eta(None)),
    Row("task-countdown-expires", call("add", 1, 2, countdown=0.5, expires=0.2)),
    Row("task-expired", call("add", 1, 2, expires=-1)),
    Row("task-expires", call("add", 1, 2, expires=60)),
    Row("task-hard-time-limit", call("block", 30, time_limit=1)),
    Row("task-soft-time-limit", call("sleep", 30, soft_time_limit=1, time_limit=10)),
    Row("task-headers-priority-shadow", call("echo", "x", headers={"x-own": "yes"}, priority=5, shadow="sh")),
    Row("task-ignore-result", send("add", 1, 2, ignore_result=True)),
    Row("task-ignore-result-store-errors", send("raise_unstored", ignore_result=True)),
    Row("task-raise-ignore", send("ignore"), silent=1),
    Row("task-raise-reject-early-ack", call("reject")),
    Row("task-raise-reject-acks-late", call("reject_late")),
    Row("task-acks-late", call("late", 0.1)),
    Row("task-worker-lost", call("exit", 9)),
    Row("task-retry-on-worker-lost", call("exit_retry", 9)),
    Row("task-revoke-scheduled", revoke_scheduled),
    Row("task-revoke-terminate", revoke_running("block", "SIGTERM")),
    Row("task-revoke-terminate-late", revoke_running("late", "SIGKILL")),
    Row("task-revoke-stamp", revoke_by_stamp),
    Row("task-unregistered", call("no.such.task", 1)),
    Row("builtin-accumulate", both(*(call("celery.accumulate", 1, 2, kwargs={"index": i}) for i in (0, -1, -2, 2)))),
    Row("builtin-group", builtin_group),
    Row(
        "builtin-chord",
        lambda lab: lab.call("celery.chord", [lab.task("add", 1), lab.task("add", 2)], lab.task("sum"), [10]),
    ),
    Row("variant-rate-limit", rate_limit),
]

# --- canvases ----------------------------------------------------------------------------------


def chord_of(lab: Lab, *header: "Signature[Any]", body: "Signature[Any] | None" = None) -> "Signature[Any]":
    """A chord whose body adds up what its header gives."""
    return chord(list(header), body or lab.task("sum"))


def stamped(lab: Lab) -> "Signature[Any]":
    """A chain with a stamp."""
    canvas = chain(lab.task("add", 1, 1), lab.task("mul", 2))
    canvas.stamp(monitoring_id="x1")
    return canvas


def linked(lab: Lab, first: "Signature[Any]", *callbacks: "Signature[Any]") -> "Signature[Any]":
    """A task with callbacks."""
    for callback in callbacks:
        first.link(callback)
    return first


def group_saved(lab: Lab) -> None:
    """A group whose handle is kept."""
    result = group([lab.task("add", 1, 1), lab.task("add", 2, 2)]).apply_async()
    lab.keep(result)
    result.save()
    lab.wait(result)


CANVASES = [
    Row("canvas-link", apply(lambda lab: linked(lab, lab.task("add", 1, 1), lab.task("mul", 10)))),
    Row(
        "canvas-link-two",
        apply(lambda lab: linked(lab, lab.task("add", 1, 1), lab.task("mul", 10), lab.task("mul", 20))),
    ),
    Row("canvas-link-error", apply(lambda lab: lab.task("raise", *BAD).on_error(lab.task("note", "about")))),
    Row("canvas-link-error-oldstyle", apply(lambda lab: lab.task("raise", *BAD).on_error(lab.task("note_id")))),
    Row("canvas-chain", apply(lambda lab: chain(lab.task("add", 1, 1), lab.task("mul", 10), lab.task("add", 5)))),
    Row(
        "canvas-chain-failure",
        apply(lambda lab: chain(lab.task("raise", *BAD), lab.task("add", 5), lab.task("mul", 10))),
    ),
    Row("canvas-group", apply(lambda lab: group([lab.task("add", 1, 1), lab.task("add", 2, 2)]))),
    Row("canvas-group-saved", group_saved),
    Row("canvas-chord", apply(lambda lab: chord_of(lab, lab.task("add", 1, 1), lab.task("add", 2, 2)))),
    Row(
        "canvas-chord-header-failure", apply(lambda lab: chord_of(lab, lab.task("add", 1, 1), lab.task("raise", *BAD)))
    ),
    Row(
        "canvas-chord-errback",
        apply(
            lambda lab: chord_of(
                lab,
                lab.task("add", 1, 1),
                lab.task("raise", *BAD),
                body=lab.task("sum").on_error(lab.task("note")),
            )
        ),
    ),
    Row(
        "canvas-chord-group-body",
        apply(
            lambda lab: chord_of(
                lab, lab.task("add", 1, 1), lab.task("add", 2, 2), body=group([lab.task("sum"), lab.task("sum")])
            )
        ),
    ),
    Row(
        "canvas-chord-nested-group-header",
        apply(
            lambda lab: chord_of(
                lab,
                group([lab.task("add", 1, 1), lab.task("add", 2, 2)]),
                chain(lab.task("add", 1, 2), lab.task("mul", 3)),
                body=lab.task("echo"),
            )
        ),
    ),
    Row(
        "canvas-chain-into-chord",
        apply(
            lambda lab: chain(lab.task("add", 1, 1), group([lab.task("add", 2), lab.task("add", 3)]), lab.task("sum"))
        ),
    ),
    # Both parts have the same place, so their order is by their ids; and their values the same.
    Row("canvas-add-to-chord", apply(lambda lab: chord_of(lab, lab.task("extend", 2, [lab.task("add", 1, 1)])))),
    Row("canvas-map", apply(lambda lab: xmap(lab.task("sum"), [[1, 2], [3, 4]], app=lab.app))),
    Row("canvas-starmap", apply(lambda lab: xstarmap(lab.task("add"), [[1, 2], [3, 4]], app=lab.app))),
    Row("canvas-chunks", apply(lambda lab: chunks(lab.task("add"), [[1, 2], [3, 4], [5, 6]], 2, app=lab.app))),
    Row("canvas-replace", apply(lambda lab: lab.task("replace", lab.task("add", 10, 20))), silent=1),
    Row("canvas-stamped", apply(stamped)),
]

# --- settings ----------------------------------------------------------------------------------


def direct(lab: Lab) -> None:
    """A task for one worker."""
    queue = worker_direct(lab.ask("ping")[0].popitem()[0])
    lab.call("add", 1, 2, queue=queue)


def priorities(lab: Lab) -> None:
    """A task of each of some priorities, one after the other."""
    for priority in (0, 1, 5, 9):
        lab.call("add", 1, 2, priority=priority)


def prioritised(canvas: Canvas) -> Run:
    """A canvas that is sent with a priority."""

    def run(lab: Lab) -> None:
        result = canvas(lab).apply_async(priority=6)
        lab.keep(result)
        lab.wait(result)

    return run


def later(lab: Lab) -> None:
    """A task with an ETA and an expiry that the client gives in its own time zone."""
    lab.call("add", 1, 2, countdown=0.3, expires=30)


def ping(lab: Lab) -> None:
    """A question by remote control."""
    assert lab.ask("ping")


SUCCESS_AND_FAILURE = both(call("add", 1, 2), call("raise", *BAD))
A_CHORD = apply(lambda lab: chord_of(lab, lab.task("add", 1, 1), lab.task("add", 2, 2)))
EXPIRIES = {"result_expires": 100, "result_failure_expires": 50, "result_chord_expires": 70}
PREFIXES = {
    "broker_transport_options": {"global_keyprefix": "myapp:"},
    "result_backend_transport_options": {"global_keyprefix": "myapp"},
}
STEPS = {
    "broker_transport_options": {"priority_steps": list(range(10)), "sep": ":", "queue_order_strategy": "priority"}
}
UNORDERED = {"result_backend_transport_options": {"result_chord_ordered": False}}
# What follows a task and what it sends, some of it with a priority of its own.
FOLLOWED: dict[str, Canvas] = {
    "link": lambda lab: linked(lab, lab.task("add", 1, 1), lab.task("mul", 10).set(priority=9)),
    "chain": lambda lab: chain(lab.task("add", 1, 1), lab.task("mul", 10).set(priority=9), lab.task("add", 5)),
    "errback": lambda lab: lab.task("raise", *BAD).on_error(lab.task("note", "about")),
    "chord": lambda lab: chord_of(lab, lab.task("add", 1, 1), lab.task("add", 1, 1)),
    "child": lambda lab: lab.task("apply", lab.task("add", 1, 1)),
}
PRIORITIES: dict[str, dict[str, Any]] = {
    "inherited": {"task_inherit_parent_priority": True},
    "default": {"task_default_priority": 3},
    "both": {"task_inherit_parent_priority": True, "task_default_priority": 3},
}
BERLIN = {"timezone": "Europe/Berlin"}

VARIANTS = [
    Row("variant-result-extended", SUCCESS_AND_FAILURE, Variant({"result_extended": True})),
    Row("variant-track-started", call("add", 1, 2), Variant({"task_track_started": True})),
    Row("variant-result-expires", both(SUCCESS_AND_FAILURE, A_CHORD), Variant(EXPIRIES)),
    Row("variant-result-no-expiry", call("add", 1, 2), Variant({"result_expires": None})),
    Row("variant-result-expires-zero", call("add", 1, 2), Variant({"result_expires": 0})),
    Row("variant-result-compression-zlib", both(call("add", 1, 2), A_CHORD), Variant({"result_compression": "zlib"})),
    Row("variant-chord-unordered", A_CHORD, Variant(UNORDERED)),
    Row("variant-global-keyprefix", both(call("add", 1, 2), ping), Variant(PREFIXES)),
    Row("variant-db3-remote-control", both(call("add", 1, 2), ping), Variant(databases=(3, 4))),
    Row("variant-no-utc", later, Variant(BERLIN | {"enable_utc": False})),
    Row("variant-timezone-local", later, Variant(BERLIN)),
    Row("variant-queue-max-priority-steps", priorities, Variant(STEPS)),
    Row("variant-worker-direct", direct, Variant({"worker_direct": True})),
    *(
        Row(f"variant-priority-{which}-{what}", prioritised(canvas), Variant(settings))
        for which, settings in PRIORITIES.items()
        for what, canvas in FOLLOWED.items()
    ),
]

# --- what clients may send ---------------------------------------------------------------------

YAML = Variant({"accept_content": ["json", "yaml"]})
QUEUES = Variant(
    swift={"task_queues": json.loads(SWIFT_QUEUES)},
    queues="celery,pdf,video,image,dq,news",
    app="support.python_queues",
    declare=declare,
    channels=(".celery.pidbox", "/0.news/celery"),
)
TYPES = [
    uuid.UUID(int=5),
    datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
    date(2026, 1, 2),
    Decimal("1.50"),
    b"text",
    b"\xff\xfe",
    1,
    1.0,
    2**70,
    -0.0,
    1e300,
    None,
    True,
]


def client(**settings: Any) -> Variant:
    """A client with settings of its own."""
    return Variant(client=settings)


def broadcast(lab: Lab) -> None:
    """A task for every worker, from a client that knows that its exchange is a fanout."""
    with lab.app.connection_for_write() as connection, connection.channel() as channel:
        lab.app.conf.task_queues[3].exchange(channel).declare()
        with lab.app.amqp.Producer(channel) as producer:
            lab.call("add", 2, 3, queue="news", producer=producer)


READ = [
    *(Row(f"publish-priority-{number}", call("add", 2, 3, priority=number)) for number in (0, 3, 5, 6, 9, 10)),
    *(
        Row(f"publish-compression-{name}", call("echo", ["文本"] * 50, compression=name), needs=(name,))
        for name in ("gzip", "zlib", "bzip2", "lzma")
    ),
    Row("publish-json-types", call("echo", TYPES)),
    Row("publish-unicode", call("echo", {"文本": "\U0001f600 ümläut \u2028 \x00"})),
    Row("publish-serializer-json", call("add", 2, 3, serializer="json")),
    Row("publish-serializer-pickle", send("add", 2, 3, serializer="pickle"), silent=1),
    Row("publish-sent-event", call("add", 2, 3), client(task_send_sent_event=True)),
    Row("publish-protocol-1", call("add", 2, 3), client(task_protocol=1)),
    Row(
        "variant-publish-only-json-body-encoding",
        call("add", 1, 2),
        client(broker_transport_options={"body_encoding": "utf-8"}),
    ),
    Row("publish-serializer-yaml", call("add", 2, 3, serializer="yaml"), YAML, needs=("yaml",)),
    Row("publish-queue-custom", call("add", 2, 3, queue="pdf"), QUEUES),
    Row("publish-topic", call("add", 2, 3, queue="video", routing_key="media.video.cut"), QUEUES),
    Row("publish-direct-exchange", call("add", 2, 3, exchange="dx", routing_key="dkey"), QUEUES),
    Row("publish-broadcast", broadcast, QUEUES),
]

# --- a worker's life ---------------------------------------------------------------------------

COMMANDS: list[tuple[str, dict[str, object]]] = [
    ("ping", {}),
    ("clock", {}),
    ("active", {}),
    ("reserved", {}),
    ("scheduled", {}),
    ("revoked", {}),
    ("query_task", {"ids": ["unknown"]}),
    ("active_queues", {}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "10/m"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": 0}),
    ("rate_limit", {"task_name": "nosuch", "rate_limit": "1/s"}),
    ("rate_limit", {"task_name": "interop.add", "rate_limit": "bad"}),
    ("time_limit", {"task_name": "interop.add", "hard": 100, "soft": 50}),
    ("time_limit", {"task_name": "nosuch", "hard": 1, "soft": 1}),
    ("add_consumer", {"queue": "q2", "exchange": None, "exchange_type": "direct", "routing_key": None}),
    ("cancel_consumer", {"queue": "q2"}),
    ("enable_events", {}),
    ("heartbeat", {}),
    ("pool_grow", {"n": 1}),
    ("pool_shrink", {"n": 1}),
    ("pool_restart", {}),
    ("autoscale", {"max": 3, "min": 1}),
    ("nosuchcommand", {}),
    ("revoke", {"task_id": str(uuid.UUID(int=1)), "terminate": False, "signal": "SIGTERM"}),
    ("revoke_by_stamped_headers", {"headers": {"monitoring_id": ["x1"]}, "terminate": False, "signal": None}),
    ("hello", {"from_node": "w9@host", "revoked": ["r1"]}),
    ("hello", {"from_node": "w9@host", "revoked": {"r2": [1, 2]}}),
    ("objgraph", {}),
]


def start(lab: Lab) -> None:
    """A worker starts and answers."""
    lab.start_worker()
    ping(lab)


def control(lab: Lab) -> None:
    """Every command that answers the same each time."""
    start(lab)
    for command, arguments in COMMANDS:
        lab.ask(command, **arguments)


def backlog(lab: Lab) -> None:
    """A worker starts and finds messages of all kinds."""
    results = [
        *(lab.send("add", 1, 2, priority=priority) for priority in (9, 5, 0)),
        *(lab.send("echo", ["文本"] * 50, compression=name) for name in ("gzip", "zlib")),
        lab.send("no.such.task", 1),
    ]
    lab.start_worker()
    for result in results:
        lab.wait(result)
    lab.settle()


def mingle(lab: Lab) -> None:
    """A worker that knows of a revoked task is asked by one that starts."""
    lab.start_worker()
    lab.ask("revoke", task_id="revoked")
    lab.start_worker("w2")
    lab.app.control.ping(destination=[f"w2@{lab.host}"], limit=1, timeout=10)


def stop_idle(lab: Lab) -> None:
    """A worker without work stops."""
    start(lab)
    lab.stop_worker(signal.SIGTERM)


def stop_busy(lab: Lab) -> None:
    """A worker stops that runs one task, holds others and waits for the time of one more."""
    start(lab)
    lab.wait_for_state(lab.send("block", 1.5))
    for result in (lab.send("add", 1, 2), lab.send("add", 1, 3, countdown=30)):
        lab.wait_for_event("task-received", uuid=result.id)
    lab.stop_worker(signal.SIGTERM)


def stop_while_running(name: str, seconds: float, number: signal.Signals, held: str | None = None) -> Run:
    """A worker stops that runs a task, and perhaps holds another one."""

    def run(lab: Lab) -> None:
        start(lab)
        lab.wait_for_state(lab.send(name, seconds))
        if held:
            lab.wait_for_event("task-received", uuid=lab.send(held, 0).id)
        lab.stop_worker(number)

    return run


def shut_down(lab: Lab) -> None:
    """A worker is told to stop."""
    start(lab)
    lab.app.control.shutdown()
    lab.workers.pop(0).wait()


FULL = Variant(options=("-E",))
LIFE = [
    *(
        Row(name, run, FULL, needs_worker=False)
        for name, run in {
            "worker-startup": start,
            "worker-startup-backlog": backlog,
            "worker-mingle-two": mingle,
            "worker-shutdown-warm-idle": stop_idle,
            "worker-shutdown-warm-busy": stop_busy,
            "worker-shutdown-warm-late-ack": stop_while_running("late", 0.5, signal.SIGTERM),
            "worker-shutdown-cold-early-ack": stop_while_running("block", 30, signal.SIGQUIT, held="late"),
            "worker-shutdown-cold-late-ack": stop_while_running("late", 30, signal.SIGQUIT),
            "control-commands": control,
            "control-shutdown": shut_down,
        }.items()
    ),
]

ROWS = sorted([*TASKS, *CANVASES, *VARIANTS, *READ, *LIFE], key=lambda row: repr(row.variant))
