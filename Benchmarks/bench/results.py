"""The figures of a run."""

from bench.spread import Spread


class Results:
    """Every figure that was measured: by section, by row (a contender), by name; one value for each round."""

    def __init__(self) -> None:
        """Holds nothing yet."""
        self._values: dict[str, dict[str, dict[str, list[float]]]] = {}

    def add(self, section: str, row: str, figures: dict[str, float]) -> None:
        """Adds the figures of one round."""
        row_values = self._values.setdefault(section, {}).setdefault(row, {})
        for name, value in figures.items():
            row_values.setdefault(name, []).append(value)

    def rows(self, section: str) -> list[str]:
        """The rows of a section, in the order in which they came."""
        return list(self._values.get(section, {}))

    def spread(self, section: str, row: str, figure: str) -> Spread | None:
        """What the rounds say about a figure; None if it was not measured."""
        values = self._values.get(section, {}).get(row, {}).get(figure)
        return Spread.of(values) if values else None

    def median(self, section: str, row: str, figure: str) -> float | None:
        """The median of a figure; None if it was not measured."""
        spread = self.spread(section, row, figure)
        return spread.median if spread else None
