"""Celery's client as the tests use it, and one that sees every state."""

import json
import time
import uuid
from dataclasses import dataclass
from typing import Any

import redis
from celery import Celery
from celery.result import AsyncResult

READY = {"SUCCESS", "FAILURE", "REVOKED"}

Document = dict[str, Any]


def celery_app(url: str) -> Celery:
    """A producer with nothing set but its server."""
    app = Celery("interop", broker=url, backend=url, set_as_current=False)
    app.conf.broker_connection_retry_on_startup = True
    return app


@dataclass(frozen=True)
class Followed:
    """A finished task with every result document that was published for it, in order."""

    result: "AsyncResult[Any]"
    documents: list[Document]

    @property
    def value(self) -> Any:
        """What the task returned, as Celery's client decodes it; raises what the task raised."""
        return self.result.get(timeout=10)

    @property
    def states(self) -> list[str]:
        """The states in the order in which they were published."""
        return [document["status"] for document in self.documents]

    @property
    def progress(self) -> list[Document]:
        """What the PROGRESS states held."""
        return [d["result"] for d in self.documents if d["status"] == "PROGRESS"]


class Follower:
    """Sends a task to which it has subscribed before, so that no state can be missed."""

    def __init__(self, app: Celery, client: "redis.Redis", within: float = 60) -> None:
        """Follows tasks of `app` for at most so many seconds each."""
        self.task_id = str(uuid.uuid4())
        self._app = app
        self._deadline = time.monotonic() + within
        self._documents: list[Document] = []
        # A Redis client closes the connections of its subscriptions when nobody holds it any more.
        self._client = client
        self._subscription = client.pubsub()  # type: ignore[no-untyped-call]
        self._subscription.subscribe(f"celery-task-meta-{self.task_id}")
        # The server's confirmation: from here on every document is delivered.
        assert self._next() is None

    def send(
        self,
        name: str,
        args: tuple[object, ...] = (),
        kwargs: dict[str, object] | None = None,
        queue: str = "celery",
        countdown: float | None = None,
    ) -> None:
        """Sends the task."""
        self.result: AsyncResult[Any] = self._app.send_task(
            name, args=args, kwargs=kwargs or {}, queue=queue, task_id=self.task_id, countdown=countdown
        )

    def until(self, *states: str) -> Document:
        """Reads published documents up to the first one in one of `states`, and returns that."""
        while True:
            document = self._next()
            if document is not None:
                self._documents.append(document)
                if document["status"] in states:
                    return document
                unexpected = document["status"] in READY
                assert not unexpected, f"waited for {states}, got {document}"

    def finish(self) -> Followed:
        """Reads up to the final state."""
        self.until(*READY)
        self._subscription.close()
        return Followed(self.result, self._documents)

    def _next(self) -> Document | None:
        """The next document; None for the confirmation of the subscription."""
        message = None
        while message is None:
            left = self._deadline - time.monotonic()
            assert left > 0, f"no further state after {self._documents}"
            message = self._subscription.get_message(timeout=left)
        if message["type"] != "message":
            return None
        document: Document = json.loads(message["data"])
        return document
