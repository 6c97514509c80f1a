"""How many tasks a worker completes in a second, and what each one costs."""

import json
import time
from dataclasses import dataclass
from typing import cast

from bench.contenders import Contender
from bench.messages import EXPECTED_RESULT, QUEUE, result_key
from bench.process import Process
from bench.server import Server
from bench.setting import Setting
from bench.waiting import Late, eventually

SECTION = "throughput"
LOGGING_SECTION = "throughput, logging"

# More tasks than any worker holds at once: when the queue is empty, the last ones show whether all are done.
_WINDOW = 1_000
_SLOWEST_TASKS_PER_SECOND = 20


class WrongResult(Exception):
    """A worker has not done what it was asked for."""


def measure(setting: Setting, worker: Contender, section: str = SECTION) -> None:
    """Starts the worker before a full queue and reads its clocks from its first result to its last."""
    server = setting.server
    server.clear()
    ids = setting.producer.preload(max(worker.tasks * setting.scale.tasks_percent // 100, 100))
    watch = _Watch(server, ids)
    with setting.start(worker) as process:
        eventually(lambda: watch.has_begun(process), f"the first result of {worker.name}", within=60)
        first = _Reading.now(watch.done_at_first(), process, server)
        limit = 60 + len(ids) / _SLOWEST_TASKS_PER_SECOND
        eventually(lambda: watch.has_ended(process), f"the last result of {worker.name}", within=limit)
        last = _Reading.now(len(ids), process, server)
        memory = process.memory()
    watch.check_all()
    tasks = last.done - first.done
    if not tasks:
        raise Late(f"{worker.name} has done {len(ids)} tasks before the first look: too few to measure")
    setting.add(
        section,
        worker.name,
        {
            "tasks/s": tasks / (last.time - first.time),
            "worker µs": (last.worker_cpu - first.worker_cpu) / tasks * 1e6,
            "redis µs": (last.redis_cpu - first.redis_cpu) / tasks * 1e6,
            "MB": memory.total / 1e6,
            "anonymous MB": memory.anonymous / 1e6,
        },
    )


def measure_logging(setting: Setting, worker: Contender) -> None:
    """The same with a worker that logs each task."""
    measure(setting, worker, LOGGING_SECTION)


@dataclass(frozen=True)
class _Reading:
    done: int
    time: float
    worker_cpu: float
    redis_cpu: float

    @classmethod
    def now(cls, done: int, process: Process, server: Server) -> "_Reading":
        return cls(done, time.perf_counter(), process.cpu_seconds(), server.cpu_seconds())


class _Watch:
    """Counts results without work for the server that grows with their number."""

    def __init__(self, server: Server, ids: list[str]) -> None:
        self._server = server
        self._keys = [result_key(task_id) for task_id in ids]

    def has_begun(self, process: Process) -> bool:
        process.require_running()
        return self._stored(self._keys[:16]) > 0

    def done_at_first(self) -> int:
        # More than one is done by then: they are counted up to the first window without any.
        done = 0
        for start in range(0, len(self._keys), _WINDOW):
            stored = self._stored(self._keys[start : start + _WINDOW])
            if not stored:
                break
            done += stored
        return done

    def has_ended(self, process: Process) -> bool:
        process.require_running()
        if self._server.client.exists(QUEUE):
            return False
        tail = self._keys[-_WINDOW:]
        return self._stored(tail) == len(tail)

    def check_all(self) -> None:
        for start in range(0, len(self._keys), _WINDOW):
            for text in cast("list[bytes | None]", self._server.client.mget(self._keys[start : start + _WINDOW])):
                document = json.loads(text) if text is not None else {}
                if document.get("status") != "SUCCESS" or document.get("result") != EXPECTED_RESULT:
                    raise WrongResult(f"a task was left with {document}")

    def _stored(self, keys: list[str]) -> int:
        return self._server.client.exists(*keys)
