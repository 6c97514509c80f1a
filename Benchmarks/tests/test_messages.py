"""Copies of a message of Celery's client."""

import json

from bench.messages import Envelope, copy_of

DATA = json.dumps(
    {
        "body": "W1syLCAzXV0=",
        "headers": {"id": "task-1", "root_id": "task-1", "task": "interop.add"},
        "properties": {"correlation_id": "task-1", "reply_to": "client", "delivery_tag": "tag-1"},
    }
).encode()


def test_copy() -> None:
    """A copy differs in its ids alone."""
    copy = Envelope.parse(DATA).with_ids("task-2", "tag-2")
    assert copy.data == DATA.replace(b"task-1", b"task-2").replace(b"tag-1", b"tag-2")
    assert copy == Envelope.parse(copy.data)


def test_copies() -> None:
    """Each copy has ids of its own."""
    template = Envelope.parse(DATA)
    copies = [copy_of(template) for _ in range(10)]
    assert len({copy.task_id for copy in copies} | {copy.delivery_tag for copy in copies}) == 20
    assert all(copy.task_id.encode() in copy.data for copy in copies)
