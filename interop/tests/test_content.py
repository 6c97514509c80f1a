"""Serializers and compressions between Python and Swift, in both directions."""

import datetime
import json
import sys
import uuid
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery, chain, chord
from celery.exceptions import ChordError, InvalidTaskError
from celery.result import AsyncResult
from conftest import Run
from kombu.exceptions import ContentDisallowed, DecodeError

from support.fleet import Fleet
from support.process import Process
from support.signing import make_signer
from support.traits import ALL_TRAITS, missing_trait
from support.worker import PythonWorker, Worker, program

SERIALIZERS = ["json", "msgpack", "yaml"]
COMPRESSIONS = ["gzip", "zlib", "zstd", "bzip2", "lzma", "brotli"]

# PyYAML sorts keys.
PLAIN: Any = {"": [[], [[]]], "a": [1, -1, 2**63, 1.5, 1e17, None, True, "文本 😀 \n", "yes", "1:30", ""], "b": {}}
BYTES = [b"text", b"\x00\xff", b""]
TIMES = [
    datetime.datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
    datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone(datetime.timedelta(hours=-7, minutes=-30))),
    datetime.datetime(2026, 1, 2),  # noqa: DTZ001 (kombu keeps naive times naive)
    datetime.date(2026, 1, 2),
]
VALUES: dict[str, Any] = {
    "json": [
        PLAIN,
        BYTES,
        TIMES,
        datetime.time(1, 2, 3, 4),
        Decimal("1.50"),
        uuid.UUID(int=5),
        {"k": [Decimal("NaN")]},
    ],
    "msgpack": [PLAIN, BYTES],
    "yaml": [PLAIN, BYTES, TIMES],
}

accepting = pytest.mark.usefixtures("accepting_worker")


@pytest.fixture(scope="module")
def accepting_worker(shared: Fleet) -> Iterator[Worker]:
    """A worker that reads all serializers it has."""
    names = SERIALIZERS if ALL_TRAITS else ["json", "msgpack"]
    yield (worker := shared.interop_worker("content", node="c1", options=("--accept-content", ",".join(names))))
    assert worker.stop() == 0


def send(app: Celery, name: str, *args: object, queue: str = "content", **options: Any) -> Any:
    """Sends a task to the worker that reads everything and returns its value."""
    return app.send_task(name, args=args, queue=queue, **options).get(timeout=30)


@accepting
@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest.mark.parametrize("compression", [None, *COMPRESSIONS])
def test_bodies_are_read(app: Celery, serializer: str, compression: str | None) -> None:
    """What Python writes and compresses, Swift reads; without its library the refusal says which trait it takes."""
    options: dict[str, Any] = {"serializer": serializer, "compression": compression}
    if not missing_trait(serializer, compression):
        value = VALUES[serializer]
        result = send(app, "interop.echo", value, **options)
        assert repr(result) == repr(value)
    elif missing_trait(serializer):
        with pytest.raises(ContentDisallowed):
            send(app, "interop.echo", 1, **options)
    else:
        with pytest.raises(DecodeError, match=f"package trait {missing_trait(compression)}"):
            send(app, "interop.echo", 1, **options)


@accepting
@pytest.mark.parametrize(("serializer", "compression"), [("json", None), ("msgpack", "zstd"), ("yaml", "gzip")])
def test_retries_are_read_again(app: Celery, serializer: str, compression: str | None) -> None:
    """A retry is written as the message was."""
    if not missing_trait(serializer, compression):
        assert send(app, "interop.retry", 2, serializer=serializer, compression=compression) == 2


@pytest.mark.parametrize(
    ("serializer", "media_type"),
    [
        ("pickle", "application/x-python-serialize"),
        ("yaml", "application/x-yaml"),
        ("msgpack", "application/x-msgpack"),
    ],
)
@pytest.mark.usefixtures("interop")
def test_other_serializers_are_refused(app: Celery, client: "redis.Redis", serializer: str, media_type: str) -> None:
    """JSON alone is read unless more is asked for; what is refused fails in kombu's words and is kept aside."""
    result = app.send_task("interop.add", args=[1, 2], queue="interop", serializer=serializer)
    with pytest.raises(ContentDisallowed) as caught:
        result.get(timeout=30)
    assert str(caught.value) == f"Refusing to deserialize untrusted content of type {serializer} ({media_type})"
    assert str(result.id).encode() in client.lindex("swift-celery:dead-letters", 0)  # type: ignore[operator]


@pytest.mark.usefixtures("interop")
def test_signed_messages_are_refused(app: Celery, client: "redis.Redis", shared: Fleet, tmp_path: Path) -> None:
    """What Celery's serializer `auth` has signed fails with a reason that says what to do, and is kept aside.

    Unless it is accepted: `test_signing`.
    """
    task_id = str(uuid.uuid4())
    signer = make_signer(tmp_path, "client", store=tmp_path / "client.pem")
    call = app.signature("interop.add", (1, 2), queue="interop", task_id=task_id)
    program = Process(
        "signed client",
        [sys.executable, "-m", "support.signed_client", json.dumps(call)],
        {"CELERY_BROKER_URL": shared.redis.url, "INTEROP_SETTINGS": json.dumps(signer.settings)},
        directory=Path(__file__).parent,
    )
    assert program.wait() == 0, program.output
    trait = missing_trait("auth")
    what = f"package trait {trait}" if trait else "accept_content does not name"
    with pytest.raises(DecodeError, match=f"body is signed by the serializer auth.*{what}.* use another serializer"):
        app.AsyncResult(task_id).get(timeout=30)
    entry = client.lindex("swift-celery:dead-letters", 0)
    assert task_id.encode() in entry  # type: ignore[operator]
    assert b"signed by the serializer auth" in entry  # type: ignore[operator]


def test_a_chord_does_not_wait_for_what_is_refused(fleet: Fleet) -> None:
    """A part that cannot be read counts as failed, although only its body says that it is one."""
    app = fleet.app
    fleet.interop_worker("early", node="early")
    refused = app.signature("interop.add", (1, 1), queue="early", serializer="pickle", task_id="refused")
    parts = [refused, *(app.signature("interop.add", (n, n), queue="late") for n in range(3))]
    result = chord(parts, app.signature("interop.sum", queue="early")).apply_async()
    assert isinstance(app.AsyncResult("refused").get(timeout=30, propagate=False), ContentDisallowed)
    fleet.interop_worker("late", node="late")
    error = result.get(timeout=30, propagate=False)
    assert isinstance(error, ChordError)
    assert "raised ContentDisallowed" in str(error)


@pytest.mark.usefixtures("interop")
def test_what_follows_a_broken_message_fails(app: Celery, client: "redis.Redis") -> None:
    """The rest of the chain does not wait for a task whose message has a header that cannot be read."""
    broken = app.signature("interop.add", (1, 1), queue="interop", headers={"group_index": "first"})
    result = chain(broken, app.signature("interop.add", (1,), queue="interop")).apply_async()
    with pytest.raises(InvalidTaskError, match="group_index must be int"):
        result.get(timeout=30)
    assert isinstance(result.parent, AsyncResult)
    assert result.parent.state == "FAILURE"


def test_pickle_cannot_be_accepted(shared: Fleet) -> None:
    """Not even by somebody who wants it."""
    worker = Worker(shared.redis.url, "q", "interop-worker", options=("--accept-content", "json,pickle"))
    assert worker.wait() != 0
    assert "accept_content must not name pickle" in worker.output


@pytest.mark.usefixtures("interop")
@pytest.mark.parametrize("value", VALUES["json"], ids=lambda value: type(value).__name__)
def test_typed_values_return(run: Run, value: Any) -> None:
    """What kombu tags in JSON comes back as what it was."""
    result = run("interop.echo", value, queue="interop").value
    assert repr(result) == repr(value)


@pytest.fixture(scope="module")
def python_worker(shared: Fleet) -> Iterator[PythonWorker]:
    """Celery's own worker, reading everything but pickle."""
    yield (worker := shared.python_worker("content-python"))
    assert worker.stop() == 0


@pytest.mark.usefixtures("python_worker")
@pytest.mark.parametrize("serializer", SERIALIZERS)
@pytest.mark.parametrize("compression", [None, *COMPRESSIONS])
def test_bodies_are_written(shared: Fleet, serializer: str, compression: str | None) -> None:
    """What Swift writes and compresses, Python reads."""
    command: list[str | Path] = [program("celery-pdf"), "send", "interop.add", "--queue", "content-python", "--wait"]
    settings = {
        "CELERY_BROKER_URL": shared.redis.url,
        "CELERY_TASK_SERIALIZER": serializer,
        **({"CELERY_TASK_COMPRESSION": compression} if compression else {}),
    }
    process = Process("send", [*command, "--kwargs", '{"x": "文本: ", "y": "- yes\\n"}'], settings)
    code = process.wait(30)
    if missing_trait(serializer, compression):
        assert code != 0
        assert "was built without" in process.output
    else:
        assert code == 0, process.output
        assert '"文本: - yes\\n"' in process.output
