"""Signed messages between Python and Swift, in both directions, and those that nobody has signed."""

import base64
import json
import shutil
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from celery import Celery, chain, chord
from celery.canvas import Signature
from kombu.exceptions import ContentDisallowed, DecodeError

from support.command import CeleryCommand
from support.fleet import Fleet
from support.process import Process
from support.signing import PASSWORD, Signer, make_signer
from support.traits import missing_trait
from support.worker import Worker, program

pytestmark = pytest.mark.skipif(missing_trait("auth") is not None, reason="built without the trait Auth")

SWIFT, PYTHON = "signed-swift", "signed-python"


class Signed:
    """A fleet whose programs sign everything and believe each other, and a stranger whom nobody believes."""

    def __init__(self, fleet: Fleet, directory: Path) -> None:
        """Makes the keys."""
        store = directory / "store"
        store.mkdir()
        self.fleet = fleet
        self.signers: dict[str, Signer] = {}
        for name in ("client", "swift", "python", "stranger"):
            self.signers[name] = make_signer(directory, name, store)
            if name != "stranger":
                shutil.copy(self.signers[name].certificate, store)

    def swift_worker(self, queue: str, node: str, results: str = "auth") -> Worker:
        """A worker that reads signed messages alone."""
        environment = {**self.signers["swift"].environment, "CELERY_RESULT_SERIALIZER": results}
        return self.fleet.interop_worker(queue, node=node, environment=environment)

    def send(self, signature: "Signature[Any]", *options: str, signer: str = "client") -> Any:
        """Sends a signature that Celery signs, and returns its value if the options are to wait for it."""
        process = Process(
            "signed client",
            [sys.executable, "-m", "support.signed_client", json.dumps(signature), *options],
            {
                "CELERY_BROKER_URL": self.fleet.redis.url,
                "CELERY_RESULT_BACKEND": self.fleet.redis.url,
                "INTEROP_SETTINGS": json.dumps(self.signers[signer].settings),
            },
            directory=Path(__file__).parent,
        )
        assert process.wait(60) == 0, process.output
        return json.loads(process.lines[-1]) if options else None


@pytest.fixture(scope="module")
def signed(shared: Fleet, tmp_path_factory: pytest.TempPathFactory) -> Signed:
    """The keys, on the shared server."""
    return Signed(shared, tmp_path_factory.mktemp("signing"))


@pytest.fixture(scope="module")
def both(signed: Signed) -> Iterator[Signed]:
    """A worker of each language."""
    python = signed.fleet.python_worker(
        PYTHON, node="signed-py", app="support.signed_tasks", settings=signed.signers["python"].settings
    )
    swift = signed.swift_worker(SWIFT, "signed-sw")
    yield signed
    assert swift.stop() == 0
    assert python.stop() == 0


def add(app: Celery, queue: str, *args: int) -> "Signature[Any]":
    """A call of the task that both workers have."""
    return app.signature("interop.add", args, queue=queue)


def test_chains(both: Signed, app: Celery) -> None:
    """What each of them signs, the other one reads: messages of the client, successors, and results."""
    calls = chain(add(app, SWIFT, 1, 2), add(app, PYTHON, 3), add(app, SWIFT, 4), add(app, PYTHON, 5))
    assert both.send(calls, "--wait") == 15


@pytest.mark.parametrize("body", [SWIFT, PYTHON])
def test_chords(both: Signed, app: Celery, body: str) -> None:
    """Each of them reads the parts that the other one has stored."""
    parts = [add(app, SWIFT, 1, 2), add(app, PYTHON, 3, 4), add(app, SWIFT, 5, 6)]
    assert both.send(chord(parts, app.signature("interop.sum", queue=body)), "--wait") == 21


def test_retries(both: Signed, app: Celery) -> None:
    """A retry is signed."""
    assert both.send(app.signature("interop.retry", (2,), queue=SWIFT), "--wait") == 2


def test_calls_by_a_task(both: Signed, app: Celery) -> None:
    """What a task in a child process sends is signed by its worker."""
    replaced = app.signature("interop.replace", (add(app, PYTHON, 1, 2),), queue=SWIFT)
    assert both.send(replaced, "--wait") == 3


@pytest.mark.parametrize("queue", [SWIFT, PYTHON])
def test_swift_client(both: Signed, queue: str) -> None:
    """What a client in Swift signs, both read; it reads what they have signed."""
    process = Process(
        "send",
        [program("celery-pdf"), "send", "interop.add", "--queue", queue, "--wait", "--kwargs", '{"x": 1, "y": 2}'],
        {"CELERY_BROKER_URL": both.fleet.redis.url, **both.signers["client"].environment},
    )
    assert process.wait(30) == 0, process.output
    assert '"result":3' in process.output.replace(" ", "")


def test_remote_control(both: Signed) -> None:
    """Requests and answers are signed."""
    command = CeleryCommand(both.fleet.redis.url, "support.signed_tasks", both.signers["client"].settings)
    answers = command.json("inspect", "ping", "--json", "--timeout", "5")
    assert {name.partition("@")[0] for name in answers} >= {"signed-py", "signed-sw"}


def refused(signed: Signed, queue: str, call: "Signature[Any]") -> tuple[Any, bytes, str]:
    """What becomes of a call in a queue: its result, the dead letter, and the log of the worker."""
    # Results in JSON, which the test's own client reads.
    worker = signed.swift_worker(queue, queue, results="json")
    result = signed.fleet.app.AsyncResult(call.options["task_id"]).get(timeout=30, propagate=False)
    with signed.fleet.redis.connect() as client:
        letter = client.lindex("swift-celery:dead-letters", 0)
    assert call.options["task_id"].encode() in letter
    assert worker.stop() == 0
    assert PASSWORD not in worker.output
    return result, letter, worker.output


def call_with_a_secret(app: Celery, queue: str) -> "Signature[Any]":
    """A call whose argument must not come up in a log."""
    return app.signature("interop.echo", ("classified",), queue=queue, task_id=str(uuid.uuid4()))


def test_tampered_messages_are_refused(signed: Signed, app: Celery, client: "redis.Redis") -> None:
    """Other arguments under the old signature are a task that fails."""
    call = call_with_a_secret(app, "tampered")
    signed.send(call)
    envelope = json.loads(client.lpop("tampered"))  # type: ignore[arg-type]
    fields = base64.b64decode(base64.b64decode(envelope["body"]))
    assert fields.count(b"classified") == 1
    body = base64.b64encode(fields.replace(b"classified", b"falsified!"))
    client.lpush("tampered", json.dumps({**envelope, "body": base64.b64encode(body).decode()}))
    result, letter, log = refused(signed, "tampered", call)
    assert isinstance(result, DecodeError)
    assert "body has a bad signature" in str(result)
    assert b"bad signature" in letter
    assert "bad signature" in log
    assert "falsified" not in log


def test_strangers_are_refused(signed: Signed, app: Celery) -> None:
    """A signature is worth nothing if the certificate of its key is not in the store."""
    call = call_with_a_secret(app, "strangers")
    signed.send(call, signer="stranger")
    result, _, log = refused(signed, "strangers", call)
    assert isinstance(result, DecodeError)
    assert "certificate that is not in security_cert_store" in str(result)
    assert "classified" not in log


def test_unsigned_messages_are_refused(signed: Signed, app: Celery) -> None:
    """A worker that accepts signed messages alone reads no others."""
    call = call_with_a_secret(app, "unsigned")
    call.apply_async()
    result, _, log = refused(signed, "unsigned", call)
    assert isinstance(result, ContentDisallowed)
    assert str(result) == "Refusing to deserialize untrusted content of type json (application/json)"
    assert "classified" not in log


def test_keys_that_are_missing_are_named(shared: Fleet) -> None:
    """A worker does not start without what it needs to verify."""
    worker = Worker(shared.redis.url, "q", "interop-worker", options=("--accept-content", "auth"))
    assert worker.wait() != 0
    assert "security_key must be set for the serializer auth" in worker.output
