"""Values, exceptions, retries and workflows between Python and Swift."""

import math
from typing import Any

import pytest
from celery import Celery, group
from celery.canvas import Signature
from conftest import Run

pytestmark = pytest.mark.usefixtures("interop")

VALUES: list[Any] = [
    None,
    True,
    0,
    -1,
    2**63,
    -(10**40),
    1.0,
    0.1,
    1e300,
    5e-324,
    float("inf"),
    "",
    "文本 \u0000 \u2028 😀 \\ \" '",
    "\ud800",
    [],
    {},
    [[1, [2.0, {"键": [None]}]]],
    {"b": 1, "a": {"": False}},
]


def add(app: Celery, *args: int) -> "Signature[int]":
    """A signature of the task that adds."""
    return app.signature("interop.add", args=args, queue="interop")


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_values_return_unchanged(run: Run, value: Any) -> None:
    """What goes through Swift comes back as it went in: kind, value and order."""
    result = run("interop.echo", value, queue="interop").value
    assert result == value
    assert repr(result) == repr(value)


def test_not_a_number_returns(run: Run) -> None:
    """NaN, which JSON does not have and Python writes all the same."""
    assert math.isnan(run("interop.echo", float("nan"), queue="interop").value)


def test_a_large_value_returns(run: Run) -> None:
    """Half a megabyte in one argument."""
    value = ["文字" * 50] * 1000
    assert run("interop.echo", value, queue="interop").value == value


@pytest.mark.parametrize("message", ["bad value", "坏的值", ""])
def test_exceptions_keep_their_class(app: Celery, message: str) -> None:
    """A ValueError thrown in Swift is a ValueError in Python."""
    result = app.send_task("interop.fail", args=[message], queue="interop")
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (the words are compared below)
        result.get(timeout=30)
    assert caught.value.args == (message,)
    assert result.traceback


@pytest.mark.parametrize("times", [0, 1, 3])
def test_retries(app: Celery, times: int) -> None:
    """A task that asks to be run again is, with its count of retries."""
    result = app.send_task("interop.retry", args=[times], queue="interop")
    assert result.get(timeout=30) == times


def test_retry_is_published(run: Run) -> None:
    """Each retry is a state of its own before the next run."""
    followed = run("interop.retry", 2, queue="interop")
    assert followed.states == ["RETRY", "RETRY", "SUCCESS"]


def test_every_report_arrives_in_order(run: Run) -> None:
    """Two hundred reports in a row: none is lost and none overtakes another."""
    followed = run("interop.progress", 200, queue="interop")
    assert [report["current"] for report in followed.progress] == list(range(1, 201))
    assert followed.value == 200


def test_group(app: Celery) -> None:
    """Members run side by side and their results keep the order."""
    result = group(add(app, number, number) for number in range(8)).apply_async()
    assert result.get(timeout=30) == [0, 2, 4, 6, 8, 10, 12, 14]
