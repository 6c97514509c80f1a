"""A program that a test runs beside itself."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

# Settings of the machine must not reach the programs under test.
_FOREIGN_PREFIXES = ("CELERY_", "REDIS_", "PDF_")


def clean_environment(additions: Mapping[str, str]) -> dict[str, str]:
    """The test's environment without settings of workers, plus `additions`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(_FOREIGN_PREFIXES)}
    return kept | dict(additions)


class Process:
    """A child process whose output is read line by line while it runs."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
    ) -> None:
        """Starts `command`; both of its output streams are collected."""
        self.name = name
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._ended = False
        self._popen = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=clean_environment(environment or {}),
            cwd=directory,
            text=True,
            encoding="utf-8",
            errors="replace",
            # Signals that a test sends to itself (Ctrl-C) stay away from it.
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, name=f"output of {name}", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """The process id."""
        return self._popen.pid

    @property
    def output(self) -> str:
        """Everything written so far."""
        with self._changed:
            return "\n".join(self.lines)

    @property
    def is_running(self) -> bool:
        """Whether the process has not ended yet."""
        return self._popen.poll() is None

    def wait_for_line(self, pattern: str, within: float = 30) -> str:
        """Waits until a line of output, past or coming, matches `pattern`.

        Raises:
            AssertionError: no such line in time, or the output ended without one.
        """
        deadline = time.monotonic() + within
        seen = 0
        with self._changed:
            while True:
                for line in self.lines[seen:]:
                    if re.search(pattern, line):
                        return line
                seen = len(self.lines)
                left = deadline - time.monotonic()
                if self._ended or left <= 0:
                    break
                self._changed.wait(left)
        reason = "it has ended" if self._ended else f"not within {within} s"
        raise AssertionError(f"{self.name}: no line with {pattern!r}: {reason}\n{self.output}")

    def count(self, pattern: str) -> int:
        """How many lines of output match `pattern` so far."""
        with self._changed:
            return sum(1 for line in self.lines if re.search(pattern, line))

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to this process only."""
        self._popen.send_signal(number)

    def wait(self, within: float = 30) -> int:
        """Waits for the end and returns the exit code, negative for a signal.

        Raises:
            AssertionError: it still runs after so many seconds.
        """
        try:
            code = self._popen.wait(within)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {within} s\n{self.output}") from None
        self._reader.join(5)
        return code

    def stop(self, within: float = 20) -> int:
        """Asks the process to end, forces it when it does not, and returns the exit code."""
        descendants = descendants_of(self.pid)
        if self.is_running:
            self.signal(signal.SIGTERM)
        try:
            return self.wait(within)
        finally:
            for pid in [self.pid, *descendants] if self.is_running else descendants:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self._popen.wait()

    def _read(self) -> None:
        assert self._popen.stdout is not None
        for line in self._popen.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
            # pytest shows this with the test that fails; between two tests its file is closed.
            with contextlib.suppress(ValueError):
                sys.stdout.write(f"[{self.name}] {line}")
        with self._changed:
            self._ended = True
            self._changed.notify_all()


def descendants_of(pid: int) -> list[int]:
    """Children of `pid`, and theirs."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                # The command's name, in parentheses, may itself hold blanks.
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    pending = [pid]
    while pending:
        pending += (next_ones := children.get(pending.pop(), []))
        found += next_ones
    return found


def is_alive(pid: int) -> bool:
    """Whether a process of this id runs; one that only waits to be reaped does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"
