"""Who is measured, and by which command."""

import dataclasses
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

CELERY_PREFORK = "Celery prefork"
CELERY_PREFORK_LOGGING = "Celery prefork, -l info"
SWIFT_PREFORK = "swift-celery prefork"
SWIFT_ASYNC = "swift-celery async"
REDIS_PY = "redis-py, one by one"
FASTAPI = "FastAPI, uvicorn"
SWIFT_HTTP = "celery-pdf serve"


@dataclass(frozen=True)
class Contender:
    """A program that is measured."""

    name: str
    command: tuple[str, ...]
    # How many tasks it is given to measure its rate: some seconds of work on two processors.
    tasks: int = 0


class Programs:
    """Where the executables are."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Looks into `folders`, the first one first, then into this program's Python environment."""
        self._folders = [*(folder.resolve() for folder in folders), Path(sys.executable).parent]

    def resolved(self, contender: Contender) -> Contender:
        """The contender with the path of its program.

        Raises:
            FileNotFoundError: the program is in none of the folders.
        """
        name, *arguments = contender.command
        for folder in self._folders:
            path = folder / name
            if path.is_file():
                return dataclasses.replace(contender, command=(str(path), *arguments))
        searched = ", ".join(str(folder) for folder in self._folders)
        raise FileNotFoundError(f"{name}, for {contender.name}, is not there: looked in {searched}")


def _celery(name: str, pool: str, tasks: int) -> Contender:
    # Warnings are Celery's own default; with them, no worker writes a line for each task.
    return Contender(name, tuple(f"celery -A bench.celery_app worker {pool} -l warning".split()), tasks)


def _swift(name: str, pool: str, tasks: int) -> Contender:
    return Contender(name, tuple(f"interop-worker worker {pool} -l warning".split()), tasks)


def _client(name: str, command: str) -> Contender:
    return Contender(name, tuple(command.split()))


WORKERS = [
    _celery(CELERY_PREFORK, "-P prefork -c 2", tasks=1_500),
    _celery("Celery threads", "-P threads -c 8", tasks=1_500),
    _celery("Celery solo", "-P solo", tasks=1_500),
    _swift(SWIFT_PREFORK, "-P prefork -c 2", tasks=30_000),
    _swift(SWIFT_ASYNC, "-P async -c 8", tasks=60_000),
]

# As many processes as a server with more processors has; they are compared where they do not compete for two.
MORE_PROCESSES = [
    _celery("Celery prefork, 8 processes", "-P prefork -c 8", tasks=1_500),
    _swift("swift-celery prefork, 8 processes", "-P prefork -c 8", tasks=30_000),
]

# WORKERS with what most people run: a line when a task is received, and one when it has succeeded.
LOGGING_WORKERS = [
    dataclasses.replace(worker, name=f"{worker.name}, -l info", command=(*worker.command[:-1], "info"))
    for worker in WORKERS
]

# The server's URL and the number of operations are added to their commands.
CACHES = [
    _client(REDIS_PY, "python -m bench.cache_client sequential"),
    _client("swift-celery, one by one", "cache-benchmark sequential"),
    _client("redis-py, 64 threads", "python -m bench.cache_client threads"),
    _client("redis-py asyncio, 64 tasks", "python -m bench.cache_client asyncio"),
    _client("swift-celery, 64 tasks", "cache-benchmark tasks"),
    _client("swift-celery, memory in front", "cache-benchmark memory"),
]

# The port is added to their commands.
WEB_SERVICES = [
    _client(
        FASTAPI,
        "uvicorn bench.web_app:app --workers 1 --loop uvloop --http httptools "
        "--log-level warning --no-access-log --host 127.0.0.1 --port",
    ),
    _client(SWIFT_HTTP, "celery-pdf serve -l warning --host 127.0.0.1 --port"),
]
