"""Where the Swift worker is not like Celery's on purpose, and which captures have no scenario."""

import re
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Difference:
    """A difference that is wanted, in the scenarios that show it."""

    what: str
    reason: str
    # Where it is seen: an expression that the whole path of a differing value matches.
    path: str
    rows: tuple[str, ...]

    def covers(self, path: str) -> bool:
        """Whether a path is one of its."""
        return re.fullmatch(self.path, path) is not None


_CANVASES = (
    *("canvas-link", "canvas-link-two", "canvas-link-error", "canvas-link-error-oldstyle", "canvas-chain"),
    *("canvas-chord", "canvas-chord-errback", "canvas-chord-group-body", "canvas-chord-nested-group-header"),
    *("canvas-chain-into-chord", "canvas-add-to-chord", "canvas-replace", "canvas-stamped", "task-child"),
    *("variant-chord-unordered", "variant-result-compression-zlib", "variant-result-expires"),
    *("builtin-group", "builtin-chord"),
    *(
        f"variant-priority-{which}-{what}"
        for which in ("inherited", "default", "both")
        for what in ("link", "chain", "errback", "chord", "child")
    ),
)
_STARTS = ("worker-startup", "worker-startup-backlog", "worker-mingle-two", "control-commands")
_STOPS = (
    *("worker-shutdown-warm-idle", "worker-shutdown-warm-busy", "worker-shutdown-warm-late-ack"),
    *("worker-shutdown-cold-early-ack", "worker-shutdown-cold-late-ack", "control-shutdown"),
)

ACCEPTED = [
    Difference(
        "the header `lang` of messages that the worker sends is `swift`",
        "it says who wrote the message; nobody reads it",
        r"messages\.\w+\[\d+\]\.headers\.lang",
        _CANVASES,
    ),
    Difference(
        "`sw_ident` in a worker's events is `swift-celery`",
        "monitors show what runs",
        r"events\.worker-(online|offline)\.worker-\w+\[\d+\]\.event\.sw_ident",
        _STARTS + _STOPS,
    ),
    Difference(
        "restored messages have the header `x-delivery-count`",
        "it counts how often a worker was lost with the message, so that one that ends its workers is set aside",
        r"(messages\.\w+|keys\.\w+\.value)\[\d+\](\[0\])?\.headers\.x-delivery-count",
        ("worker-shutdown-warm-busy", "worker-shutdown-cold-early-ack", "worker-shutdown-cold-late-ack"),
    ),
    Difference(
        "messages that a stop hands back are read again in their old order",
        "Celery turns them round",
        r"keys\.celery\.value\[\d\]\.(body|headers|properties)\..*|keys\.celery\.value\[\d\]\.body\[0\]\[1\]",
        ("worker-shutdown-warm-busy",),
    ),
    Difference(
        "a hard time limit is stored and told once",
        "Celery's parent process does so twice",
        r"results\.celery-task-meta-\w+|events\.\w+\.(order|task-failed)",
        ("task-hard-time-limit",),
    ),
    Difference(
        "the event of a lost process names its exception",
        "Celery shows `ExceptionWithTraceback()`, which wraps it",
        r"events\.\w+\.task-failed\[0\]\.event\.exception",
        ("task-worker-lost", "task-retry-on-worker-lost"),
    ),
    Difference(
        "the body of a chord in a chain has no `priority` of null",
        "null says nothing",
        r"messages\.\w+\[0\]\.body\[2\]\.chord\.options\.priority",
        ("canvas-chain-into-chord",),
    ),
    Difference(
        "a message of protocol 1 is shown with its arguments",
        "Celery has null there, for such a message brings no text of them",
        r"events\.\w+\.task-received\[0\]\.event\.(args|kwargs)",
        ("publish-protocol-1",),
    ),
    Difference(
        "a message whose content is not accepted fails its task",
        "Celery drops it, and its caller waits for ever",
        r"(results|keys|events)\..*",
        ("publish-serializer-pickle",),
    ),
    Difference(
        "the event of a task whose result is another's to come shows that as a list",
        "Celery shows the `repr` of an object of Python's",
        r"events\.\w+\.task-succeeded\[0\]\.event\.result",
        ("builtin-group", "builtin-chord"),
    ),
    Difference(
        "a worker that starts knows what was revoked before",
        "it reads that in Redis, also when it is the only one",
        r"requests\[\d+\]\.body\.arguments\.revoked",
        ("worker-mingle-two",),
    ),
    Difference(
        "a task that a cold stop interrupts after its early acknowledgement fails",
        "Celery stores RETRY and sends no retry: nobody will run it",
        r"(results|keys)\.celery-task-meta-\w+(\[\d+\]|\.value)\..*|events\.\w+\.(order.*|task-failed|task-cancelled)",
        ("worker-shutdown-cold-early-ack",),
    ),
]

# Captures without a scenario, and why.
LEFT_OUT = {
    "gossip-election-two": "whom Celery's workers elect is a matter of who hears whom first, and ours do not vote for "
    "themselves: `test_elections`",
    "loss-brpop-window": "shows how Celery's worker loses a message: `RedisBrokerTests`, `test_lost_worker`",
    "redelivery-visibility-timeout": "shows a running task delivered again, which leases prevent: `RedisBrokerTests`",
    "tried-connection-drop-acks-late": "shows a task run twice after a reconnect: `test_redis_restart`",
    "tried-eta-parking": "a message parked by hand, which only this worker does: `test_parking`",
    "broadcast-and-topic": "two workers: `test_queues`; for one, `publish-broadcast` and `publish-topic`",
    "payloads": "a collection of the others' messages",
    "result-client-leniency": "what clients make of odd results; no worker",
    "http-fastapi-422": "HTTP; no worker: `test_http_errors`",
}

_BEGIN = "<!-- The part below is written by `python -m support.differential.accepted` in `interop/tests`. -->\n"
_END = "<!-- The part above is written by `python -m support.differential.accepted` in `interop/tests`. -->\n"


def documented(document: str) -> str:
    """A document with the list of accepted differences in the place that it has for it."""
    before, _, rest = document.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    lines = ["", "| here | because | seen in |", "| --- | --- | --- |"]
    for difference in ACCEPTED:
        seen = ", ".join(f"`{row}`" for row in difference.rows[:3]) + (", …" if len(difference.rows) > 3 else "")
        lines.append(f"| {difference.what} | {difference.reason} | {seen} |")
    lines += ["", "| capture without a scenario | because |", "| --- | --- |"]
    lines += [f"| `{name}` | {reason} |" for name, reason in LEFT_OUT.items()]
    return before + _BEGIN + "\n".join([*lines, "", ""]) + _END + after


if __name__ == "__main__":
    path = Path(__file__).resolve().parents[4] / "docs" / "compatibility.md"
    path.write_text(documented(path.read_text(encoding="utf-8")), encoding="utf-8")
