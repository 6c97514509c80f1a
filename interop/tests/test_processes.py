"""The processes in which tasks run, and what happens when one dies."""

import json
import os
import signal
from pathlib import Path

import pytest
import redis
from billiard.exceptions import WorkerLostError
from celery import Celery
from conftest import Run

from support.client import Follower, celery_app
from support.fleet import Fleet
from support.process import is_alive
from support.waiting import eventually
from support.worker import Worker


def test_ten_at_once_use_both_processes(app: Celery, interop: Worker, shared: Fleet) -> None:
    """Ten tasks sent together run in the two child processes, not in the worker itself."""
    followers = []
    for _ in range(10):
        follower = Follower(app, shared.redis.connect())
        follower.send("interop.block", (0.2,), queue="interop")
        followers.append(follower)
    finished = [follower.finish() for follower in followers]
    assert [followed.states[-1] for followed in finished] == ["SUCCESS"] * 10
    pids = {followed.progress[0]["pid"] for followed in finished}
    assert len(pids) == 2
    assert pids <= interop.children()
    assert interop.pid not in pids


def test_pid_is_a_child(run: Run, interop: Worker) -> None:
    """A task sees the id of its own process."""
    assert run("interop.pid", queue="interop").value in interop.children()


def test_killed_child_loses_one_task(app: Celery, shared: Fleet, interop: Worker) -> None:
    """`kill -9` of a child fails its task as Celery does; the task beside it is not touched."""
    one = Follower(app, shared.redis.connect())
    two = Follower(app, shared.redis.connect())
    for follower in (one, two):
        follower.send("interop.sleep", (2,), queue="interop")
    victim = one.until("PROGRESS")["result"]["pid"]
    other = two.until("PROGRESS")["result"]["pid"]
    assert victim != other
    os.kill(victim, signal.SIGKILL)
    lost = one.finish()
    assert lost.states[-1] == "FAILURE"
    assert lost.documents[-1]["result"]["exc_type"] == "WorkerLostError"
    with pytest.raises(WorkerLostError):
        lost.result.get(timeout=30)
    assert two.finish().states[-1] == "SUCCESS"
    assert interop.is_running
    eventually(lambda: len(interop.children()) == 2, "the child is replaced")


def test_task_that_kills_its_process(app: Celery, run: Run, interop: Worker) -> None:
    """Each such task fails by itself; the worker has two processes again afterwards."""
    results = [app.send_task("interop.die", queue="interop") for _ in range(3)]
    for result in results:
        with pytest.raises(WorkerLostError):
            result.get(timeout=30)
    assert run("interop.add", 1, 2, queue="interop").value == 3
    eventually(lambda: len(interop.children()) == 2, "the children are replaced")


def test_task_that_kills_every_process(app: Celery, run: Run, interop: Worker, client: "redis.Redis") -> None:
    """With `reject_on_worker_lost` it is tried again, but not for ever: the sixth time it is set aside."""
    result = app.send_task("interop.die_requeue", queue="interop")
    with pytest.raises(WorkerLostError, match=r"Task was lost with its worker or process 5 times\."):
        result.get(timeout=60)
    assert interop.count(rf"Task interop\.die_requeue\[{result.id}\] received") == 6

    def reasons() -> list[str]:
        # Others' messages are set aside there as well.
        letters = [json.loads(letter) for letter in client.lrange("swift-celery:dead-letters", 0, -1)]
        return [letter["reason"] for letter in letters if result.id in letter["message"]]

    eventually(reasons, "the message is set aside")
    assert reasons() == ["lost with its worker or process 5 times"]
    assert run("interop.add", 1, 2, queue="interop").value == 3
    assert interop.is_running


def test_nothing_is_left_unacknowledged(run: Run, shared: Fleet, interop: Worker, client: "redis.Redis") -> None:
    """When all tasks are over, Redis holds no message any more."""
    assert run("interop.add", 1, 2, queue="interop").states[-1] == "SUCCESS"
    eventually(lambda: shared.redis.unacknowledged() == 0, "all messages are acknowledged")
    assert client.llen("interop") == 0
    assert client.zcard("unacked_index") == 0


@pytest.mark.parametrize("cache", [None, "1"], ids=["the broker's server", "a server of its own"])
def test_children_hold_no_password(fleet: Fleet, bilingual_pdf: Path, cache: str | None) -> None:
    """They reach the cache, and neither environment nor command line, which others can read, says how."""
    secret = "p4ssw0rd"
    with fleet.redis.connect() as client:
        client.config_set("requirepass", secret)
    url = f"redis://:{secret}@127.0.0.1:{fleet.redis.port}"
    environment = {"CELERY_BROKER_URL": f"{url}/0", "CELERY_RESULT_BACKEND": f"{url}/0", "REDIS_PASSWORD": secret}
    if cache:
        environment["CELERY_PDF_CACHE_URL"] = f"{url}/{cache}"
    worker = fleet.pdf_worker(options=("-b", f"{url}/0", "--result-backend", f"{url}/0"), environment=environment)
    app = celery_app(f"{url}/0")
    assert app.send_task("process_pdf_task", args=[str(bilingual_pdf), "secret"]).get(timeout=30)["pages"] == 3
    app.close()
    with redis.Redis.from_url(f"{url}/{cache or 0}") as client:
        assert client.exists("pdf:secret:chunks")
    assert len(worker.children()) == 2
    for child in worker.children():
        variables = Path(f"/proc/{child}/environ").read_bytes()
        assert b"SWIFT_CELERY_POOL_CHILD=" in variables
        assert secret.encode() not in variables + Path(f"/proc/{child}/cmdline").read_bytes()


def test_children_end_with_their_worker(fleet: Fleet) -> None:
    """`kill -9` of a worker leaves no process behind."""
    worker = fleet.interop_worker()
    children = worker.children()
    assert len(children) >= 2
    worker.signal(signal.SIGKILL)
    worker.wait()
    eventually(lambda: not any(map(is_alive, children)), "the children have ended")


def test_process_that_got_a_signal_takes_no_further_task(app: Celery, shared: Fleet, interop: Worker) -> None:
    """A signal that a process survives may still be about to end it: it is replaced when its task is over."""
    follower = Follower(app, shared.redis.connect())
    follower.send("interop.block", (2,), queue="interop")
    pid = follower.until("PROGRESS")["result"]["pid"]
    app.control.terminate(follower.result.id, signal="SIGCONT")
    follower.finish()
    eventually(lambda: pid not in interop.children() and len(interop.children()) == 2, "the process is replaced")


def test_limit_beyond_all_clocks(app: Celery, interop: Worker) -> None:
    """A limit of three thousand years is as good as none."""
    assert app.send_task("interop.add", args=[1, 2], queue="interop", time_limit=10**11).get(timeout=30) == 3
    assert interop.is_running
