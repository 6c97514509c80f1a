"""Messages as Celery's client sends them, in any number."""

import json
import uuid
from dataclasses import dataclass
from typing import cast

import redis
from celery import Celery

from bench.celery_app import add

QUEUE = "celery"
RESULT_PREFIX = "celery-task-meta-"
EXPECTED_RESULT = 5

_ARGUMENTS = (2, 3)
_BATCH = 500


@dataclass(frozen=True)
class Envelope:
    """One element of a queue's list."""

    data: bytes
    task_id: str
    delivery_tag: str

    @classmethod
    def parse(cls, data: bytes) -> "Envelope":
        """Finds the two ids that differ from one message of a producer to its next."""
        document = json.loads(data)
        return cls(data, document["headers"]["id"], document["properties"]["delivery_tag"])

    def with_ids(self, task_id: str, delivery_tag: str) -> "Envelope":
        """The message that the same producer would have sent with other ids."""
        data = self.data.replace(self.task_id.encode(), task_id.encode())
        data = data.replace(self.delivery_tag.encode(), delivery_tag.encode())
        return Envelope(data, task_id, delivery_tag)


class Producer:
    """Fills the queue."""

    def __init__(self, app: Celery, client: "redis.Redis", url: str) -> None:
        """Sends by `app`, which then belongs to the server at `url`."""
        app.conf.update(broker_url=url, result_backend=url)
        self._client = client

    def call(self, timeout: float) -> None:
        """One task from `.delay()` to the end of `.get()`."""
        result = add.delay(*_ARGUMENTS).get(timeout=timeout)
        if result != EXPECTED_RESULT:
            raise ValueError(f"a worker's result is {result!r}, not {EXPECTED_RESULT}")

    def template(self) -> Envelope:
        """Sends two tasks by `.delay()`, which stay in the queue, and returns the first message.

        Raises:
            ValueError: the other message differs from it in more than its ids.
        """
        waiting = self._client.llen(QUEUE)
        for _ in range(2):
            add.delay(*_ARGUMENTS)
        if self._client.llen(QUEUE) != waiting + 2:
            raise ValueError("the queue already has a consumer")
        second, first = (Envelope.parse(data) for data in cast("list[bytes]", self._client.lrange(QUEUE, 0, 1)))
        if first.with_ids(second.task_id, second.delivery_tag) != second:
            raise ValueError("a copy of a message is not what Celery's client sends")
        return first

    def preload(self, count: int) -> list[str]:
        """Queues so many tasks and returns their ids in the order in which workers fetch them.

        The first two come from `.delay()`; the others are copies of them with ids of their own.
        """
        template = self.template()
        stored = cast("list[bytes]", self._client.lrange(QUEUE, 0, 1))
        ids = [Envelope.parse(data).task_id for data in reversed(stored)]
        while len(ids) < count:
            copies = [copy_of(template) for _ in range(min(_BATCH, count - len(ids)))]
            self._client.lpush(QUEUE, *(copy.data for copy in copies))
            ids += [copy.task_id for copy in copies]
        return ids


def copy_of(template: Envelope) -> Envelope:
    """The same message with new ids."""
    return template.with_ids(str(uuid.uuid4()), str(uuid.uuid4()))


def result_key(task_id: str) -> str:
    """The key, and channel, of a task's result."""
    return RESULT_PREFIX + task_id
