"""Random canvases of which is known what comes out of them."""

import random
from dataclasses import dataclass
from typing import Any

from celery import Celery, chain, group
from celery.canvas import Signature

Value = int | list[Any]


@dataclass(frozen=True)
class Canvas:
    """A canvas and its value."""

    signature: "Signature[Any]"
    value: Value


class CanvasMaker:
    """Makes chains of tasks, chords and replacements, nested up to a depth; the same ones for the same seed."""

    def __init__(self, app: Celery, seed: int, queue: str) -> None:
        """Canvases of the tasks in `support/python_tasks.py`, which the Swift worker has as well."""
        self._app = app
        self._random = random.Random(seed)
        self._queue = queue

    def task(self, name: str, *args: object, **options: object) -> "Signature[Any]":
        """A signature of one task."""
        return self._app.signature(f"interop.{name}", args=args, queue=self._queue, **options)

    def canvas(self, depth: int = 2) -> Canvas:
        """A chain that begins with numbers and ends with one, or with a list of them."""
        first, second = self._number(), self._number()
        steps, value = self._steps(depth, first + second)
        head = self.task("add", first, second)
        if self._random.random() < 0.3:
            members, values = self._branches(depth - 1, value)
            return Canvas(chain(head, *steps, group(members)), values)
        return Canvas(chain(head, *steps), value)

    def _number(self) -> int:
        return self._random.randint(-99, 99)

    def _steps(self, depth: int, value: int) -> "tuple[list[Signature[Any]], int]":
        """Steps that make something of a value, and what."""
        steps: list[Signature[Any]] = []
        for _ in range(self._random.randint(1, 3)):
            kind = self._random.choice(["add", "retry_add", "replace", "chord", "chord"])
            number = self._number()
            if kind == "chord" and depth > 0:
                members, values = self._branches(depth - 1, value)
                steps += [group(members), self.task("sum")]
                value = sum(values)
            elif kind == "replace":
                # With a plain task, or with a group whose list of results takes its place.
                if self._random.random() < 0.5:
                    steps.append(self.task("replace", self.task("add", number, 1), immutable=True))
                    value = number + 1
                else:
                    parts = group([self.task("add", number, index) for index in range(3)])
                    steps += [self.task("replace", parts, immutable=True), self.task("sum")]
                    value = 3 * number + 3
            else:
                steps.append(self.task("retry_add" if kind == "retry_add" else "add", number))
                value += number
        return steps, value

    def _branches(self, depth: int, value: int) -> "tuple[list[Signature[Any]], list[int]]":
        """Members of a group, each of which gets the value, and what becomes of it in each."""
        members: list[Signature[Any]] = []
        values: list[int] = []
        # A group of one is no group: its member takes its place.
        for _ in range(self._random.randint(2, 4)):
            number = self._number()
            steps, result = self._steps(depth, value + number)
            members.append(chain(self.task("add", number), *steps))
            values.append(result)
        return members, values
