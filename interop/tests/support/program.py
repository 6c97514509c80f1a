"""Commands of `celery-pdf` that end by themselves."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from support.process import clean_environment
from support.worker import program


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    code: int
    output: str
    errors: str

    @property
    def json(self) -> Any:
        """What it wrote to the standard output, all of which is one JSON value."""
        return json.loads(self.output)


def celery_pdf(
    *arguments: object,
    environment: Mapping[str, str] | None = None,
    wrapper: tuple[str, ...] = (),
) -> Ended:
    """Runs a command to its end."""
    done = subprocess.run(
        [*wrapper, program("celery-pdf"), *map(str, arguments)],
        env=clean_environment(environment or {}),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
