"""How fast the state of a finished task is answered by HTTP."""

import json
import subprocess
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from pathlib import Path

from bench.celery_app import app
from bench.contenders import Contender
from bench.process import Process
from bench.server import free_port
from bench.setting import Setting
from bench.waiting import eventually

CONNECTIONS = (1, 32)

_RESULT = {"status": "success", "pdf_id": "bench", "chunks": 12, "text_length": 34_567, "pages": 5}
_SCRIPT = Path(__file__).resolve().parents[1] / "load.lua"


def section(connections: int) -> str:
    """The section for a number of connections."""
    return f"http {connections}"


class BadAnswer(Exception):
    """A service does not answer as it must."""


def measure(setting: Setting, service: Contender) -> None:
    """Asks the service for a task that Celery's own client has stored as finished."""
    setting.server.clear()
    task_id = str(uuid.uuid4())
    app.backend.store_result(task_id, _RESULT, "SUCCESS")
    port = free_port()
    url = f"http://127.0.0.1:{port}/tasks/{task_id}"
    with setting.start(service, str(port)) as process:
        answer = eventually(lambda: _ask(url, process), f"{service.name} answers", within=60)
        expected = {"task_id": task_id, "state": "SUCCESS", "result": _RESULT, "progress": None}
        if json.loads(answer or b"null") != expected:
            raise BadAnswer(f"{service.name} answers {answer!r}")
        for connections in CONNECTIONS:
            # What is done at the first requests only is not measured.
            _load(url, connections, seconds=1)
            cpu = process.cpu_seconds()
            load = _load(url, connections, setting.scale.http_seconds)
            setting.add(
                section(connections),
                service.name,
                {
                    "requests/s": load.requests / load.seconds,
                    "cpu µs": (process.cpu_seconds() - cpu) / load.requests * 1e6,
                    "p50 ms": load.p50_ms,
                    "p99 ms": load.p99_ms,
                    "MB": process.memory().total / 1e6,
                },
            )


@dataclass(frozen=True)
class Load:
    """What wrk has measured."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float

    @classmethod
    def parse(cls, output: str) -> "Load":
        """Reads the line of JSON at the end of what wrk writes.

        Raises:
            BadAnswer: there is none, or requests have failed.
        """
        lines = [line for line in output.splitlines() if line.startswith("{")]
        if not lines:
            raise BadAnswer(f"wrk says {output!r}")
        figures = json.loads(lines[-1])
        if figures["errors"] or not figures["requests"]:
            raise BadAnswer(f"{figures['errors']} of {figures['requests']} requests have failed")
        return cls(figures["requests"], figures["microseconds"] / 1e6, figures["p50"] / 1e3, figures["p99"] / 1e3)


def _load(url: str, connections: int, seconds: int) -> Load:
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "-s", str(_SCRIPT), url]
    return Load.parse(subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + 60).stdout)


def _ask(url: str, process: Process) -> bytes | None:
    process.require_running()
    try:
        with urllib.request.urlopen(url, timeout=10) as response:
            body: bytes = response.read()
            return body
    except urllib.error.HTTPError as error:
        raise BadAnswer(f"{process.name} answers with {error.code}") from error
    except OSError:
        return None
