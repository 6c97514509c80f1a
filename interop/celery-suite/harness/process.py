"""The life of the external worker: start, wait until it answers, stop."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from celery import Celery

_SHELLS = {"sh", "bash", "dash"}


def _fields(pid: int) -> list[str]:
    """State, parent, group … of a process; nothing when there is none."""
    try:
        # The command's name, in parentheses, may itself hold blanks.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _is_alive(pid: int) -> bool:
    return _fields(pid)[:1] not in ([], ["Z"])


def _processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _members(group: int) -> list[int]:
    return [pid for pid in _processes() if (fields := _fields(pid)) and fields[0] != "Z" and int(fields[2]) == group]


def _main_pid(pid: int) -> int:
    """The worker's own id: a shell that has not been replaced by it has it as its only child."""
    while True:
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            return pid
        children = [other for other in _processes() if (fields := _fields(other)) and int(fields[1]) == pid]
        if name not in _SHELLS or len(children) != 1:
            return pid
        pid = children[0]


def _becomes(condition: Callable[[], bool], within: float) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        # The pause between two looks at processes that are not ours to wait for.
        time.sleep(0.05)
    return True


def stop_group(group: int, grace: float = 20) -> None:
    """A warm shutdown of the worker, then the end of whatever is left of its process group."""
    if not _members(group):
        return
    target = _main_pid(group)
    with contextlib.suppress(OSError):
        os.kill(target, signal.SIGTERM)
    if _becomes(lambda: not _is_alive(target), grace):
        # Children that are about to follow.
        _becomes(lambda: not _members(group), 1)
    for pid in _members(group):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)


class Worker:
    """A worker that is started by a shell command."""

    def __init__(self, command: str, environment: dict[str, str], log: Path) -> None:
        """Prepares a worker with its output in `log`; nothing is started yet."""
        self.node_name = ""
        self._command = command
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._starts = 0

    @property
    def group(self) -> int:
        """The id of the process group."""
        return self._process.pid if self._process else 0

    @property
    def is_running(self) -> bool:
        """Whether it has been started and has not ended."""
        return self._process is not None and self._process.poll() is None

    @property
    def status(self) -> int | None:
        """The exit code of a worker that has ended."""
        return self._process.returncode if self._process else None

    def start(self) -> None:
        """Starts it in a process group of its own."""
        with self._log.open("ab") as log:
            log.write(f"--- start {self._starts}\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                ["bash", "-c", self._command],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._starts += 1

    def wait_until_it_answers(self, app: Celery, within: float) -> None:
        """Pings until it answers, and learns its node name.

        Raises:
            RuntimeError: it ended, or did not answer in time.
        """
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if not self.is_running:
                raise RuntimeError(f"the worker ended with status {self.status} before it was ready")
            with contextlib.suppress(OSError):
                reply = app.control.inspect(timeout=1.0, limit=1).ping()
                if reply:
                    self.node_name = next(iter(reply))
                    return
        raise RuntimeError(f"the worker did not answer a ping within {within:.0f} s")

    def stop(self, grace: float = 20) -> None:
        """Stops it and all it has started."""
        if self._process is None:
            return
        stop_group(self._process.pid, grace)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        self._process = None
