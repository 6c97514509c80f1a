"""Control requests and answers in other serializers than JSON."""

import pytest
from celery import Celery
from kombu.exceptions import ContentDisallowed

from support.client import celery_app
from support.control import Remote, shape
from support.fleet import Fleet
from support.traits import missing_trait


def app_with(fleet: Fleet, serializer: str, *accepted: str) -> Celery:
    """A client that asks in one serializer and reads answers in some."""
    app = celery_app(fleet.redis.url)
    app.conf.task_serializer = serializer
    app.conf.accept_content = list(accepted)
    # Results are another matter.
    app.conf.result_accept_content = ["json"]
    return app


@pytest.mark.parametrize("serializer", ["msgpack", "yaml"])
def test_commands(fleet: Fleet, serializer: str) -> None:
    """A fleet that speaks another serializer alone is asked, answers and mingles in it."""
    if trait := missing_trait(serializer):
        pytest.skip(f"built without the trait {trait}")
    options = ("--accept-content", serializer, "--task-serializer", serializer)
    fleet.interop_worker("swift", node="s", options=options)
    app = app_with(fleet, serializer, serializer)
    Remote(app, "s").ask("revoke", {"task_id": "known"})
    settings = {"task_serializer": serializer, "accept_content": [serializer]}
    python = fleet.python_worker("python", settings=settings)
    python.wait_for_line("mingle: sync with 1 nodes")
    assert "known" in Remote(app, "py").ask("revoked")
    later = fleet.interop_worker("swift", node="later", options=options)
    later.wait_for_line("mingle: sync with 2 nodes")
    for command in ("ping", "active_queues", "revoked", "clock"):
        ours, theirs = Remote(app, "s").ask(command), Remote(app, "py").ask(command)
        assert shape(ours) == shape(theirs), command
    assert app.send_task("interop.add", args=[1, 2], queue="swift").get(timeout=30) == 3
    app.close()


def test_answers_are_in_the_serializer_of_who_answers(fleet: Fleet) -> None:
    """As in kombu, a question in JSON is answered as the worker writes."""
    fleet.interop_worker(node="s", options=("--accept-content", "json,msgpack", "--task-serializer", "msgpack"))
    fleet.python_worker("python", settings={"task_serializer": "msgpack"})
    app = app_with(fleet, "json", "json", "msgpack")
    for node in ("s", "py"):
        assert Remote(app, node).ask("ping") == {"ok": "pong"}
    # The client of the fleet reads JSON alone, and says so.
    for node in ("s", "py"):
        with pytest.raises(ContentDisallowed, match="msgpack"):
            fleet.app.control.ping(destination=[Remote(app, node).name], timeout=10)
    app.close()


def test_what_is_not_accepted_is_not_done(fleet: Fleet) -> None:
    """A request in a serializer that the worker does not accept is logged and stays unanswered."""
    worker = fleet.interop_worker(node="s")
    app = app_with(fleet, "msgpack", "json", "msgpack")
    app.control.revoke("task")
    worker.wait_for_line("Cannot decode message.*application/x-msgpack is not accepted")
    assert Remote(fleet.app, "s").ask("revoked") == []
    app.close()
