"""What the bytes in Redis say: messages, events, result documents."""

import base64
import json
from typing import Any

from kombu import compression, serialization

Message = dict[str, Any]
Event = dict[str, Any]

# What a compressed result begins with (celery/backends/base.py).
_COMPRESSED = b"\0celery-compressed\0"


def message_of(raw: bytes) -> Message | None:
    """A message in kombu's envelope with its body decoded; None for what is none."""
    try:
        envelope = json.loads(raw)
    except ValueError:
        return None
    return opened(envelope) if isinstance(envelope, dict) and "properties" in envelope else None


def opened(envelope: Message) -> Message:
    """An envelope with its body decoded, as far as that can be done without running code."""
    body: Any = envelope["body"]
    if envelope["properties"].get("body_encoding") == "base64":
        body = base64.b64decode(body)
    if (media_type := envelope["headers"].get("compression")) is not None:
        body = compression.decompress(body, media_type)
    if envelope["content-type"] == "application/json":
        # kombu's own reading would turn tagged values into objects.
        body = json.loads(body)
    elif envelope["content-type"] == "application/x-yaml":
        media_type = envelope["content-type"]
        body = serialization.loads(body, media_type, envelope["content-encoding"], accept=[media_type])
    return envelope | {"body": body}


def task_of(message: Message) -> str | None:
    """The id of the task that a message calls; None if it calls none."""
    body = message["body"]
    if "task" in message["headers"]:
        return str(message["headers"]["id"])
    # Protocol 1 has everything in the body.
    return str(body["id"]) if isinstance(body, dict) and "task" in body else None


def events_of(raw: bytes) -> list[Event]:
    """The events in a published message, each with the envelope's headers and properties."""
    message = message_of(raw)
    assert message is not None
    body = message.pop("body")
    return [{"event": event, "envelope": message} for event in (body if isinstance(body, list) else [body])]


def value_of(raw: bytes) -> Any:
    """A stored value: a document, compressed or not, a delivery in `unacked`, or text."""
    shown: dict[str, Any] = {}
    if raw.startswith(_COMPRESSED):
        media_type, _, raw = raw.removeprefix(_COMPRESSED).partition(b"\0")
        raw = compression.decompress(raw, media_type.decode())
        shown = {"compression": media_type.decode()}
    try:
        value = json.loads(raw)
    except ValueError:
        return raw.decode(errors="backslashreplace")
    if isinstance(value, dict) and "properties" in value:
        return opened(value)
    if isinstance(value, list) and value and isinstance(value[0], dict) and "properties" in value[0]:
        return [opened(value[0]), *value[1:]]
    return shown | {"document": value} if shown else value
