"""Asking workers by remote control, and following their events."""

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from celery import Celery

from support.waiting import eventually

Event = dict[str, Any]


class Remote:
    """One worker as remote control reaches it."""

    def __init__(self, app: Celery, node: str) -> None:
        """Addresses the worker whose node name begins with `node` and an at sign."""
        self._app = app
        self.name: str = eventually(lambda: self._find(node), f"{node} answers")

    def ask(self, command: str, arguments: dict[str, object] | None = None) -> Any:
        """The answer to a command."""
        answers = self._app.control.broadcast(
            command, arguments=arguments or {}, destination=[self.name], reply=True, timeout=10
        )
        assert answers, f"{self.name} does not answer {command}"
        assert list(answers[0]) == [self.name]
        return answers[0][self.name]

    def _find(self, node: str) -> str | None:
        answers = self._app.control.broadcast(
            "ping", pattern=f"{node}@*", matcher="glob", reply=True, limit=1, timeout=1
        )
        return next(iter(answers[0])) if answers else None


class EventLog:
    """The events that Celery's own receiver gets, as they come."""

    def __init__(self) -> None:
        """An empty log."""
        self._events: list[Event] = []
        self._changed = threading.Condition()

    def add(self, event: Event) -> None:
        """Takes an event."""
        with self._changed:
            self._events.append(event)
            self._changed.notify_all()

    def of(self, task_id: str) -> list[Event]:
        """The events of one task so far, in the order of the clock of who sent them."""
        with self._changed:
            events = [event for event in self._events if event.get("uuid") == task_id]
        return sorted(events, key=lambda event: int(event["clock"]))

    def wait(self, kind: str, within: float = 30, **fields: object) -> Event:
        """The first event of a type with some fields, past or coming."""
        deadline = time.monotonic() + within
        with self._changed:
            while True:
                for event in self._events:
                    if event["type"] == kind and all(event.get(k) == v for k, v in fields.items()):
                        return event
                left = deadline - time.monotonic()
                assert left > 0, f"no {kind} with {fields} within {within} s"
                self._changed.wait(left)


@contextlib.contextmanager
def following(app: Celery) -> Iterator[EventLog]:
    """Follows all events with `app.events.Receiver`, as monitors do."""
    log = EventLog()
    ready = threading.Event()
    stop = threading.Event()

    def run() -> None:
        with app.connection_for_read() as connection:
            receiver = app.events.Receiver(connection, handlers={"*": log.add})
            with receiver.consumer_context(wakeup=False) as (active, _, _):
                while not stop.is_set():
                    with contextlib.suppress(TimeoutError):
                        active.drain_events(timeout=0.2)
                    # kombu subscribes when it first looks for events, not before.
                    ready.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield log
    finally:
        stop.set()
        thread.join()


def shape(value: Any) -> Any:
    """What kind of value it is, all the way down; numbers are numbers, lists are like their first element."""
    if isinstance(value, dict):
        return {key: shape(member) for key, member in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, bool) or value is None:
        return type(value).__name__
    return "number" if isinstance(value, (int, float)) else type(value).__name__
