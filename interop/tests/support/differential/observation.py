"""What a run has left behind and told, in a form in which two runs are equal if they did the same."""

import json
import re
from collections.abc import Iterable
from typing import Any, cast

import redis

from support.differential.content import task_of, value_of
from support.differential.monitor import Command

Observation = dict[str, Any]
Keys = dict[str, dict[str, Any]]

# Tasks by which a run is known to be over; they are no part of it.
MARKER = "marker-"
# What this project keeps for itself.
_OURS = "swift-celery:"


def keys_of(client: "redis.Redis", databases: Iterable[int]) -> Keys:
    """All keys but our own: their type, roughly how long they live, and what they hold."""
    found: Keys = {}
    for database in databases:
        client.select(database)
        for raw in cast("list[bytes]", client.keys()):
            name = raw.decode()
            if _OURS in name or MARKER in name:
                continue
            kind = cast("bytes", client.type(raw)).decode()
            ttl = client.ttl(raw)
            found[name if database == 0 else f"{database}/{name}"] = {
                "type": kind,
                # In tens of seconds, rounded up: no run takes longer.
                "ttl": -(-ttl // 10) * 10 if ttl >= 0 else None,
                "value": _value(client, raw, kind),
            }
    return found


def _value(client: Any, key: bytes, kind: str) -> Any:
    if kind == "string":
        return value_of(client.get(key))
    if kind == "list":
        return [value_of(element) for element in client.lrange(key, 0, -1)]
    if kind == "set":
        return sorted(member.decode() for member in client.smembers(key))
    if kind == "zset":
        scored = client.zrange(key, 0, -1, withscores=True)
        # A score is a time or a place in a group; times say nothing, not even by their order.
        scored.sort(key=lambda pair: pair if pair[1] > 1e9 else (b"", 0))
        return [[value_of(member), "<time>" if score > 1e9 else score] for member, score in scored]
    return [[tag.decode(), value_of(value)] for tag, value in sorted(client.hgetall(key).items())]


def changed(before: Keys, after: Keys) -> dict[str, Any]:
    """The keys that are new or different, and with None those that are gone."""
    names = sorted(before.keys() | after.keys())
    return {name: after.get(name) for name in names if before.get(name) != after.get(name)}


def told(commands: list[Command]) -> Observation:
    """What was published and pushed: per task, in order, but for the markers'."""
    seen: Observation = {"messages": {}, "results": {}, "events": {}, "requests": [], "replies": []}
    requests: dict[str | None, dict[str, Any]] = {}
    for command in commands:
        target = command.target
        if MARKER in target or (command.message and str(task_of(command.message)).startswith(MARKER)):
            continue
        if command.message is not None:
            record = {"command": command.name, "key": target} | command.message
            if (task := task_of(command.message)) is not None:
                seen["messages"].setdefault(task, []).append(record)
            elif ".reply.celery.pidbox" in target:
                seen["replies"].append(_addressed(record, requests))
        elif command.name == "PUBLISH" and "celery-task" in target:
            seen["results"].setdefault(target, []).append(value_of(command.arguments[2]))
        elif command.name == "PUBLISH" and target.endswith(".celery.pidbox"):
            request = {"channel": target} | cast("dict[str, Any]", value_of(command.arguments[2]))
            requests[request["body"].get("ticket")] = request
            seen["requests"].append(_addressed(request, requests))
        for event in command.events:
            fields = event["event"]
            about = str(fields.get("uuid", fields["type"]))
            # How often a worker is alive depends on how long it runs.
            if not about.startswith(MARKER) and fields["type"] != "worker-heartbeat":
                story = seen["events"].setdefault(about, {"order": []})
                # A retry may be received before Celery's main process has heard of it; and children tell by themselves.
                if fields["type"] != "task-retried" and target.endswith("multi"):
                    story["order"].append(fields["type"])
                story.setdefault(fields["type"], []).append({"channel": target} | event)
    return seen


def _addressed(record: dict[str, Any], requests: dict[str | None, dict[str, Any]]) -> Any:
    """A request or its reply with words for whoever asked: a client has one address or several, as it happens."""
    ticket = record["headers"].get("ticket") or record["body"].get("ticket")
    request = requests.get(ticket)
    if ticket is None or request is None:
        return record
    asker = request["body"]["reply_to"]["routing_key"]
    return json.loads(json.dumps(record).replace(ticket, "<ticket>").replace(asker, "<asker>"))


# An id, or a token, which is one without dashes.
_UUID = re.compile(r"\b[0-9a-f]{8}(-?)[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{4}\1[0-9a-f]{12}\b")
_REPLACED = [
    (re.compile(r"\bgen\d+@[\w.-]+"), "gen@host"),
    (re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(Z|[+-]\d\d:\d\d)?"), r"<time\1>"),
    (re.compile(r"\bJob: \d+"), "Job: N"),
]
# By the names of their fields: whatever they hold, but for null.
_HIDDEN = {
    *("pid", "clock", "timestamp", "runtime", "delivery_tag", "traceback", "worker_pid", "time_start", "loadavg"),
    *("uptime", "processed", "active", "local_received"),
}


class Normaliser:
    """Gives ids names by the order of their appearance, and hides what differs from run to run."""

    def __init__(self, host: str, known: Iterable[str]) -> None:
        """`known` are ids in an order that does not depend on the run."""
        self._host = host
        self._names: dict[str, str] = {}
        for value in known:
            self.text(value)

    def text(self, text: str) -> str:
        """A text with names for ids, and without times and hosts."""
        text = _UUID.sub(lambda found: self._names.setdefault(found[0], f"id{len(self._names) + 1}"), text)
        for pattern, replacement in _REPLACED:
            text = pattern.sub(replacement, text)
        return text.replace(self._host, "host")

    def __call__(self, value: Any, field: str = "") -> Any:
        """A value, all the way down."""
        if value is not None and field in _HIDDEN:
            return "<number>" if isinstance(value, (int, float)) else f"<{type(value).__name__}>"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            # What is keyed by ids is in the order of the run; the members of a document are written in any order.
            names = value if any(_UUID.search(key) for key in value) else sorted(value)
            shown = {self.text(key): self(value[key], key) for key in names}
            if shown.get("type") == "set":
                shown["value"].sort()
            return shown
        if isinstance(value, list):
            return [self(member) for member in value]
        if isinstance(value, float) and value > 1e9:
            return "<time>"
        return value


def differences(theirs: Any, ours: Any, path: str = "") -> dict[str, tuple[str, str]]:
    """Where two observations differ: path → what is there in theirs and in ours."""
    if isinstance(theirs, dict) and isinstance(ours, dict):
        found: dict[str, tuple[str, str]] = {}
        for key in sorted(theirs.keys() | ours.keys()):
            found |= differences(theirs.get(key, _ABSENT), ours.get(key, _ABSENT), f"{path}.{key}" if path else key)
        return found
    if isinstance(theirs, list) and isinstance(ours, list) and len(theirs) == len(ours):
        found = {}
        for index, (left, right) in enumerate(zip(theirs, ours, strict=True)):
            found |= differences(left, right, f"{path}[{index}]")
        return found
    if theirs == ours and type(theirs) is type(ours):
        return {}
    return {path: (_shown(theirs), _shown(ours))}


_ABSENT = object()


def _shown(value: Any) -> str:
    return "absent" if value is _ABSENT else json.dumps(value, ensure_ascii=False)
