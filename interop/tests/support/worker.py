"""Workers as processes: the Swift ones and, for mixed fleets, Celery's own."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from support.process import Process, descendants_of

_REPOSITORY = Path(__file__).resolve().parents[3]
_BUILD = _REPOSITORY / ".build" / "debug"

# Each can be replaced, for example by a release build.
_OLD_PYTHON = _REPOSITORY / ".run" / "celery-5.6" / "bin" / "python"
_REDIS_5 = _REPOSITORY / ".run" / "redis-5" / "bin" / "redis-server"
_PROGRAMS = {
    "celery-pdf": "CELERY_PDF",
    "interop-worker": "INTEROP_WORKER",
}


def program(name: str) -> Path:
    """The executable `name`, built by `swift build`, or the one its variable names.

    Raises:
        FileNotFoundError: it has not been built.
    """
    path = Path(os.environ.get(_PROGRAMS[name], _BUILD / name))
    if not path.exists():
        raise FileNotFoundError(f"{path}: run `swift build` first, or set {_PROGRAMS[name]}")
    return path


def python_with_celery_56() -> Path:
    """The Python of the environment that has the release before; `scripts/test` makes it.

    Raises:
        FileNotFoundError: it has not been made.
    """
    if not _OLD_PYTHON.exists():
        raise FileNotFoundError(f"{_OLD_PYTHON}: run `bash -c '. scripts/lib.sh; ensure_celery_56'` first")
    return _OLD_PYTHON


def redis_5() -> Path:
    """The server of the release that is older than BLMOVE; `scripts/test` builds it.

    Raises:
        FileNotFoundError: it has not been built.
    """
    if not _REDIS_5.exists():
        raise FileNotFoundError(f"{_REDIS_5}: run `bash -c '. scripts/lib.sh; ensure_redis_5'` first")
    return _REDIS_5


class Worker(Process):
    """A Swift worker of one queue."""

    def __init__(
        self,
        url: str,
        queue: str,
        executable: str = "celery-pdf",
        concurrency: int = 2,
        node: str = "w1",
        options: tuple[str, ...] = (),
        environment: Mapping[str, str] | None = None,
        wrapper: tuple[str, ...] = (),
        results: str | None = None,
    ) -> None:
        """Starts the worker, by the command `wrapper` if there is one; it may take a moment until it consumes.

        Without `results` they are kept at `url`.
        """
        super().__init__(
            f"{executable} {node}",
            [
                *wrapper,
                program(executable),
                "worker",
                *("-b", url, "--result-backend", results or url),
                *("-Q", queue, "-c", str(concurrency), "-n", f"{node}@%h"),
                *("-l", "info", "-P", "prefork"),
                *options,
            ],
            environment,
        )

    def connections(self, port: int) -> int:
        """How many TCP connections it has to a port of this machine."""
        descriptors = Path(f"/proc/{self.pid}/fd").iterdir()
        sockets = {os.readlink(d).removeprefix("socket:[").removesuffix("]") for d in descriptors}
        table = Path(f"/proc/{self.pid}/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        rows = [line.split() for line in table]
        # proc(5): the remote address, its port in hexadecimal digits, and the inode of the socket.
        return sum(1 for row in rows if row[9] in sockets and int(row[2].split(":")[1], 16) == port)

    def children(self) -> set[int]:
        """The ids of the processes that run its tasks."""
        return set(descendants_of(self.pid))


class PythonWorker(Process):
    """Celery's own worker with the tasks of `support/python_tasks.py`."""

    def __init__(
        self,
        url: str,
        queue: str,
        node: str = "py",
        python: Path | None = None,
        visibility_timeout: int = 3600,
        app: str = "support.python_tasks",
        settings: Mapping[str, object] | None = None,
        options: tuple[str, ...] = (),
        results: str | None = None,
    ) -> None:
        """Starts it with one process and Celery's `settings`; it takes seconds until it consumes."""
        super().__init__(
            f"celery {node}",
            [
                *(python or sys.executable, "-m", "celery", "-A", app, "worker"),
                *("-Q", queue, "-c", "1", "-n", f"{node}@%h", "-l", "info", "-P", "prefork"),
                *options,
            ],
            {
                "CELERY_BROKER_URL": url,
                "CELERY_RESULT_BACKEND": results or url,
                "INTEROP_QUEUE": queue,
                "VISIBILITY_TIMEOUT": str(visibility_timeout),
                "INTEROP_SETTINGS": json.dumps(dict(settings or {})),
            },
            directory=Path(__file__).resolve().parents[1],
        )


def wait_until_ready(worker: Process) -> None:
    """Waits for the line by which a worker says that it consumes."""
    worker.wait_for_line(r" ready\.\s*$")
