"""The message in the envelope that kombu's Redis transport writes."""

import base64
import json
from typing import Any

Envelope = dict[str, Any]


def decoded(envelope: Envelope) -> tuple[Any, str | bytes]:
    """The body as JSON, None for other content, and the body as it came."""
    body: str | bytes = envelope["body"]
    if envelope["properties"].get("body_encoding") == "base64":
        body = base64.b64decode(body)
    if envelope["content-type"] == "application/json":
        return json.loads(body), body
    return None, body


def features(envelope: Envelope) -> set[str]:
    """The task of a message and what of the protocol it uses, for the record of what a test needs."""
    body, _ = decoded(envelope)
    if isinstance(body, dict):
        found = {f"protocol1:{body.get('task')}"}
        headers, embed = body, body
    else:
        headers, embed = envelope["headers"], body[2]
        found = {str(headers["task"])}
    found |= {f"has:{name}" for name in ("callbacks", "errbacks", "chain", "chord") if embed.get(name)}
    names = ("eta", "expires", "retries", "replaced_task_nesting", "stamped_headers", "group")
    found |= {f"has:{name}" for name in names if headers.get(name)}
    if any(headers.get("timelimit") or ()):
        found.add("has:timelimit")
    properties = envelope["properties"]
    if properties.get("priority"):
        found.add("has:priority")
    if properties.get("delivery_info", {}).get("redelivered") or headers.get("redelivered"):
        found.add("has:redelivered")
    return found
