"""pytest plugin: runs Celery's integration suite against an external worker.

What it replaces, and with what:

- the fixture that starts the embedded session worker: a fixture that only imports the task modules in the client;
- the node name, process id and pool size that the inspect tests take from their own process: the external worker's;
- `celery.worker.state`, which two modules read in their own process: a view on the external worker;
- the signal `task_received`, which tests connect to in their own process: it is sent for every message that the
  external worker takes, as seen in the stream of commands of the private Redis server.
"""

import signal
import sys
import threading
import time
import types
from collections.abc import Callable, Generator
from typing import Any

import celery.contrib.pytest as celery_pytest
import pytest
from celery import Celery, signals
from celery.result import AsyncResult, ResultSet

from harness import left_out, results
from harness.session import Session
from harness.settings import Settings
from harness.views import OSView, WorkerStateView

_TEARDOWN_LIMIT = 60
_ALARM_AGAIN = 5


class SuiteTimeout(Exception):
    """The test ran longer than it may."""


class _Run:
    """The session and the outcomes so far."""

    def __init__(self) -> None:
        self.session = Session(Settings())
        self.outcomes: dict[str, str] = {}
        self.durations: dict[str, float] = {}
        self.order: list[str] = []
        self.has_failed_here = False
        self.awaits_signal = False


_run = _Run()
_session = _run.session
_settings = _session.settings

# --- the signal of received messages ----------------------------------------------------------

_connect = signals.task_received.connect


def _noting_connect(*args: Any, **kwargs: Any) -> Any:
    _run.awaits_signal = True
    return _connect(*args, **kwargs)


signals.task_received.connect = _noting_connect  # type: ignore[method-assign]

_depth = threading.local()


def _after_signals(method: Callable[..., Any]) -> Callable[..., Any]:
    """A method that waits for results: signals of the tasks are sent before it returns, as upstream."""

    def wrapper(self: Any, *args: Any, **kwargs: Any) -> Any:
        _depth.calls = getattr(_depth, "calls", 0) + 1
        try:
            return method(self, *args, **kwargs)
        finally:
            _depth.calls -= 1
            if not _depth.calls:
                _session.catch_up()

    wrapper.__name__ = method.__name__
    return wrapper


for _class, _names in ((AsyncResult, ("get", "wait")), (ResultSet, ("get", "join", "join_native"))):
    for _name in _names:
        setattr(_class, _name, _after_signals(getattr(_class, _name)))

# --- fixtures ---------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def celery_session_worker(
    celery_session_app: Celery, celery_includes: list[str], celery_class_tasks: list[Any]
) -> object:
    """The external worker, in place of the embedded one."""
    for module in celery_includes:
        celery_session_app.loader.import_task_module(module)
    for class_task in celery_class_tasks:
        celery_session_app.register_task(class_task)
    celery_session_app.finalize()
    celery_session_app.set_current()
    celery_session_app.set_default()
    _session.client_app = celery_session_app
    return _session.worker


# The suite's conftest takes the fixture from there.
celery_pytest.celery_session_worker = celery_session_worker

# --- the session ------------------------------------------------------------------------------


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def pytest_sessionstart(session: pytest.Session) -> None:
    """Starts the worker."""
    # Ends the session, and with it the worker.
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        _session.start()
    except RuntimeError as problem:
        _give_up(problem)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stops the worker and writes what came of the run."""
    _session.worker.stop()
    outcomes = {name: _run.outcomes.get(name, "FAIL") for name in _run.order}
    results.write(_settings.out, outcomes)
    durations = (f"{_run.durations.get(name, 0):8.2f} {name}\n" for name in _run.order)
    (_settings.out / "durations.txt").write_text("".join(durations))
    with (_settings.out / "activity.txt").open("w") as file:
        for name in _run.order:
            seen = sorted(_session.activity.get(name, {}).items())
            file.write(name + "".join(f" {what}={count}" for what, count in seen) + "\n")


def _give_up(problem: Exception) -> None:
    _session.note(f"given up: {problem}")
    pytest.exit(f"external worker: {problem}", returncode=9)


def _restart(why: str, flush: bool) -> None:
    try:
        _session.restart(why, flush)
    except RuntimeError as problem:
        _give_up(problem)
    _show_node_name()


def _show_node_name() -> None:
    module = sys.modules.get("t.integration.test_inspect")
    if module is not None:
        module.NODENAME = _session.worker.node_name  # type: ignore[attr-defined]


# --- collection -------------------------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out what no external worker can pass or fail, and the parts of others."""
    entries = {entry.name for entry in left_out.read(_settings.left_out)}
    wanted = [item for item in items if not {item.nodeid, item.nodeid.split("[", 1)[0]} & entries]
    kept = [item for position, item in enumerate(wanted) if _settings.is_mine(position)]
    dropped = set(items) - set(kept)
    if dropped:
        config.hook.pytest_deselected(items=list(dropped))
    items[:] = kept
    _run.order = [item.nodeid for item in items]
    for name in ("test_inspect", "test_tasks", "test_canvas"):
        module = sys.modules.get(f"t.integration.{name}")
        if module is not None:
            _adapt(module, name)
    _show_node_name()


def _adapt(module: Any, name: str) -> None:
    if hasattr(module, "worker_state"):
        module.worker_state = WorkerStateView(_session)
    if name == "test_inspect":
        module.os = OSView(_session)
        module.SUITE_CONCURRENCY = _settings.concurrency
    if _settings.result_timeout and hasattr(module, "TIMEOUT"):
        _set_timeout(module, module.TIMEOUT, _settings.result_timeout)


def _set_timeout(module: Any, upstream: object, seconds: int) -> None:
    """Replaces the module's TIMEOUT, also where it is a default argument."""
    module.TIMEOUT = seconds
    for function in vars(module).values():
        if isinstance(function, types.FunctionType) and function.__module__ == module.__name__:
            defaults = function.__defaults__ or ()
            function.__defaults__ = tuple(seconds if value == upstream else value for value in defaults) or None


# --- one test ---------------------------------------------------------------------------------


def _on_alarm(number: int, frame: object) -> None:
    raise SuiteTimeout("the test ran longer than it may")


def _alarm(seconds: float) -> None:
    signal.signal(signal.SIGALRM, _on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds, _ALARM_AGAIN if seconds else 0)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Sees to it that each test has a worker, and a new one after a failure."""
    _run.has_failed_here = False
    if not _session.worker.is_running:
        _session.note(f"the worker was gone before {item.nodeid}")
        _restart("the worker was gone", flush=False)
    began = time.monotonic()
    try:
        return (yield)
    finally:
        _alarm(0)
        _run.durations[item.nodeid] = time.monotonic() - began
        is_gone = not _session.worker.is_running
        if is_gone:
            _session.note(f"the worker died in {item.nodeid}, status {_session.worker.status}")
            _run.outcomes[item.nodeid] = "FAIL"
        if is_gone or _run.has_failed_here:
            _restart(f"after {item.nodeid}", flush=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, object, object]:
    """Sets the test's limit."""
    _alarm(_settings.test_limit)
    return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Records what the test has the worker do."""
    _session.begin_test(item.nodeid)
    _run.awaits_signal = False
    try:
        outcome = yield
    finally:
        _session.end_test()
    if _run.awaits_signal and not _session.signals_sent:
        raise AssertionError("no message was seen that the worker took")
    return outcome


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, object, object]:
    """Sets a limit of its own for what follows the test."""
    _alarm(_TEARDOWN_LIMIT)
    try:
        return (yield)
    finally:
        _alarm(0)


@pytest.hookimpl(trylast=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Notes the outcome: one failure of set-up, test or tear-down is a failure."""
    if report.failed:
        _run.has_failed_here = True
        _run.outcomes[report.nodeid] = "FAIL"
    elif type(report) is not pytest.TestReport:
        # A part of a test that has passed or was skipped says nothing of the whole.
        return
    elif report.skipped:
        _run.outcomes.setdefault(report.nodeid, "SKIP")
    elif report.when == "call":
        _run.outcomes.setdefault(report.nodeid, "PASS")
