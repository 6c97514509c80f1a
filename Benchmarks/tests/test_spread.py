"""Medians, ranges, percentiles."""

import pytest

from bench.spread import Spread, percentile


def test_spread() -> None:
    """A spread holds the median and both ends."""
    assert Spread.of([5, 1, 3]) == Spread(median=3, lowest=1, highest=5, rounds=3)


def test_even_rounds() -> None:
    """The median of an even number of rounds lies between the two in the middle."""
    assert Spread.of([1, 2, 4, 100]).median == 3


@pytest.mark.parametrize(
    ("percent", "expected"),
    [(1, 1), (50, 50), (50.5, 51), (99, 99), (100, 100)],
)
def test_percentile(percent: float, expected: float) -> None:
    """A percentile is the nearest rank."""
    values = list(range(100, 0, -1))
    assert percentile(values, percent) == expected


def test_single_value() -> None:
    """A single value is every percentile."""
    assert percentile([7], 50) == percentile([7], 99) == 7


@pytest.mark.parametrize(("values", "percent"), [([], 50), ([1], 0), ([1], 101)])
def test_bad_percentile(values: list[float], percent: float) -> None:
    """A percentile of nothing or out of range is refused."""
    with pytest.raises(ValueError, match=r"no values|no percentage"):
        percentile(values, percent)
