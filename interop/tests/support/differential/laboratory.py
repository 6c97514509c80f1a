"""Two servers, one for each kind of worker, on which the same scenarios are run."""

import contextlib
import itertools
import json
import os
import signal
import socket
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from celery import Celery
from celery.canvas import Signature
from celery.result import AsyncResult, ResultBase

from support.client import celery_app
from support.differential.content import task_of
from support.differential.monitor import Command, Monitor
from support.differential.observation import MARKER, Keys, Normaliser, Observation, changed, keys_of, told
from support.process import Process, descendants_of
from support.redis_server import RedisServer
from support.worker import PythonWorker, Worker, wait_until_ready

KINDS = ("python", "swift")
NODE = "w1"

# How the run of a message may end (celery/events).
_ENDS = {"task-succeeded", "task-failed", "task-retried", "task-revoked", "task-rejected", "task-cancelled"}


@dataclass(frozen=True)
class Variant:
    """What a worker and its clients are set to, in Celery's names."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    # What only clients are set to, and only the Swift worker.
    client: Mapping[str, Any] = field(default_factory=dict)
    swift: Mapping[str, Any] = field(default_factory=dict)
    options: tuple[str, ...] = ("-E", "--without-gossip", "--without-mingle")
    queues: str = "celery"
    # Databases of broker and result backend.
    databases: tuple[int, int] = (0, 0)
    # The module with the app of the Python worker, and what gives an app the same queues.
    app: str = "support.differential.tasks"
    declare: Callable[[Celery], object] | None = None
    # To what a worker listens, by how the channels end.
    channels: tuple[str, ...] = (".celery.pidbox",)


@dataclass(frozen=True)
class Row:
    """A scenario: what is sent to a worker with some settings."""

    name: str
    run: "Callable[[Lab], None]"
    variant: Variant = Variant()
    # Runs of messages that end without an event: the task is ignored or replaced.
    silent: int = 0
    # Whether the worker is there at the beginning, and is to be waited for at the end.
    needs_worker: bool = True
    # Serializers and compressions that it takes.
    needs: tuple[str, ...] = ()


class Lab:
    """One side of the laboratory, as a scenario sees it."""

    def __init__(self, kind: str, directory: Path) -> None:
        """Starts the server."""
        self.kind = kind
        self._directory = directory
        directory.mkdir()
        self.redis = RedisServer(directory)
        self.monitor = Monitor(self.redis.port)
        self.client = self.redis.connect()
        self.app: Celery = celery_app(self.redis.url)
        self.variant: Variant | None = None
        self.workers: list[Process] = []
        self.known: list[str] = []
        self.host = socket.gethostname()
        self._numbers = itertools.count()

    def close(self) -> None:
        """Stops everything."""
        self._kill_workers()
        self.app.close()
        self.client.close()
        self.monitor.close()
        self.redis.stop()

    # What scenarios do

    def task(self, name: str, *args: object, **options: Any) -> "Signature[Any]":
        """A signature of a task of the tests."""
        return self.app.signature(f"interop.{name}", args=args, **options)

    def send(self, name: str, *args: object, **options: Any) -> "AsyncResult[Any]":
        """Sends a task, without waiting for it."""
        result = self.app.send_task(name if "." in name else f"interop.{name}", args=args, **options)
        self.keep(result)
        return result

    def keep(self, result: Any) -> None:
        """Gives the ids of a result names that do not depend on the run."""
        self.known.append(json.dumps(result.as_tuple()))

    def call(self, name: str, *args: object, **options: Any) -> None:
        """Sends a task and waits for its result, whatever that is."""
        self.wait(self.send(name, *args, **options))

    def apply(self, signature: "Signature[Any]") -> None:
        """Sends a canvas and waits for its result, whatever that is."""
        result = signature.apply_async()
        self.keep(result)
        self.wait(result)

    def wait(self, result: "ResultBase") -> None:
        """Waits for a result, whatever that is."""
        result.get(timeout=30, propagate=False)

    def wait_for_event(self, kind: str, **fields: object) -> None:
        """Waits until somebody has published an event with some fields."""

        def has_come(commands: list[Command]) -> bool:
            events = (event["event"] for command in commands for event in command.events)
            return any(e["type"] == kind and all(e.get(k) == v for k, v in fields.items()) for e in events)

        self.monitor.wait(has_come, f"{self.kind}: {kind} with {fields}")

    def wait_for_state(self, result: "AsyncResult[Any]") -> None:
        """Waits until a task, which is running, has published a state."""
        self.monitor.wait(
            lambda commands: any(c.name == "PUBLISH" and c.target.endswith(result.id) for c in commands),
            f"{self.kind}: a state of {result.id}",
        )

    def ask(self, command: str, **arguments: object) -> Any:
        """Sends a command of remote control and waits for the answer."""
        return self.app.control.broadcast(command, arguments=arguments, reply=True, limit=1, timeout=10)

    def start_worker(self, node: str = NODE) -> Process:
        """Starts a worker with the settings of the row, and waits until it is ready."""
        assert self.variant is not None
        broker, results = (f"{self.redis.url[:-1]}{number}" for number in self.variant.databases)
        starter = self._python_worker if self.kind == "python" else self._swift_worker
        heard = self._heard(self.monitor.commands())
        worker = starter(node, broker, results, self.variant)
        self.workers.append(worker)
        wait_until_ready(worker)
        # Celery's worker says that it is ready before it listens.
        channels = len(self.variant.channels)
        self.monitor.wait(lambda commands: self._heard(commands) == heard + channels, f"{self.kind}: a worker listens")
        return worker

    def _heard(self, commands: list[Command]) -> int:
        assert self.variant is not None
        channels = self.variant.channels
        subscriptions = [command for command in commands if command.name in {"SUBSCRIBE", "PSUBSCRIBE"}]
        return sum(1 for s in subscriptions for a in s.arguments if a.decode().endswith(channels))

    def stop_worker(self, number: signal.Signals) -> None:
        """Ends the first worker by a signal."""
        worker = self.workers.pop(0)
        worker.signal(number)
        worker.wait()

    # What the laboratory does

    def observe(self, row: Row) -> Observation:
        """Runs a scenario and says what came of it."""
        self._enter(row)
        databases = range(max(row.variant.databases) + 1)
        before = self._clean(databases)
        self.known = [self.app.thread_oid]
        self.monitor.clear()
        row.run(self)
        if row.needs_worker:
            self.settle(row.silent)
        commands = self.monitor.commands()
        after = keys_of(self.client, databases)
        seen = told(commands) | {"keys": changed(before, after)}
        return dict(Normaliser(self.host, self.known)(seen))

    def _enter(self, row: Row) -> None:
        is_ready = self.variant == row.variant and len(self.workers) == 1 and self.workers[0].is_running
        if is_ready and row.needs_worker:
            return
        self._kill_workers()
        self.app.close()
        self.client.flushall()
        self.variant = row.variant
        broker, results = (f"{self.redis.url[:-1]}{number}" for number in row.variant.databases)
        self.app = celery_app(broker)
        self.app.conf.update({"result_backend": results, **row.variant.settings, **row.variant.client})
        if row.variant.declare is not None:
            row.variant.declare(self.app)
        if row.needs_worker:
            self.monitor.clear()
            self.start_worker()
            self.wait_for_event("worker-online")

    def _clean(self, databases: range) -> Keys:
        for database in databases:
            self.client.select(database)
            for key in self.client.keys("*celery-task*"):
                self.client.delete(key)
        return keys_of(self.client, databases)

    def settle(self, silent: int = 0) -> None:
        """Waits until every run has ended, and the worker has said everything there is to say."""

        def is_over(commands: list[Command]) -> bool:
            sent = [task_of(command.message) for command in commands if command.message]
            ended = [event["event"] for command in commands for event in command.events]
            runs = sum(1 for task in sent if task)
            return runs - sum(1 for event in ended if event["type"] in _ENDS) <= silent

        while True:
            self.monitor.wait(is_over, f"{self.kind}: every task ends")
            # Events are told in order: what comes after this one's belongs to nothing before.
            marker = f"{MARKER}{next(self._numbers)}"
            self.app.send_task("interop.echo", args=["over"], task_id=marker, ignore_result=True)
            self.wait_for_event("task-succeeded", uuid=marker)
            if is_over(self.monitor.commands()):
                return

    def _kill_workers(self) -> None:
        for worker in self.workers:
            for pid in [worker.pid, *descendants_of(worker.pid)] if worker.is_running else []:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            worker.stop()
        self.workers = []

    def _python_worker(self, node: str, broker: str, results: str, variant: Variant) -> Process:
        settings = {
            # Celery's defaults, which the tests of mixed fleets change.
            **{"task_acks_late": False, "worker_prefetch_multiplier": 4, "task_default_queue": "celery"},
            **{"broker_transport_options": {}, "accept_content": ["json"]},
            **variant.settings,
        }
        return PythonWorker(
            *(broker, variant.queues, node),
            app=variant.app,
            settings=settings,
            options=("--include", "support.differential.tasks", *variant.options),
            results=results,
        )

    def _swift_worker(self, node: str, broker: str, results: str, variant: Variant) -> Process:
        file = self._directory / "settings.json"
        file.write_text(json.dumps({"task_acks_late": False, **variant.settings, **variant.swift}))
        return Worker(
            *(broker, variant.queues, "interop-worker"),
            concurrency=1,
            node=node,
            options=("--config", str(file), *variant.options),
            results=results,
        )


class Laboratory:
    """Both sides."""

    def __init__(self, directory: Path) -> None:
        """Starts both servers."""
        self._labs = [Lab(kind, directory / kind) for kind in KINDS]
        # Clients keep state per thread, so each side has one.
        self._threads = [ThreadPoolExecutor(1, thread_name_prefix=kind) for kind in KINDS]

    def __enter__(self) -> Self:
        """The laboratory itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stops everything."""
        for lab, thread in zip(self._labs, self._threads, strict=True):
            thread.submit(lab.close).result()
            thread.shutdown()

    def observe(self, row: Row) -> tuple[Observation, Observation]:
        """What comes of a scenario with Celery's worker, and with ours."""
        runs = [thread.submit(lab.observe, row) for lab, thread in zip(self._labs, self._threads, strict=True)]
        theirs, ours = [run.result() for run in runs]
        return theirs, ours
