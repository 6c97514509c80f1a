"""A whole worker is killed: its tasks go on elsewhere within seconds."""

import signal

from support.client import Follower
from support.fleet import Fleet
from support.pdfs import write_long_pdf
from support.waiting import eventually

# Far below the visibility timeout of an hour, far above what it takes.
SOON = 60


def test_running_task_is_taken_over(fleet: Fleet) -> None:
    """The task that ran, and those that waited in the killed worker, are completed by another."""
    first = fleet.interop_worker(concurrency=1, node="first")
    follower = Follower(fleet.app, fleet.redis.connect(), within=SOON)
    follower.send("interop.sleep", (3,), queue="interop")
    waiting = [fleet.app.send_task("interop.add", args=[n, n], queue="interop") for n in range(5)]
    child = follower.until("PROGRESS")["result"]["pid"]
    first.signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    second = fleet.interop_worker(concurrency=1, node="second")
    followed = follower.finish()
    assert followed.states[-1] == "SUCCESS"
    assert followed.progress[-1]["pid"] != child
    assert [result.get(timeout=SOON) for result in waiting] == [0, 2, 4, 6, 8]
    assert second.is_running
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")


def test_document_is_taken_over(fleet: Fleet) -> None:
    """A document that was half read is read again, whole."""
    path = write_long_pdf(fleet.directory / "long.pdf", 3000)
    first = fleet.pdf_worker(concurrency=1, node="first")
    follower = Follower(fleet.app, fleet.redis.connect(), within=SOON)
    follower.send("process_pdf_task", kwargs={"pdf_path": str(path), "pdf_id": "taken-over"})
    follower.until("PROGRESS")
    first.signal(signal.SIGKILL)
    first.wait()
    fleet.pdf_worker(concurrency=1, node="second")
    followed = follower.finish()
    assert followed.states[-1] == "SUCCESS"
    assert followed.value["pages"] == 3000
    with fleet.redis.connect() as client:
        assert client.exists("pdf:taken-over:chunks")
