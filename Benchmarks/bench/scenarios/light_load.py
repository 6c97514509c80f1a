"""A worker with little to do: how soon it is there, how soon it answers, what it costs while it waits."""

import time
from typing import cast

from redis.client import PubSub

from bench.contenders import Contender
from bench.messages import QUEUE, RESULT_PREFIX, Envelope, copy_of, result_key
from bench.process import Process
from bench.setting import Setting
from bench.spread import percentile
from bench.waiting import Late

SECTION = "light load"

_PATIENCE = 60.0


def measure(setting: Setting, worker: Contender) -> None:
    """Starts the worker before one waiting task, leaves it alone, then sends it one task after the other."""
    server = setting.server
    server.clear()
    template = setting.producer.template()
    server.client.delete(QUEUE)
    with server.client.pubsub() as results:  # type: ignore[no-untyped-call]
        results.psubscribe(f"{RESULT_PREFIX}*")
        _confirmation(results)
        waiting = copy_of(template)
        server.client.lpush(QUEUE, waiting.data)
        with setting.start(worker) as process:
            figures = _await_start(process, results, waiting)
            figures |= _leave_alone(setting, process)
            figures |= _push_one_by_one(setting, results, template)
            # Nobody but the caller listens to the results of the calls.
            results.punsubscribe()
            figures |= _call_one_by_one(setting)
            process.require_running()
    setting.add(SECTION, worker.name, figures)


def _await_start(process: Process, results: PubSub, task: Envelope) -> dict[str, float]:
    while not _result_of(results, task, within=1.0):
        process.require_running()
        if time.perf_counter() - process.started > _PATIENCE:
            raise Late(f"{process.name} has not done its first task in {_PATIENCE:.0f} s")
    return {"start s": time.perf_counter() - process.started, "start cpu s": process.cpu_seconds()}


def _leave_alone(setting: Setting, process: Process) -> dict[str, float]:
    server, seconds = setting.server, setting.scale.idle_seconds
    commands, worker_cpu, begin = server.commands(), process.cpu_seconds(), time.perf_counter()
    # Nothing is awaited here: this is the time over which the idle worker is watched.
    time.sleep(seconds)
    elapsed = time.perf_counter() - begin
    memory = process.memory()
    return {
        # The server counts the question itself when it is asked again.
        "idle commands/s": (server.commands() - commands - 1) / elapsed,
        "idle cpu ms/s": (process.cpu_seconds() - worker_cpu) / elapsed * 1e3,
        "idle MB": memory.total / 1e6,
        "idle anonymous MB": memory.anonymous / 1e6,
        "connections": process.connections(server.port),
    }


def _push_one_by_one(setting: Setting, results: PubSub, template: Envelope) -> dict[str, float]:
    times: list[float] = []
    for _ in range(setting.scale.latency_calls):
        task = copy_of(template)
        begin = time.perf_counter()
        setting.server.client.lpush(QUEUE, task.data)
        if not _result_of(results, task, within=_PATIENCE):
            raise Late(f"a task has no result after {_PATIENCE:.0f} s")
        times.append(time.perf_counter() - begin)
    return _milliseconds("push", times)


def _call_one_by_one(setting: Setting) -> dict[str, float]:
    times: list[float] = []
    for _ in range(setting.scale.latency_calls):
        begin = time.perf_counter()
        setting.producer.call(timeout=_PATIENCE)
        times.append(time.perf_counter() - begin)
    return _milliseconds("call", times)


def _milliseconds(name: str, times: list[float]) -> dict[str, float]:
    return {f"{name} p{percent} ms": percentile(times, percent) * 1e3 for percent in (50, 99)}


def _confirmation(results: PubSub) -> None:
    message = results.get_message(timeout=_PATIENCE)
    if message is None or message["type"] != "psubscribe":
        raise Late("Redis does not confirm a subscription")


def _result_of(results: PubSub, task: Envelope, within: float) -> bool:
    """Whether the task's result was published within so many seconds; no other task is under way."""
    message = results.get_message(timeout=within)
    return message is not None and cast(bytes, message["channel"]).decode() == result_key(task.task_id)
