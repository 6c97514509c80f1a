"""The report: docs/benchmarks.md."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from bench.contenders import CELERY_PREFORK, CELERY_PREFORK_LOGGING, FASTAPI, REDIS_PY, Contender
from bench.expectations import expectations_table
from bench.results import Results
from bench.scenarios import cache, http, light_load, throughput
from bench.setting import Scale
from bench.tables import Column, Relation, figures_table, table

_THROUGHPUT = [
    Column("tasks/s", "tasks/s"),
    Column("× Celery prefork", "tasks/s", Relation.TIMES),
    Column("worker CPU, µs/task", "worker µs"),
    Column("Redis CPU, µs/task", "redis µs"),
    Column("memory, MB", "MB"),
    Column("% of Celery prefork", "MB", Relation.PERCENT),
    Column("of it anonymous, MB", "anonymous MB"),
]
_START = [
    Column("start to first result, s", "start s"),
    Column("CPU until then, s", "start cpu s"),
]
_LATENCY = [
    Column("`.delay()` to `.get()`, p50 ms", "call p50 ms"),
    Column("p99 ms", "call p99 ms"),
    Column("message to result, p50 ms", "push p50 ms"),
    Column("p99 ms", "push p99 ms"),
]
_IDLE = [
    Column("Redis connections", "connections"),
    Column("Redis commands/s", "idle commands/s"),
    Column("CPU, ms/s", "idle cpu ms/s"),
    Column("memory, MB", "idle MB"),
    Column("of it anonymous, MB", "idle anonymous MB"),
]
_CACHE = [
    Column("operations/s", "operations/s"),
    Column("× redis-py, one by one", "operations/s", Relation.TIMES),
    Column("client CPU, µs", "cpu µs"),
    Column("p50, µs", "p50 µs"),
    Column("p99, µs", "p99 µs"),
]
_HTTP = [
    Column("requests/s", "requests/s"),
    Column("× FastAPI", "requests/s", Relation.TIMES),
    Column("server CPU, µs/request", "cpu µs"),
    Column("p50, ms", "p50 ms"),
    Column("p99, ms", "p99 ms"),
    Column("memory, MB", "MB"),
]


def _wrapped(part: str) -> str:
    """A paragraph with lines of at most 120 characters; anything that is not of one line stays as it is."""
    if "\n" in part:
        return part
    return textwrap.fill(part, width=120, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True)
class Report:
    """Everything that the report is made of."""

    results: Results
    scale: Scale
    facts: Sequence[tuple[str, str]]
    # The command that made the report.
    command: str
    contenders: Sequence[Contender]
    # Markdown that follows the figures.
    notes: str = ""

    def text(self) -> str:
        """The report as Markdown."""
        return "\n\n".join(_wrapped(part.strip()) for part in self._parts() if part.strip()) + "\n"

    def _parts(self) -> list[str]:
        return [
            "# Benchmarks",
            f"This file is written by `{self.command}`, in one run, on one Redis. Do not edit it by hand.",
            self._rounds(),
            "## In one screen",
            expectations_table(self.results),
            *self._section(throughput.SECTION, "Tasks per second", _THROUGHPUT, CELERY_PREFORK, _THROUGHPUT_TEXT),
            *self._section(
                throughput.LOGGING_SECTION,
                "Tasks per second, with a log",
                _THROUGHPUT,
                CELERY_PREFORK_LOGGING,
                _LOGGING_TEXT,
            ),
            *self._section(light_load.SECTION, "Start", _START, CELERY_PREFORK, _START_TEXT),
            *self._section(light_load.SECTION, "Latency", _LATENCY, CELERY_PREFORK, _LATENCY_TEXT),
            *self._section(light_load.SECTION, "At rest", _IDLE, CELERY_PREFORK, _IDLE_TEXT),
            *self._section(cache.SECTIONS["write"], "Cache: writing", _CACHE, REDIS_PY, _CACHE_TEXT),
            *self._section(cache.SECTIONS["read"], "Cache: reading", _CACHE, REDIS_PY, _MEMORY_TEXT),
            *self._section(http.section(1), "HTTP: one connection", _HTTP, FASTAPI, _HTTP_TEXT),
            *self._section(http.section(32), "HTTP: 32 connections", _HTTP, FASTAPI, ""),
            self.notes,
            "## What was run",
            table(["contender", "command"], [[c.name, f"`{' '.join(c.command)}`"] for c in self.contenders]),
            "Broker and results are the same Redis server, without persistence, on the loopback interface; workers and "
            "services find it by `CELERY_BROKER_URL` and `CELERY_RESULT_BACKEND`. Everything else is left at its "
            "default on both sides.",
            "## Where it was run",
            table(["what", "which"], [list(fact) for fact in self.facts]),
        ]

    def _rounds(self) -> str:
        if self.scale.rounds == 1:
            return "The figures are those of a single round."
        return (
            f"Figures are medians of {self.scale.rounds} rounds, with the lowest and the highest in parentheses. "
            "In each round every contender has its turn, and every other round goes through them backwards."
        )

    def _section(self, section: str, title: str, columns: Sequence[Column], baseline: str, text: str) -> list[str]:
        if not self.results.rows(section):
            return [f"## {title}", "Not measured in this run."]
        return [f"## {title}", text, figures_table(self.results, section, columns, baseline)]


_THROUGHPUT_TEXT = """\
A queue full of `interop.add(2, 3)` is there before the worker starts. The messages are those of `.delay()`, byte for
byte but for their ids. The clock runs from the first stored result to the last; every result is checked afterwards. CPU
and memory (PSS, decimal MB) are those of the worker with its child processes; memory is read right after the last
task. What of it is anonymous (heaps, stacks, data written to) has to be held; the rest are pages of executables and
libraries. No worker logs single tasks, which is Celery's default.
"""
_LOGGING_TEXT = """\
As above, but every worker writes two lines for each task, to a file.
"""
_START_TEXT = "From the start of the program to the published result of a task that waits for it."
_LATENCY_TEXT = """\
An idle worker, one task after the other. The first two columns are what a Python producer sees, most of which is its
own work. The last two leave Celery's client out: a ready message is pushed, and the published result awaited.
"""
_IDLE_TEXT = "After its first task the worker is left alone. Memory is PSS, of child processes as well."
_CACHE_TEXT = """\
JSON values of 1 KB with a time to live, under 1,000 keys in turn, encoded and decoded by both sides. redis-py is
installed as `celery[redis]` does, with its own parser. Threads and tasks of redis-py have a connection each, those of
swift-celery share one.
"""
_MEMORY_TEXT = "The last row reads again what this process has read before: its memory in front of Redis answers."
_HTTP_TEXT = """\
`GET /tasks/{id}` of a finished task, by `wrk` on the loopback interface, with one server process on each side. Both
answers are checked to be the same JSON.
"""
