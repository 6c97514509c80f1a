"""How results are kept: what Celery's settings of results change, read by Celery's own client."""

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import redis
from celery import Celery, chord
from celery.canvas import Signature
from kombu.exceptions import EncodeError

from support.client import celery_app
from support.fleet import Fleet
from support.traits import missing_trait
from support.worker import Worker

COMPRESSIONS = {
    "gzip": "application/x-gzip",
    "zstd": "application/zstd",
    "bzip2": "application/x-bz2",
    "lzma": "application/x-lzma",
    "brotli": "application/x-brotli",
}

Start = Callable[[Mapping[str, str]], None]


@pytest.fixture
def start(shared: Fleet, request: pytest.FixtureRequest) -> Iterator[Start]:
    """Starts a worker with some settings in its environment, on the queue `results`."""
    workers: list[Worker] = []

    def start(settings: Mapping[str, str]) -> None:
        environment = {f"CELERY_{name.upper()}": value for name, value in settings.items()}
        workers.append(shared.interop_worker("results", node=f"r{len(workers)}", environment=environment))

    yield start
    for worker in workers:
        assert worker.stop() == 0


def reader(shared: Fleet, **settings: object) -> Celery:
    """A client with settings of its own."""
    app = celery_app(shared.redis.url)
    app.conf.update(settings)
    return app


def send(app: Celery, name: str, *args: object, **options: Any) -> Any:
    """Sends a task to the worker under test."""
    return app.send_task(name, args=args, queue="results", **options)


def stored(client: "redis.Redis", result: Any) -> bytes:
    """What lies in Redis for a result."""
    value = client.get(f"celery-task-meta-{result.id}")
    assert isinstance(value, bytes)
    return value


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_compressed_results(app: Celery, client: "redis.Redis", start: Start, compression: str) -> None:
    """Any client of 5.7 reads them: they say of themselves how they are compressed."""
    if missing_trait(compression):
        return
    start({"result_compression": compression})
    result = send(app, "interop.echo", ["文本"] * 100)
    assert result.get(timeout=30) == ["文本"] * 100
    assert stored(client, result).startswith(f"\0celery-compressed\0{COMPRESSIONS[compression]}\0".encode())
    with pytest.raises(ValueError, match="bad"):
        send(app, "interop.fail", "bad").get(timeout=30)
    assert send(app, "interop.retry", 1).get(timeout=30) == 1


@pytest.mark.parametrize("serializer", ["msgpack", "yaml"])
@pytest.mark.parametrize("compression", [None, "gzip"])
def test_other_serializers(
    shared: Fleet, client: "redis.Redis", start: Start, serializer: str, compression: str | None
) -> None:
    """A client with the same serializer reads them."""
    if missing_trait(serializer):
        return
    start({"result_serializer": serializer, "result_compression": compression or ""})
    app = reader(shared, result_serializer=serializer, result_accept_content=[serializer])
    with app:
        value = {"a": [1, None, True, 2.5, "文本: x"]}
        result = send(app, "interop.echo", value)
        assert result.get(timeout=30) == value
        assert not stored(client, result).startswith(b"{")
        with pytest.raises(ValueError, match="bad"):
            send(app, "interop.fail", "bad").get(timeout=30)
        # JSON has tags for this, msgpack and YAML have nothing.
        with pytest.raises(EncodeError, match="uuid"):
            send(app, "interop.echo", {"__type__": "uuid", "__value__": {"hex": "0" * 31 + "5"}}).get(timeout=30)


def test_extended_results(app: Celery, start: Start) -> None:
    """A result tells of its task, as `AsyncResult` shows it."""
    start({"result_extended": "true", "task_track_started": "true"})
    result = app.send_task(
        "interop.add",
        args=[1],
        kwargs={"y": 2},
        queue="results",
        headers={"stamped_headers": ["s"], "stamps": {"s": 1}},
    )
    assert result.get(timeout=30) == 3
    shown: list[object] = [result.name, result.args, result.kwargs]
    assert shown == ["interop.add", [1], {"y": 2}]
    assert (result.queue, result.retries) == ("results", 0)
    assert str(result.worker).startswith("r0@")
    retried = send(app, "interop.retry", 2)
    assert retried.get(timeout=30) == 2
    assert retried.retries == 2


def test_lifetimes(app: Celery, client: "redis.Redis", start: Start) -> None:
    """Failures may be kept longer than the rest."""
    start({"result_expires": "100", "result_failure_expires": "900"})
    good, bad = send(app, "interop.add", 1, 2), send(app, "interop.fail", "x")
    assert good.get(timeout=30) == 3
    with pytest.raises(ValueError, match="x"):
        bad.get(timeout=30)
    assert 90 < client.ttl(f"celery-task-meta-{good.id}") <= 100
    assert 890 < client.ttl(f"celery-task-meta-{bad.id}") <= 900


def test_results_without_end(app: Celery, client: "redis.Redis", start: Start) -> None:
    """Zero is for ever."""
    start({"result_expires": "0"})
    result = send(app, "interop.add", 1, 2)
    assert result.get(timeout=30) == 3
    assert client.ttl(f"celery-task-meta-{result.id}") == -1
    client.delete(f"celery-task-meta-{result.id}")


def test_ignored_results(app: Celery, start: Start) -> None:
    """Failures are stored although results are not."""
    start({"task_store_errors_even_if_ignored": "true"})
    bad = send(app, "interop.fail", "x", ignore_result=True)
    good = send(app, "interop.add", 1, 2, ignore_result=True)
    assert send(app, "interop.add", 1, 2).get(timeout=30) == 3
    stored = app.AsyncResult(bad.id)
    with pytest.raises(ValueError, match="x"):
        stored.get(timeout=30)
    assert app.AsyncResult(good.id).state == "PENDING"


def test_successes_are_not_repeated(app: Celery, client: "redis.Redis", start: Start) -> None:
    """A task that is delivered again after its success is acknowledged, not run; what follows it is sent."""
    callback = app.signature("interop.add", [1], queue="results", task_id=str(uuid.uuid4()))
    result = send(app, "interop.fail", "must not run", link=callback)
    queued = client.rpop("results")
    assert isinstance(queued, bytes)
    envelope = json.loads(queued)
    app.backend.store_result(result.id, 41, "SUCCESS")
    envelope["properties"]["delivery_info"]["redelivered"] = envelope["headers"]["redelivered"] = True
    client.rpush("results", json.dumps(envelope))
    start({"worker_deduplicate_successful_tasks": "true"})
    assert app.AsyncResult(callback.options["task_id"]).get(timeout=30) == 42
    assert result.get(timeout=30) == 41
    assert client.hlen("unacked") == 0


def test_chords_of_compressed_results(shared: Fleet, start: Start) -> None:
    """Parts that Python and Swift have counted, each in compressed form, come together."""
    settings = {"result_compression": "gzip", "result_chord_expires": 1000}
    python = shared.python_worker("results-python", settings=settings)
    start({"result_compression": "gzip", "result_chord_expires": "1000"})
    app = reader(shared, **settings)

    def add(number: int) -> "Signature[int]":
        queue = "results" if number % 2 else "results-python"
        return app.signature("interop.add", args=(number, number), queue=queue)

    with app:
        for _ in range(5):
            body = app.signature("interop.sum", queue="results")
            result = chord([add(number) for number in range(10)], body).apply_async()
            assert result.get(timeout=30) == 90
    assert python.stop() == 0
