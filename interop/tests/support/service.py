"""Programs that answer HTTP requests as processes, among them the HTTP API, and a client for them."""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from support.ports import free_port
from support.process import Process
from support.waiting import eventually
from support.worker import program


@dataclass(frozen=True)
class Response:
    """Status, content type and decoded body of one answer."""

    status: int
    content_type: str
    body: Any
    headers: dict[str, str]


class WebProcess(Process):
    """A process that answers HTTP requests on a port of its own."""

    port: int
    #: What it answers as soon as it answers anything.
    probe = "/livez"

    def wait_until_it_answers(self) -> None:
        """Waits until the port is open."""
        eventually(self._answers, "the service answers")

    def get(self, path: str) -> Response:
        """Asks for `path`."""
        return self.request("GET", path)

    def post(self, path: str, value: object) -> Response:
        """Sends `value` as JSON."""
        return self.request("POST", path, json.dumps(value), "application/json")

    def request(self, method: str, path: str, body: str | None = None, content_type: str | None = None) -> Response:
        """Sends one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            headers = {"Content-Type": content_type} if content_type else {}
            data = body.encode() if body is not None else None
            connection.request(method, path, data, headers)
            answer = connection.getresponse()
            text = answer.read()
            kind = answer.headers.get_content_type()
            return Response(
                answer.status,
                kind,
                json.loads(text) if kind == "application/json" and text else text.decode(),
                {name.lower(): value for name, value in answer.getheaders()},
            )
        finally:
            connection.close()

    def _answers(self) -> bool:
        if not self.is_running:
            raise AssertionError(f"{self.name} has ended\n{self.output}")
        try:
            return self.get(self.probe).status == 200
        except ConnectionError:
            return False


class Service(WebProcess):
    """`celery-pdf serve` on a port of its own."""

    def __init__(self, url: str, environment: Mapping[str, str] | None = None) -> None:
        """Starts the service, on the Redis server at `url`."""
        self.port = free_port()
        super().__init__(
            f"api {self.port}",
            [program("celery-pdf"), "serve", "--host", "127.0.0.1", "--port", str(self.port)],
            {
                "CELERY_BROKER_URL": url,
                "CELERY_RESULT_BACKEND": url,
                **(environment or {}),
            },
        )


class Up(WebProcess):
    """`celery-pdf up` on a port of its own."""

    def __init__(
        self,
        options: Sequence[str],
        environment: Mapping[str, str] | None = None,
        wrapper: Sequence[str] = (),
    ) -> None:
        """Starts it, by the command `wrapper` if there is one."""
        self.port = free_port()
        super().__init__(
            f"up {self.port}",
            [*wrapper, program("celery-pdf"), "up", "--port", str(self.port), "-c", "1", *options],
            environment,
        )
