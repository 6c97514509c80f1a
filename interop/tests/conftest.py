"""Fixtures: one shared fleet for what needs no isolation, private ones for the rest."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from celery import Celery

from support.client import Followed, Follower
from support.fleet import Fleet
from support.pdfs import write_bilingual_pdf
from support.service import Service
from support.worker import Worker

Run = Callable[..., Followed]


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The fleet of all tests that leave it as they found it."""
    with Fleet(tmp_path_factory.mktemp("shared")) as fleet:
        yield fleet


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """A fleet of this test's own, without workers."""
    with Fleet(tmp_path) as fleet:
        yield fleet


@pytest.fixture(scope="session")
def worker(shared: Fleet) -> Iterator[Worker]:
    """The shared worker for PDFs: two processes, queue `celery`."""
    worker = shared.pdf_worker()
    yield worker
    assert worker.stop() == 0, "the shared worker for PDFs stops cleanly after all tests"


@pytest.fixture(scope="session")
def interop(shared: Fleet) -> Iterator[Worker]:
    """The shared worker for the tests' own tasks: two processes, queue `interop`."""
    worker = shared.interop_worker()
    yield worker
    assert worker.stop() == 0, "the shared interop worker stops cleanly after all tests"


@pytest.fixture(scope="session")
def api(shared: Fleet) -> Service:
    """The shared HTTP API."""
    return shared.service()


@pytest.fixture(scope="session")
def app(shared: Fleet) -> Celery:
    """A producer on the shared server."""
    return shared.app


@pytest.fixture
def client(shared: Fleet) -> Iterator["redis.Redis"]:
    """A Redis client on the shared server."""
    with shared.redis.connect() as client:
        yield client


@pytest.fixture
def run(app: Celery, client: "redis.Redis") -> Run:
    """Sends a task to the shared fleet, follows it to its end and returns what was published."""

    def run(name: str, *args: object, queue: str = "celery", **kwargs: object) -> Followed:
        follower = Follower(app, client)
        follower.send(name, args, kwargs, queue)
        return follower.finish()

    return run


@pytest.fixture(scope="session")
def bilingual_pdf(shared: Fleet) -> Path:
    """Three pages in two languages."""
    return write_bilingual_pdf(shared.directory / "bilingual.pdf")
