"""Traces that begin in Python, go through a Swift worker, and end in Python."""

import json
from collections.abc import Mapping
from pathlib import Path

from celery import chain, signature

from support.fleet import Fleet
from support.waiting import eventually

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
HEADERS = {
    "traceparent": f"00-{TRACE}-{SPAN}-01",
    "tracestate": "vendor=value",
    "baggage": "user=ada",
}

Span = Mapping[str, str]


def spans_in(file: Path) -> list[Span]:
    """The spans that have ended until now."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line) for line in lines]


def span_of(context: Mapping[str, str]) -> str:
    """The span that a context names; it is of the one trace, and what came with it is still there."""
    version, trace, span, flags = context["traceparent"].split("-")
    assert (version, trace, flags) == ("00", TRACE, "01")
    assert {**context, "traceparent": ""} == {**HEADERS, "traceparent": ""}
    return span


def test_from_python_to_python(fleet: Fleet, tmp_path: Path) -> None:
    """A producer's context is current in the pool's process, and what follows in Python continues it."""
    file = tmp_path / "spans"
    fleet.interop_worker("swift", environment={"INTEROP_SPANS": str(file)})
    fleet.python_worker("python")
    canvas = chain(
        signature("interop.trace", queue="swift", app=fleet.app),
        signature("interop.trace", queue="python", app=fleet.app),
    )
    swift, python = map(span_of, canvas.apply_async(headers=HEADERS).get(timeout=30))
    assert len({SPAN, swift, python}) == 3
    eventually(lambda: len(spans_in(file)) == 2, "both spans have ended")
    spans = {span["name"]: span for span in spans_in(file)}
    run, send = spans["run/interop.trace"], spans["apply_async/interop.trace"]
    assert (run["parent"], run["span"]) == (SPAN, swift)
    assert (send["parent"], send["span"]) == (swift, python)
    assert (run["celery.state"], run["messaging.destination"]) == ("SUCCESS", "swift")
    assert send["messaging.destination"] == "python"


def test_what_a_task_sends_from_its_process(fleet: Fleet, tmp_path: Path) -> None:
    """It follows from the span that is current in the task, although the worker's own process sends it."""
    file = tmp_path / "spans"
    worker = fleet.interop_worker("swift", environment={"INTEROP_SPANS": str(file)})
    inner = signature("interop.trace", queue="swift", app=fleet.app)
    handle = fleet.app.send_task("interop.trace_inside", args=[inner], queue="swift", headers=HEADERS)
    (context,) = fleet.app.AsyncResult(handle.get(timeout=30)[0][0]).get(timeout=30)
    eventually(lambda: len(spans_in(file)) == 4, "all spans have ended")
    spans = {span["name"]: span for span in spans_in(file)}
    assert spans["inside"]["parent"] == spans["run/interop.trace_inside"]["span"]
    assert spans["apply_async/interop.trace"]["parent"] == spans["inside"]["span"]
    assert spans["run/interop.trace"]["parent"] == spans["apply_async/interop.trace"]["span"]
    assert spans["run/interop.trace"]["span"] == span_of(context)
    assert int(spans["run/interop.trace"]["pid"]) == worker.pid != int(spans["inside"]["pid"])
