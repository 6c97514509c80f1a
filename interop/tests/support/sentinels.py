"""A master with its replica, and the sentinels that watch them."""

import contextlib
import json
from functools import partial
from pathlib import Path
from typing import Any

import redis
from celery import Celery

from support.client import celery_app
from support.ports import free_port
from support.process import Process
from support.redis_server import RedisServer
from support.scope import Scope
from support.waiting import eventually

_ATTEMPTS = 5
_MASTER = "mymaster"
# What the servers want to hear, and what the sentinels do.
_PASSWORD = "geheim"  # noqa: S105
_SENTINEL_PASSWORD = "verschwiegen"  # noqa: S105


class Sentinels(Scope):
    """Two servers and two sentinels, each a process of its own, with passwords."""

    def __init__(self, directory: Path) -> None:
        """Starts them, and waits until the sentinels know the replica."""
        super().__init__()
        login = ("--requirepass", _PASSWORD, "--masterauth", _PASSWORD)
        self.first = self._server(directory / "first", login)
        self.second = self._server(directory / "second", (*login, "--replicaof", "127.0.0.1", str(self.first.port)))
        self.ports = [self._sentinel(directory / name) for name in ("s1", "s2")]
        for port in self.ports:
            eventually(partial(self._is_complete, port), "the sentinel knows all others")

    @property
    def url(self) -> str:
        """The URL of all sentinels, as kombu wants it."""
        return ";".join(f"sentinel://:{_PASSWORD}@127.0.0.1:{port}/1" for port in self.ports)

    @property
    def options(self) -> dict[str, Any]:
        """The transport options for broker and result backend."""
        return {"master_name": _MASTER, "sentinel_kwargs": {"password": _SENTINEL_PASSWORD}}

    @property
    def environment(self) -> dict[str, str]:
        """The same for a worker of ours."""
        variables = {"MASTER_NAME": _MASTER, "SENTINEL_KWARGS": json.dumps(self.options["sentinel_kwargs"])}
        return {
            f"CELERY_{server}_TRANSPORT_OPTIONS_{name}": value
            for server in ("BROKER", "RESULT_BACKEND")
            for name, value in variables.items()
        }

    @property
    def settings(self) -> dict[str, Any]:
        """The same as Celery's settings."""
        return {
            "broker_transport_options": self.options,
            "result_backend_transport_options": self.options,
        }

    def app(self) -> Celery:
        """A producer that knows nothing but the sentinels."""
        app = celery_app(self.url)
        app.conf.update(self.settings)
        self._stack.callback(app.close)
        return app

    def connect(self, server: RedisServer) -> "redis.Redis":
        """A client of one of the servers, with the database of the URL."""
        return redis.Redis(port=server.port, db=1, password=_PASSWORD)

    def lose_master(self) -> None:
        """Ends the first server, and waits until the sentinels have made the second one the master."""
        for port in self.ports:
            with self._ask(port) as sentinel:
                sentinel.sentinel_set(_MASTER, "down-after-milliseconds", 1000)
        self.first.stop()
        for port in self.ports:
            eventually(partial(self._names_second, port), "a failover", within=60)

    def _server(self, directory: Path, options: tuple[str, ...]) -> RedisServer:
        directory.mkdir()
        server = RedisServer(directory, options=options)
        self._stack.callback(server.stop)
        return server

    def _sentinel(self, directory: Path) -> int:
        directory.mkdir()
        for _ in range(_ATTEMPTS):
            port = free_port()
            file = directory / "sentinel.conf"
            lines = [
                f"port {port}",
                "bind 127.0.0.1",
                f"dir {directory}",
                f"requirepass {_SENTINEL_PASSWORD}",
                f"sentinel sentinel-pass {_SENTINEL_PASSWORD}",
                f"sentinel monitor {_MASTER} 127.0.0.1 {self.first.port} 1",
                # A busy machine shall make no failover of its own.
                f"sentinel down-after-milliseconds {_MASTER} 60000",
                f"sentinel failover-timeout {_MASTER} 10000",
                f"sentinel auth-pass {_MASTER} {_PASSWORD}",
            ]
            file.write_text("\n".join(lines) + "\n", encoding="ascii")
            process = Process(f"sentinel {port}", ["redis-server", file, "--sentinel"])
            self._stack.callback(process.stop)
            with contextlib.suppress(AssertionError):
                process.wait_for_line(r"\+monitor master")
                return port
        raise AssertionError("no sentinel could be started")

    def _ask(self, port: int) -> "redis.Redis":
        return redis.Redis(port=port, password=_SENTINEL_PASSWORD, decode_responses=True)

    def _names_second(self, port: int) -> bool:
        with self._ask(port) as sentinel:
            return int(sentinel.sentinel_get_master_addr_by_name(_MASTER)[1]) == self.second.port

    def _is_complete(self, port: int) -> bool:
        with self._ask(port) as sentinel:
            state = sentinel.sentinel_masters()[_MASTER]
            replicas = sentinel.sentinel_slaves(_MASTER)
            return state["num-other-sentinels"] == 1 and [r["port"] for r in replicas] == [self.second.port]
