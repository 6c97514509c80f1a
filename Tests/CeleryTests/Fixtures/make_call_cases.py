"""Writes call-cases.json: what Celery's client publishes for options of `apply_async`.

Needs CPython 3.11 and celery==5.7.0.
"""

import json
from pathlib import Path

from celery import Celery, signature

app = Celery("calls", broker="memory://")
CALLBACK = signature("cb", args=(1,), kwargs={"k": 2}, queue="other")
ERRBACK = signature("eb", immutable=True)

CASES = {
    "plain": {},
    "link": {"link": CALLBACK},
    "links": {"link": [CALLBACK, ERRBACK], "link_error": [ERRBACK]},
    "shadow": {"shadow": "shown"},
    "reply": {"reply_to": "R"},
    "place": {"root_id": "root", "parent_id": "parent", "group_id": "group"},
    "stamps": {"stamped_headers": ["run", "user"], "run": "x1", "user": ["a", "b"]},
    "headers": {"headers": {"x-tenant": 7}},
    "limits": {"time_limit": 9, "soft_time_limit": 1.5, "ignore_result": True},
    "priority": {"priority": 3, "queue": "slow"},
}


def published(options: dict[str, object]) -> dict[str, object]:
    """The message, as it stands in its queue."""
    options = {"reply_to": "client", "queue": "celery", "ignore_result": False, **options}
    app.send_task("t", args=(1,), kwargs={"x": "y"}, task_id="id", **options)
    with app.connection_for_read() as connection:
        envelope = connection.default_channel._get(options["queue"])  # noqa: SLF001
    headers = {name: value for name, value in envelope["headers"].items() if name not in ("lang", "origin")}
    properties = {name: value for name, value in envelope["properties"].items() if name != "delivery_tag"}
    body = json.loads(connection.default_channel.decode_body(envelope["body"], properties["body_encoding"]))
    return {"headers": headers, "properties": properties, "body": body}


if __name__ == "__main__":
    cases = {name: published(options) for name, options in CASES.items()}
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items())
    Path(__file__).with_name("call-cases.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
