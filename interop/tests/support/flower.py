"""Flower as a process, and its pages as tables."""

import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from support.ports import free_port
from support.service import Response, WebProcess

Rows = list[list[str]]


class Flower(WebProcess):
    """`celery flower` on a port of its own, open to everybody on this machine."""

    probe = "/healthcheck"

    def __init__(self, url: str) -> None:
        """Starts it on the Redis server at `url`, with the app of `support/python_tasks.py`."""
        self.port = free_port()
        super().__init__(
            f"flower {self.port}",
            [
                *(sys.executable, "-m", "celery", "-A", "support.python_tasks", "flower"),
                *("--address=127.0.0.1", f"--port={self.port}"),
            ],
            {
                "CELERY_BROKER_URL": url,
                "CELERY_RESULT_BACKEND": url,
                "FLOWER_UNAUTHENTICATED_API": "true",
            },
            directory=Path(__file__).resolve().parents[1],
        )

    def do(self, path: str, name: str, body: object = None, **query: object) -> Response:
        """Posts to one of its actions on the worker or task `name`."""
        address = f"/api/{path}/{quote(name)}" + (f"?{urlencode(query)}" if query else "")
        return self.post(address, {} if body is None else body)

    def worker(self, name: str) -> dict[str, Any]:
        """What it knows of a worker after asking it."""
        answer = self.get(f"/api/workers?refresh=1&workername={quote(name)}")
        assert answer.status == 200, answer.body
        return answer.body[name]  # type: ignore[no-any-return]

    def task(self, task_id: str) -> dict[str, Any]:
        """What it knows of a task by its events; nothing if it has not heard of it."""
        answer = self.get(f"/api/task/info/{task_id}")
        return answer.body if answer.status == 200 else {}

    def page(self, path: str) -> dict[str, Rows]:
        """The tables of a page, by their captions; those without one by their ids."""
        answer = self.get(path)
        assert answer.status == 200, answer.body
        assert answer.content_type == "text/html"
        parser = _Tables()
        parser.feed(answer.body)
        return parser.tables


class _Tables(HTMLParser):
    """Gathers the cells of all tables."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: dict[str, Rows] = {}
        self._rows: Rows = []
        self._name = ""
        self._open: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._rows, self._name = [], dict(attrs).get("id") or ""
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("td", "th") and self._rows:
            self._rows[-1].append("")
            self._open = "cell"
        elif tag == "caption":
            self._name, self._open = "", "caption"

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self.tables[self._name] = [row for row in self._rows if row]
        elif tag in ("td", "th", "caption"):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open == "caption":
            self._name += data.strip()
        elif self._open == "cell" and self._rows and self._rows[-1]:
            self._rows[-1][-1] += data.strip()
