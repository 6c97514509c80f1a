"""The external worker of one run and what the tests see of it."""

import collections
import os
import threading
import time
from typing import Any

import kombu.message
import redis
from celery import Celery, signals
from celery.worker.request import Request
from celery.worker.strategy import hybrid_to_proto2, proto1_to_proto2  # type: ignore[attr-defined]

from harness.envelope import Envelope, decoded, features
from harness.process import Worker
from harness.settings import Settings
from harness.tap import Tap

# Variables of the test process that are no business of the worker.
_WITHHELD = {"TEST_BROKER", "TEST_BACKEND", "PYTEST_CURRENT_TEST", "PYTEST_ADDOPTS"}
# A worker in another process can take a message before the test has executed the line after the one that sent it, which
# the embedded worker cannot: its signals are held back so long.
_SIGNAL_DELAY = 0.1


class _AnyTask:
    """Stands for a task that the client does not know."""

    ignore_result = False


class Session:
    """One worker after the other, watched through the server's stream of commands."""

    def __init__(self, settings: Settings) -> None:
        """Prepares a session; nothing is started yet."""
        self.settings = settings
        self.client_app: Celery | None = None
        self.succeeded: set[str] = set()
        # What each test had the worker do: tasks and features of their messages, commands.
        self.activity: dict[str, collections.Counter[str]] = {}
        self.test: str | None = None
        self.signals_sent = 0
        self._control_app = Celery("suite.control", broker=settings.url, backend=settings.url, set_as_current=False)
        self._tap = Tap(settings.port, self._on_taken, self._on_event, self._on_control, self.note)
        self._pending: collections.deque[tuple[float, Envelope]] = collections.deque()
        self._lock = threading.RLock()
        environment = {name: value for name, value in os.environ.items() if name not in _WITHHELD}
        environment |= {
            "CELERY_BROKER_URL": settings.url,
            "CELERY_RESULT_BACKEND": settings.url,
            "SUITE_CONCURRENCY": str(settings.concurrency),
        }
        self.worker = Worker(settings.worker_command, environment, settings.out / "worker.log")

    def note(self, text: str) -> None:
        """Writes to the harness's own log."""
        with (self.settings.out / "harness.log").open("a") as log:
            log.write(f"{time.strftime('%H:%M:%S')} {text}\n")

    # --- the worker

    def start(self) -> None:
        """Starts watching, and the first worker.

        Raises:
            RuntimeError: the worker does not get ready.
        """
        self._tap.start()
        self._tap.ready.wait(10)
        threading.Thread(target=self._keep_sending_signals, daemon=True).start()
        self._bring_up()

    def restart(self, why: str, flush: bool = False) -> None:
        """Replaces the worker, on an emptied server if told to.

        Raises:
            RuntimeError: the new one does not get ready.
        """
        self.note(f"restart: {why}")
        self.worker.stop()
        if flush:
            with redis.Redis(port=self.settings.port) as client:
                client.flushall()
        self._bring_up()

    def _bring_up(self) -> None:
        self.worker.start()
        began = time.monotonic()
        self.worker.wait_until_it_answers(self._control_app, self.settings.ready_limit)
        # The harness learns of results that are not stored from task-succeeded events.
        reply = self._control_app.control.enable_events(reply=True, timeout=2.0, limit=1)
        passed = time.monotonic() - began
        self.note(f"worker {self.worker.node_name} ready after {passed:.1f} s; enable_events: {reply}")

    # --- what the stream reports

    def _on_control(self, body: dict[str, Any]) -> None:
        self._record({f"control:{body['method']}"})

    def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("type") == "task-succeeded":
            self.succeeded.add(event["uuid"])

    def _on_taken(self, envelope: Envelope) -> None:
        self._record(features(envelope))
        if signals.task_received.receivers and self.client_app is not None:
            self._pending.append((time.monotonic() + _SIGNAL_DELAY, envelope))

    def _record(self, what: set[str]) -> None:
        if self.test is not None:
            self.activity.setdefault(self.test, collections.Counter()).update(what)

    # --- the signal that the embedded worker would send

    def begin_test(self, test: str) -> None:
        """Forgets what an earlier test has left."""
        self.test = test
        self._pending.clear()
        self.signals_sent = 0

    def end_test(self) -> None:
        """Waits until all that the test caused so far is recorded."""
        self._tap.sync()
        self.test = None

    def catch_up(self) -> None:
        """Sends the signals of all messages taken so far: they precede results, as they do upstream."""
        if signals.task_received.receivers:
            self._tap.sync()
            self._send_signals()

    def _send_signals(self, until: float | None = None) -> None:
        with self._lock:
            while self._pending and (until is None or self._pending[0][0] <= until):
                _, envelope = self._pending.popleft()
                self.signals_sent += 1
                signals.task_received.send(sender=self, request=self._request_of(envelope))

    def _keep_sending_signals(self) -> None:
        while True:
            # How far a signal may be late: nothing tells when it is due but the clock.
            time.sleep(_SIGNAL_DELAY / 4)
            try:
                self._send_signals(time.monotonic())
            except Exception as problem:
                # A receiver of the test that fails is no reason to stop.
                self.note(f"signal: {problem!r}")

    def _request_of(self, envelope: Envelope) -> Any:
        """The request that the embedded worker would make of a message (celery/worker/strategy.py)."""
        assert self.client_app is not None
        properties = envelope["properties"]
        message = kombu.message.Message(
            body=decoded(envelope)[1],  # type: ignore[arg-type]
            content_type=envelope["content-type"],
            content_encoding=envelope["content-encoding"],
            headers=envelope["headers"],
            properties=properties,
            delivery_info=properties.get("delivery_info") or {},
            accept={"application/json"},
        )
        payload = message.payload
        if "task" in (message.headers or {}):
            body, headers, is_decoded, utc = message.body, message.headers, False, True
        elif "args" in payload and "task" in payload and message.headers:
            body, headers, is_decoded, utc = hybrid_to_proto2(message, payload)
        else:
            body, headers, is_decoded, utc = proto1_to_proto2(message, payload)
        return Request(
            message,
            app=self.client_app,
            body=body,
            headers=headers,
            decoded=is_decoded,
            utc=utc,
            task=self.client_app.tasks.get(headers["task"]) or _AnyTask,  # type: ignore[arg-type]
        )

    # --- what the tests ask

    def worker_pid(self) -> int | None:
        """The id of the worker's process; None unless it belongs to what was started."""
        replies: dict[str, Any] = self._control_app.control.inspect(timeout=2.0, limit=1).stats() or {}
        stats: dict[str, Any] = next(iter(replies.values()), {})
        pid = stats.get("pid")
        try:
            return pid if pid and os.getpgid(pid) == self.worker.group else None
        except OSError:
            return None

    def revoked_ids(self) -> list[str]:
        """The ids that the worker says are revoked."""
        reply: dict[str, list[str]] = self._control_app.control.inspect(timeout=2.0, limit=1).revoked() or {}
        return [task_id for ids in reply.values() for task_id in ids]
