"""Redis goes away and comes back; the worker goes on where it was."""

import signal
import time
from collections.abc import Iterator

import pytest

from support.client import Follower
from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf
from support.redis_server import RedisServer
from support.waiting import eventually
from support.worker import Worker


def test_idle_worker_reconnects(fleet: Fleet) -> None:
    """A worker that waits for messages finds them after the restart."""
    worker = fleet.interop_worker()
    assert fleet.app.send_task("interop.add", args=[1, 1], queue="interop").get(timeout=30) == 2
    for number in range(2):
        fleet.redis.stop()
        fleet.redis.start()
        result = fleet.app.send_task("interop.add", args=[number, 2], queue="interop")
        assert result.get(timeout=60) == number + 2
    assert worker.is_running


def test_running_task_survives(fleet: Fleet) -> None:
    """A task that runs meanwhile ends once, with its result, and leaves no message behind."""
    worker = fleet.interop_worker(concurrency=1)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (2,), queue="interop")
    follower.until("PROGRESS")
    task = follower.result
    fleet.redis.stop()
    fleet.redis.start()
    eventually(lambda: task.state == "SUCCESS", "the result is stored", within=60)
    eventually(lambda: fleet.redis.unacknowledged() == 0, "the message is acknowledged")
    # Whatever was delivered again would come before this one.
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    assert worker.count(rf"interop\.sleep\[{task.id}\] received") == 1
    assert worker.is_running


def test_task_ends_while_redis_is_away(fleet: Fleet) -> None:
    """A result that cannot be stored at once is stored later."""
    fleet.interop_worker(concurrency=1)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (1,), queue="interop")
    follower.until("PROGRESS")
    over = time.monotonic() + 1.5
    task = follower.result
    fleet.redis.stop()
    # Nobody can announce the end of the task now. If it is late, this test shows less but holds.
    eventually(lambda: time.monotonic() > over, "the task is over")
    fleet.redis.start()
    eventually(lambda: task.state == "SUCCESS", "the result is stored", within=60)
    eventually(lambda: fleet.redis.unacknowledged() == 0, "the message is acknowledged")


@pytest.fixture
def cache(fleet: Fleet) -> Iterator[RedisServer]:
    """A server that keeps documents, and nothing else."""
    storage = fleet.directory / "cache"
    storage.mkdir()
    server = RedisServer(storage)
    yield server
    server.stop()


def process(fleet: Fleet, cache: RedisServer) -> tuple[Worker, Follower]:
    """Sends a document to a worker with that cache."""
    # Short, so that a lost try is told soon.
    url = f"{cache.url}?socket_timeout=1&socket_connect_timeout=1"
    worker = fleet.pdf_worker(concurrency=1, options=("--cache-url", url))
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("process_pdf_task", (str(write_bilingual_pdf(fleet.directory / "a.pdf")), "waiting"))
    return worker, follower


def test_document_waits_for_the_cache(fleet: Fleet, cache: RedisServer) -> None:
    """A document that is ready when its cache is away is stored once that is there."""
    cache.stop()
    worker, follower = process(fleet, cache)
    worker.wait_for_line("the document waits for the cache")
    assert not follower.result.ready()
    cache.start()
    assert follower.result.get(timeout=60)["cached"] is False
    with cache.connect() as client:
        assert client.exists(*(f"pdf:waiting:{part}" for part in ("chunks", "metadata", "bm25"))) == 3


def test_document_that_the_cache_refuses(fleet: Fleet, cache: RedisServer) -> None:
    """A full cache fails the task, in its caller's language; the server's words are for the log."""
    with cache.connect() as client:
        client.config_set("maxmemory", 1)
    worker, follower = process(fleet, cache)
    with pytest.raises(RuntimeError, match="^PDF 处理失败: The cache refused the document"):
        follower.result.get(timeout=60)
    worker.wait_for_line("the cache refuses the document.*OOM")


def test_worker_starts_before_redis(fleet: Fleet) -> None:
    """A worker that finds no server says so, and waits for it."""
    fleet.redis.stop()
    worker = fleet.interop_worker(wait=False)
    worker.wait_for_line(r"(?i)connect")
    fleet.redis.start()
    result = fleet.app.send_task("interop.add", args=[1, 2], queue="interop")
    assert result.get(timeout=60) == 3
    assert worker.is_running


def test_worker_stops_while_redis_is_away(fleet: Fleet) -> None:
    """TERM ends a worker that cannot reach its server."""
    worker = fleet.interop_worker()
    fleet.redis.stop()
    worker.signal(signal.SIGTERM)
    worker.wait(60)
