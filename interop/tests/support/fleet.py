"""Everything a test has started, stopped in reverse order at its end."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from celery import Celery

from support.client import celery_app
from support.flower import Flower
from support.process import Process
from support.redis_server import RedisServer
from support.scope import Scope
from support.service import Service, Up
from support.worker import PythonWorker, Worker, wait_until_ready

Started = TypeVar("Started", bound=Process)


class Fleet(Scope):
    """One Redis server, the workers and services on it, and a client."""

    def __init__(self, directory: Path, start_redis: bool = True, redis_server: str | Path = "redis-server") -> None:
        """Starts the Redis server, of another release if one is given, with its files in `directory`."""
        super().__init__()
        self.directory = directory
        storage = directory / "redis"
        storage.mkdir()
        self.redis = RedisServer(storage, start=start_redis, executable=redis_server)
        self._stack.callback(self.redis.stop)
        self.app: Celery = celery_app(self.redis.url)
        self._stack.callback(self.app.close)

    def pdf_worker(
        self,
        queue: str = "celery",
        concurrency: int = 2,
        node: str = "w1",
        wait: bool = True,
        options: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
    ) -> Worker:
        """Starts a worker for PDFs and, unless told otherwise, waits until it consumes."""
        worker = Worker(self.redis.url, queue, "celery-pdf", concurrency, node, options, environment, wrapper)
        return self._keep(worker, wait)

    def interop_worker(
        self,
        queue: str = "interop",
        concurrency: int = 2,
        node: str = "i1",
        wait: bool = True,
        options: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
    ) -> Worker:
        """Starts a worker with the tasks made for these tests."""
        worker = Worker(self.redis.url, queue, "interop-worker", concurrency, node, options, environment, wrapper)
        return self._keep(worker, wait)

    def python_worker(
        self,
        queue: str,
        node: str = "py",
        python: Path | None = None,
        visibility_timeout: int = 3600,
        app: str = "support.python_tasks",
        settings: Mapping[str, object] | None = None,
    ) -> PythonWorker:
        """Starts Celery's own worker, of another release if another Python is given, with Celery's `settings`."""
        worker = PythonWorker(self.redis.url, queue, node, python, visibility_timeout, app, settings)
        return self._keep(worker, wait=True)

    def service(self, environment: Mapping[str, str] | None = None) -> Service:
        """Starts the HTTP API and waits until it answers."""
        service = self._keep(Service(self.redis.url, environment), wait=False)
        service.wait_until_it_answers()
        return service

    def up(self, *options: str, environment: Mapping[str, str] | None = None, wrapper: tuple[str, ...] = ()) -> Up:
        """Starts worker and API in one, on a server of their own unless told otherwise, and waits for both."""
        up = self._keep(Up(options, environment, wrapper), wait=True)
        up.wait_until_it_answers()
        return up

    def flower(self) -> Flower:
        """Starts Flower and waits until it answers."""
        flower = self._keep(Flower(self.redis.url), wait=False)
        flower.wait_until_it_answers()
        return flower

    def _keep(self, process: Started, wait: bool) -> Started:
        # First of all, so that a process that does not get ready is stopped as well.
        self._stack.callback(process.stop)
        if wait:
            wait_until_ready(process)
        return process
