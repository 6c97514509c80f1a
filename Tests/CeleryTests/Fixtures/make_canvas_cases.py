"""Writes canvas-cases.jsonl: signatures, and what Celery's own client publishes for them.

Needs CPython 3.11, celery[redis]==5.7.0 and the URL of a Redis server, which results of groups subscribe to.
"""

import copy
import json
import random
import sys
import warnings
from pathlib import Path

from celery import Celery, chain, chord, group, signature
from kombu.utils.json import dumps

HEADERS = [
    "task",
    "id",
    "group",
    "group_index",
    "root_id",
    "parent_id",
    "replaced_task_nesting",
    "timelimit",
    "stamped_headers",
    "stamps",
]
MODES = [("", (), {}), ("parent", (7,), {"parent_id": "P", "root_id": "R"})]

app = Celery("canvas", broker="memory://", backend=sys.argv[1])
rng = random.Random(20261124)
log = []


def send(producer, name, message, **options):
    """Records a message instead of publishing it."""
    headers = json.loads(dumps(message.headers))
    log.append(
        [
            "task",
            {name: headers[name] for name in HEADERS},
            *json.loads(dumps(message.body)),
        ]
    )


def save(key, value):
    """Records a saved group."""
    log.append(
        [
            "save",
            key.decode() if isinstance(key, bytes) else key,
            json.loads(value)["result"],
        ]
    )


type(app.amqp).send_task_message = property(lambda self: send)
app.backend.on_task_call = lambda *args: None
app.backend.set_chord_size = lambda group_id, size: log.append(["size", group_id, size])
app.backend._set_chord_key = save


def leaf():
    """A task with some options."""
    args = tuple(rng.randint(0, 9) for _ in range(rng.randint(0, 2)))
    task = signature(f"t.{rng.choice('abcde')}", args=args, app=app)
    if rng.random() < 0.15:
        task.set(immutable=True)
    if rng.random() < 0.12:
        task.link(signature("t.cb", app=app))
    if rng.random() < 0.12:
        task.link_error(signature("t.eb", app=app))
    if rng.random() < 0.06:
        task.set(time_limit=9)
    return task


def canvas(depth):
    """A task, chain, group or chord of at most that depth."""
    kind = rng.random()
    if depth == 0 or kind < 0.3:
        return leaf()
    parts = [canvas(depth - 1) for _ in range(rng.randint(1, 3))]
    if kind < 0.55:
        made = chain(*parts)
    elif kind < 0.78:
        return group(parts)
    else:
        made = chord(parts, canvas(depth - 1))
    if made.subtask_type in ("chain", "chord"):
        if rng.random() < 0.12:
            made.link_error(signature("t.eb2", app=app))
        if rng.random() < 0.12:
            made.link(signature("t.cb2", app=app))
    return made


def cases(count):
    """Signatures that differ, applied on their own and on behalf of a task."""
    seen = set()
    while len(seen) < count:
        text = dumps(canvas(rng.randint(1, 3)))
        if text in seen or len(text) > 1500:
            continue
        seen.add(text)
        for mode, args, options in MODES:
            log.clear()
            result = signature(json.loads(text), app=app).apply_async(args, **options)
            tree = json.loads(dumps(result.as_tuple())) if result is not None else None
            yield {
                "signature": json.loads(text),
                "mode": mode,
                "effects": copy.deepcopy(log),
                "result": tree,
            }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    target = Path(__file__).with_name("canvas-cases.jsonl")
    with target.open("w") as file:
        for case in cases(100):
            print(json.dumps(case, separators=(",", ":")), file=file)
