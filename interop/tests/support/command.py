"""The command line of Celery."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.process import Process, clean_environment

_DIRECTORY = Path(__file__).resolve().parents[1]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "support.python_tasks", *arguments]


def _environment(url: str) -> dict[str, str]:
    return {"CELERY_BROKER_URL": url, "CELERY_RESULT_BACKEND": url}


class CeleryCommand:
    """`celery` with the app of `support/python_tasks.py` on one server."""

    def __init__(self, url: str) -> None:
        """Uses the Redis server at `url`."""
        self._url = url

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints; it must end with an exit code."""
        done = subprocess.run(
            _command(*arguments),
            env=clean_environment(_environment(self._url)),
            cwd=_DIRECTORY,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, f"{arguments} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What a command prints as JSON."""
        return json.loads(self.run(*arguments))

    def start(self, *arguments: str) -> Process:
        """Starts a command that goes on until it is stopped."""
        return Process(f"celery {arguments[0]}", _command(*arguments), _environment(self._url), _DIRECTORY)
