"""Signals that a worker obeys beside the plain stops of `test_stopping.py`."""

import os
import re
import signal
from pathlib import Path

import pytest

from support.client import Follower
from support.control import Remote
from support.fleet import Fleet
from support.namespaces import unshare
from support.process import descendants_of, is_alive
from support.waiting import eventually
from support.worker import Worker


def sleeping_worker(
    fleet: Fleet, seconds: float, environment: dict[str, str] | None = None
) -> tuple[Worker, Follower, int]:
    """A worker of one process that runs a task, and that process."""
    worker = fleet.interop_worker(concurrency=1, environment=environment)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (seconds,), queue="interop")
    return worker, follower, follower.until("PROGRESS")["result"]["pid"]


def environment_of(worker: Worker) -> set[bytes]:
    """The variables that its program was started with."""
    return set(Path(f"/proc/{worker.pid}/environ").read_bytes().split(b"\0"))


def test_soft_stop_lets_the_task_end(fleet: Fleet) -> None:
    """QUIT with a soft timeout: a task that ends in time is done, and then nothing is waited for."""
    worker, follower, _ = sleeping_worker(fleet, 1, {"CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "60"})
    worker.signal(signal.SIGQUIT)
    worker.wait_for_line(r"Initiating Soft Shutdown, terminating in 60\.0 seconds")
    assert worker.wait(30) == 0
    assert follower.finish().states[-1] == "SUCCESS"
    assert worker.count("Cold shutdown") == 0


def test_soft_stop_ends_in_a_cold_one(fleet: Fleet) -> None:
    """A task that takes longer is ended and waits in its queue again."""
    worker, _, child = sleeping_worker(fleet, 60, {"CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "0.5"})
    worker.signal(signal.SIGQUIT)
    assert worker.wait(30) == 0
    assert re.findall("(Soft|Warm|Cold) [Ss]hutdown", worker.output) == ["Soft", "Warm", "Cold"]
    assert fleet.redis.waiting("interop") == 1
    eventually(lambda: not is_alive(child), "the child has ended")


def test_quit_twice_does_not_wait(fleet: Fleet) -> None:
    """A second QUIT ends the soft stop at once."""
    worker, _, _ = sleeping_worker(fleet, 60, {"CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT": "60"})
    worker.signal(signal.SIGQUIT)
    worker.wait_for_line("Initiating Soft Shutdown")
    worker.signal(signal.SIGQUIT)
    assert worker.wait(30) == 0
    assert fleet.redis.waiting("interop") == 1


def test_remapped_term_is_cold(fleet: Fleet) -> None:
    """With REMAP_SIGTERM=SIGQUIT, TERM hands everything back at once."""
    worker, _, _ = sleeping_worker(fleet, 60, {"REMAP_SIGTERM": "SIGQUIT"})
    worker.signal(signal.SIGTERM)
    worker.wait_for_line(r"worker: Cold shutdown \(MainProcess\)")
    assert worker.wait(30) == 0
    assert worker.count("Warm shutdown") == 0
    assert fleet.redis.waiting("interop") == 1


def test_int_once_is_warm_twice_is_cold(fleet: Fleet) -> None:
    """The first Ctrl-C says what the second will do."""
    worker, _, _ = sleeping_worker(fleet, 60)
    worker.signal(signal.SIGINT)
    worker.wait_for_line("Hitting Ctrl.C again will initiate cold shutdown, terminating all running tasks!")
    worker.wait_for_line(r"worker: Warm shutdown \(MainProcess\)")
    worker.signal(signal.SIGINT)
    assert worker.wait(30) == 0
    assert fleet.redis.waiting("interop") == 1


def test_hangup_restarts(fleet: Fleet) -> None:
    """HUP: the running task ends, then the same process is a fresh worker with the same environment."""
    worker, follower, child = sleeping_worker(fleet, 1)
    environment = environment_of(worker)
    worker.signal(signal.SIGHUP)
    worker.wait_for_line(r"Restarting celery worker \(interop-worker\)")
    eventually(lambda: worker.count(r" ready\.$") == 2, "it is ready again")
    assert follower.finish().states[-1] == "SUCCESS"
    assert not is_alive(child)
    assert environment_of(worker) == environment
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    assert worker.connections(fleet.redis.port) <= 6, "nothing of the first run is open any more"
    # The signals of the first run have been left behind as well.
    worker.signal(signal.SIGHUP)
    eventually(lambda: worker.count(r" ready\.$") == 3, "it is ready for the third time")
    worker.signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert fleet.redis.unacknowledged() == 0


def test_term_during_a_restart_stops(fleet: Fleet) -> None:
    """Who asks a worker to stop while it is about to restart means it."""
    worker, follower, _ = sleeping_worker(fleet, 2)
    worker.signal(signal.SIGHUP)
    worker.wait_for_line("Restarting celery worker")
    worker.signal(signal.SIGTERM)
    assert worker.wait(30) == 0
    assert follower.finish().states[-1] == "SUCCESS"
    assert worker.count(r" ready\.$") == 1


def test_report(fleet: Fleet) -> None:
    """USR1: what the worker does is logged, without arguments, and it goes on."""
    worker, follower, child = sleeping_worker(fleet, 2.71828)
    worker.signal(signal.SIGUSR1)
    line = worker.wait_for_line(r"report: i1@")
    assert f"pid={worker.pid}" in line
    assert "queues=interop" in line
    assert f"processes={child}" in line
    task = worker.wait_for_line(r"report: Task interop\.sleep\[")
    assert follower.task_id in task
    assert f"phase=active pid={child} queue=interop" in task
    assert "2.71828" not in worker.output
    assert follower.finish().states[-1] == "SUCCESS"


def occupied_worker(fleet: Fleet, seconds: float, options: tuple[str, ...] = ()) -> Worker:
    """A worker whose tasks occupy all threads on which Swift's tasks run."""
    count = 2 * (os.cpu_count() or 1)
    worker = fleet.interop_worker(concurrency=count, options=("-P", "async", *options))
    remote = Remote(fleet.app, "i1")
    for _ in range(count):
        fleet.app.send_task("interop.block", args=[seconds], queue="interop")
    eventually(lambda: len(remote.ask("active")) >= count // 2, "they run")
    return worker


def test_report_of_a_worker_that_does_not_go_on(fleet: Fleet) -> None:
    """USR1 is answered although tasks hold all threads."""
    worker = occupied_worker(fleet, 8)
    worker.signal(signal.SIGUSR1)
    worker.wait_for_line(r"report: Task interop\.block\[.*phase=active", within=5)
    assert worker.count("interop.block.* succeeded") == 0
    worker.signal(signal.SIGKILL)


def test_stop_of_a_worker_that_does_not_go_on(fleet: Fleet) -> None:
    """TERM ends a worker some seconds after its drain timeout, although tasks hold all threads."""
    worker = occupied_worker(fleet, 100, ("--drain-timeout", "0.5"))
    worker.signal(signal.SIGTERM)
    worker.wait_for_line("The stop takes too long")
    assert worker.wait(10) == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_handled(interop: Worker, number: signal.Signals) -> None:
    """None is left to the system, which would not deliver it to process 1 of a container."""
    status = Path(f"/proc/{interop.pid}/status").read_text(encoding="ascii")
    # proc(5): masks in hexadecimal digits, whose lowest bit is signal 1.
    masks = re.findall(r"^Sig(?:Blk|Cgt):\t([0-9a-f]+)$", status, re.MULTILINE)
    assert any(int(mask, 16) >> (number - 1) & 1 for mask in masks)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGQUIT])
def test_first_process_of_a_container(fleet: Fleet, number: signal.Signals) -> None:
    """As process 1, which the system protects from signals that it does not handle, a worker stops like any other."""
    # With a /proc of its own, as in a container: the runtime looks itself up there.
    container = unshare("--pid", "--fork", "--kill-child", "--mount-proc")
    worker = fleet.interop_worker(concurrency=1, wrapper=container)
    first = descendants_of(worker.pid)[0]
    status = Path(f"/proc/{first}/status").read_text(encoding="ascii")
    assert re.search(r"^NSpid:.*\t1$", status, re.MULTILINE)
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    os.kill(first, number)
    assert worker.wait(20) == 0
