"""Everything that a Redis server is told to do, as MONITOR shows it."""

import codecs
import re
import socket
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from support.differential.content import Event, Message, events_of, message_of

_HEAD = re.compile(rb"\S+ \[(\d+) (\S+)\] ")
_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"')


@dataclass(frozen=True)
class Command:
    """A command, by whomever, scripts included."""

    database: int
    arguments: tuple[bytes, ...]

    @property
    def name(self) -> str:
        """Its name in capitals."""
        return self.arguments[0].decode().upper()

    @property
    def target(self) -> str:
        """The key or channel that it names first."""
        return self.arguments[1].decode(errors="replace") if len(self.arguments) > 1 else ""

    @cached_property
    def message(self) -> Message | None:
        """The message that it puts into a list, if that is what it does."""
        return message_of(self.arguments[2]) if self.name in {"LPUSH", "RPUSH"} else None

    @cached_property
    def events(self) -> list[Event]:
        """The events that it publishes."""
        return events_of(self.arguments[2]) if self.name == "PUBLISH" and "celeryev/" in self.target else []


class Monitor:
    """Reads what MONITOR shows while the tests go on."""

    def __init__(self, port: int) -> None:
        """Connects to the server and begins."""
        self._commands: list[Command] = []
        self._changed = threading.Condition()
        self._marker = socket.create_connection(("127.0.0.1", port))
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.sendall(b"MONITOR\r\n")
        self._stream = self._socket.makefile("rb", buffering=1 << 20)
        assert self._stream.readline() == b"+OK\r\n"
        self._thread = threading.Thread(target=self._read, name=f"monitor {port}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops reading."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._stream.close()
        self._socket.close()
        self._marker.close()

    def clear(self) -> None:
        """Forgets what it has seen."""
        with self._changed:
            self._commands.clear()

    def commands(self) -> list[Command]:
        """All commands that the server has executed so far."""
        token = uuid.uuid4().hex.encode()
        self._marker.sendall(b"PING " + token + b"\r\n")
        self.wait(lambda commands: any(token in command.arguments for command in reversed(commands)), "a mark", 10)
        # What a client does of its own accord, and this class does itself, tells nothing.
        with self._changed:
            return [command for command in self._commands if command.name != "PING"]

    def wait(self, condition: Callable[[list[Command]], bool], what: str, within: float = 30) -> None:
        """Waits until the commands so far satisfy a condition.

        Raises:
            AssertionError: they do not within so many seconds.
        """
        deadline = time.monotonic() + within
        with self._changed:
            while not condition(self._commands):
                left = deadline - time.monotonic()
                assert left > 0, f"not within {within} s: {what}"
                self._changed.wait(left)

    def _read(self) -> None:
        for line in self._stream:
            head = _HEAD.search(line)
            # The server quotes arguments like a literal of Python's bytes.
            arguments = tuple(codecs.escape_decode(raw)[0] for raw in _QUOTED.findall(line))
            if head is None or not arguments:
                continue
            with self._changed:
                self._commands.append(Command(int(head[1]), arguments))
                self._changed.notify_all()
