"""The stream of commands of the private Redis server, as MONITOR shows it."""

import codecs
import json
import re
import socket
import threading
import uuid
from collections.abc import Callable
from typing import Any, BinaryIO

from harness.envelope import Envelope, decoded

_QUOTED = re.compile(rb'"([^"\\]*(?:\\.[^"\\]*)*)"')


class Tap(threading.Thread):
    """Reports the task messages that a worker takes, the events it sends and what is broadcast to it."""

    def __init__(
        self,
        port: int,
        on_taken: Callable[[Envelope], None],
        on_event: Callable[[dict[str, Any]], None],
        on_control: Callable[[dict[str, Any]], None],
        complain: Callable[[str], None],
    ) -> None:
        """Connects to the server; the callbacks are called by this thread."""
        super().__init__(name="redis-tap", daemon=True)
        self.ready = threading.Event()
        self._on_taken = on_taken
        self._on_event = on_event
        self._on_control = on_control
        self._complain = complain
        self._marks: dict[str, threading.Event] = {}
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._mark_socket = socket.create_connection(("127.0.0.1", port))
        self._mark_replies: BinaryIO = self._mark_socket.makefile("rb")
        self._mark_lock = threading.Lock()

    def run(self) -> None:
        """Reads until the server goes away."""
        self._socket.sendall(b"MONITOR\r\n")
        with self._socket.makefile("rb", buffering=1 << 20) as stream:
            stream.readline()
            self.ready.set()
            for line in stream:
                try:
                    self._read(line)
                except Exception as problem:
                    # One line that cannot be read must not end the tap.
                    self._complain(f"tap: {problem!r}")

    def sync(self, within: float = 10) -> None:
        """Returns when all commands executed so far have been seen."""
        token = uuid.uuid4().hex
        seen = self._marks[token] = threading.Event()
        with self._mark_lock:
            self._mark_socket.sendall(f"*2\r\n$4\r\nECHO\r\n${len(token)}\r\n{token}\r\n".encode())
            self._mark_replies.readline()
            self._mark_replies.readline()
        if not seen.wait(within):
            self._complain("tap: lost the mark")

    def _read(self, line: bytes) -> None:
        head = line[:160].upper()
        if b'"HSET"' in head:
            self._read_delivery(_arguments(line))
        elif b'"PUBLISH"' in head and b"CELERYEV" in head:
            body = _published(line)
            for event in body if isinstance(body, list) else [body]:
                self._on_event(event)
        elif b'"PUBLISH"' in head and b'.CELERY.PIDBOX"' in head:
            self._on_control(_published(line))
        elif b'"ECHO"' in head:
            mark = self._marks.pop(_arguments(line)[1].decode(), None)
            if mark is not None:
                mark.set()

    def _read_delivery(self, arguments: list[bytes]) -> None:
        # HSET unacked TAG [envelope, exchange, routing key] …
        if not arguments[1].endswith(b"unacked"):
            return
        for value in arguments[3::2]:
            message = json.loads(value)
            if isinstance(message, list) and isinstance(message[0], dict):
                self._on_taken(message[0])


def _arguments(line: bytes) -> list[bytes]:
    # The server quotes arguments like a literal of Python's bytes.
    return [codecs.escape_decode(raw)[0] for raw in _QUOTED.findall(line)]


def _published(line: bytes) -> Any:
    return decoded(json.loads(_arguments(line)[2]))[0]
