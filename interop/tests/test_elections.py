"""Elections: exactly one worker of a fleet does what is to be done once."""

import signal
import uuid

import pytest

from support.control import Remote
from support.fleet import Fleet
from support.process import Process
from support.waiting import eventually

#: A queue that nobody reads, for what the elected send.
ELECTED = "elected"


def elect(fleet: Fleet, workers: list[Process], destination: list[str] | None = None) -> Process:
    """Calls an election, waits until all candidates have decided, and returns the one that did what was to be done."""
    election = str(uuid.uuid4())
    before = fleet.redis.waiting(ELECTED)
    action = fleet.app.signature("interop.add", args=[1, 2], queue=ELECTED)
    arguments = {"id": election, "topic": "task", "action": dict(action)}
    fleet.app.control.broadcast("election", arguments=arguments, destination=destination)
    for worker in workers:
        worker.wait_for_line(rf"I won the election '{election}'|node \S+ elected for '{election}'")
    winners = [worker for worker in workers if worker.count(rf"I won the election '{election}'")]
    assert len(winners) == 1
    eventually(lambda: fleet.redis.waiting(ELECTED) > before, "the task is sent")
    # Commands are answered in order: whoever sends something has done so.
    for worker in workers:
        Remote(fleet.app, worker.name.split()[-1]).ask("ping")
    assert fleet.redis.waiting(ELECTED) == before + 1
    return winners[0]


def test_swift_workers(fleet: Fleet) -> None:
    """Swift workers elect one of them, each time."""
    workers: list[Process] = [fleet.interop_worker(node=node) for node in ("a", "b", "c")]
    for _ in range(3):
        elect(fleet, workers)


def test_one_candidate(fleet: Fleet) -> None:
    """Who is asked alone wins, with the voices of the others."""
    workers = [fleet.interop_worker(node=node) for node in ("a", "b")]
    elect(fleet, [workers[1]], [Remote(fleet.app, "b").name])


def test_a_single_worker(fleet: Fleet) -> None:
    """A worker that is alone elects itself."""
    worker = fleet.interop_worker(node="a")
    elect(fleet, [worker])
    assert worker.is_running


def test_a_worker_that_was_killed(fleet: Fleet) -> None:
    """Nobody waits for long for a worker that has died."""
    workers: list[Process] = [fleet.interop_worker(node=node) for node in ("a", "b", "c")]
    elect(fleet, workers)
    workers[0].signal(signal.SIGKILL)
    workers[0].wait()
    elect(fleet, workers[1:])


@pytest.mark.parametrize("swift_workers", [2, 3])
def test_mixed_fleet(fleet: Fleet, swift_workers: int) -> None:
    """One of Celery's workers among Swift ones agrees with them on who is elected."""
    python = fleet.python_worker("python")
    workers: list[Process] = [python, *(fleet.interop_worker(node=f"s{number}") for number in range(swift_workers))]
    for _ in range(3):
        assert elect(fleet, workers) is not python
    assert python.is_running
    assert Remote(fleet.app, "py").ask("ping") == {"ok": "pong"}


def test_unknown_topic(fleet: Fleet) -> None:
    """The winner says that it does not know what is to be done."""
    worker = fleet.interop_worker(node="a")
    remote = Remote(fleet.app, "a")
    assert remote.ask("election", {"id": "e", "topic": "none", "action": None}) is None
    worker.wait_for_line("Unknown election topic 'none'")
    assert remote.ask("ping") == {"ok": "pong"}
