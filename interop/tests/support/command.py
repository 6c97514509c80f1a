"""The command line of Celery."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from support.process import Process, clean_environment

_DIRECTORY = Path(__file__).resolve().parents[1]


class CeleryCommand:
    """`celery` with the app of `support/python_tasks.py`, or with another one, on one server."""

    def __init__(
        self, url: str, app: str = "support.python_tasks", settings: Mapping[str, object] | None = None
    ) -> None:
        """Uses the Redis server at `url`, and Celery's `settings`."""
        self._app = app
        self._environment = {
            "CELERY_BROKER_URL": url,
            "CELERY_RESULT_BACKEND": url,
            "INTEROP_SETTINGS": json.dumps(dict(settings or {})),
        }

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", self._app, *arguments]

    def run(self, *arguments: str, code: int = 0) -> str:
        """What a command prints; it must end with an exit code."""
        done = subprocess.run(
            self._command(*arguments),
            env=clean_environment(self._environment),
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
        return Process(f"celery {arguments[0]}", self._command(*arguments), self._environment, _DIRECTORY)
