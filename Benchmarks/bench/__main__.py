"""The run: `python -m bench`, started by Benchmarks/run."""

import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from bench import contenders, machine
from bench.celery_app import app
from bench.contenders import Contender, Programs
from bench.messages import Producer
from bench.options import Options
from bench.process import Ended
from bench.report import Report
from bench.results import Results
from bench.scenarios import cache, http, light_load, throughput
from bench.server import Server
from bench.setting import Setting, in_turns
from bench.waiting import Late

Measure = Callable[[Setting, Contender], None]

# What goes wrong with a program that is measured; anything else is a fault of the benchmarks and shows its traceback.
_FAILURES = (Ended, FileNotFoundError, Late, throughput.WrongResult, http.BadAnswer, subprocess.SubprocessError)

_SCENARIOS: dict[str, tuple[Measure, list[Contender]]] = {
    "throughput": (throughput.measure, contenders.WORKERS),
    "logging": (throughput.measure_logging, contenders.LOGGING_WORKERS),
    "light": (light_load.measure, [*contenders.WORKERS, *contenders.MORE_PROCESSES]),
    "cache": (cache.measure, contenders.CACHES),
    "http": (http.measure, contenders.WEB_SERVICES),
}


def main() -> int:
    """Measures everything and writes the report."""
    signal.signal(signal.SIGTERM, _end)
    options = Options.parse(sys.argv[1:])
    try:
        plan = _plan(options)
        report = _run(options, plan)
    except _FAILURES as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    if options.output is None:
        print(report.text(), end="")
    else:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(report.text(), encoding="utf-8")
        print(f"the report is in {options.output}", file=sys.stderr)
    return 0


def _plan(options: Options) -> list[tuple[Measure, list[Contender]]]:
    """What is measured, and with whom; finds every program before anything is started."""
    programs = Programs(options.programs)
    return [
        (measure, [programs.resolved(c) for c in candidates if _is_wanted(c, options.only)])
        for name, (measure, candidates) in _SCENARIOS.items()
        if name in options.scenarios
    ]


def _run(options: Options, plan: list[tuple[Measure, list[Contender]]]) -> Report:
    results = Results()
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        directory = Path(name)
        with Server(directory) as server:
            facts = machine.facts(server.version)
            producer = Producer(app, server.client, server.url)
            setting = Setting(directory, server, producer, options.scale, results)
            for round_number in range(options.scale.rounds):
                print(f"round {round_number + 1} of {options.scale.rounds}", file=sys.stderr, flush=True)
                for measure, candidates in plan:
                    for contender in in_turns(candidates, round_number):
                        measure(setting, contender)
    # As they are written in `contenders`: without the folders of their programs.
    measured = {contender.name for _, candidates in plan for contender in candidates}
    everybody = {c.name: c for _, candidates in _SCENARIOS.values() for c in candidates}
    return Report(
        results=results,
        scale=options.scale,
        facts=facts,
        command=options.command,
        contenders=[c for c in everybody.values() if c.name in measured],
        notes=options.notes.read_text(encoding="utf-8") if options.notes.is_file() else "",
    )


def _is_wanted(contender: Contender, only: list[str]) -> bool:
    return not only or any(text in contender.name for text in only)


def _end(number: int, frame: FrameType | None) -> None:
    """Ends by an exception, so that what was started is ended, too."""
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
