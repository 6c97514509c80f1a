"""A program that is measured."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from bench import procfs

# Settings of the machine must not reach the programs that are measured.
_FOREIGN_PREFIXES = ("CELERY_", "REDIS_", "PDF_")
_PACKAGE_DIRECTORY = Path(__file__).resolve().parents[1]


def clean_environment(additions: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of workers, with `additions`, in which Python finds this package."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_FOREIGN_PREFIXES)}
    return kept | {"PYTHONPATH": str(_PACKAGE_DIRECTORY)} | dict(additions)


class Ended(Exception):
    """A program has ended by itself."""


class Process:
    """A program that runs until the end of the `with` block; its output goes to a file."""

    def __init__(self, name: str, command: Sequence[str], log: Path, environment: Mapping[str, str]) -> None:
        """Starts `command`."""
        self.name = name
        self._log = log
        with log.open("wb") as output:
            self.started = time.perf_counter()
            self._popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=clean_environment(environment),
                # Ctrl-C reaches the benchmark alone, which then ends everything in the right order.
                start_new_session=True,
            )

    def __enter__(self) -> Self:
        """The running program."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Asks the program to end and forces it when it does not."""
        self.stop()

    def require_running(self) -> None:
        """Checks that the program still runs.

        Raises:
            Ended: it does not; the message holds the end of its output.
        """
        code = self._popen.poll()
        if code is not None:
            output = self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
            raise Ended("\n".join([f"{self.name} has ended with exit code {code}", *output]))

    def cpu_seconds(self) -> float:
        """The processor time of the program and its children so far."""
        return procfs.cpu_seconds(procfs.tree(self._popen.pid))

    def memory(self) -> procfs.Memory:
        """The memory of the program and its children."""
        return procfs.memory(procfs.tree(self._popen.pid))

    def connections(self, port: int) -> int:
        """How many connections to a local port the program and its children hold."""
        return procfs.connections(procfs.tree(self._popen.pid), port)

    def stop(self, within: float = 20) -> None:
        """Ends the program and all that it has started."""
        members = procfs.tree(self._popen.pid) if self._popen.poll() is None else []
        self._popen.send_signal(signal.SIGTERM)
        try:
            self._popen.wait(within)
        except subprocess.TimeoutExpired:
            for pid in members:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._popen.wait()
