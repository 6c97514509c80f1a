"""The example producer, run as its users run it."""

import sys
from pathlib import Path

import pytest

from support.fleet import Fleet
from support.process import Process

_INTEROP = Path(__file__).resolve().parents[1]


def start_producer(fleet: Fleet, *arguments: str) -> Process:
    """Starts the producer."""
    return Process(
        "producer",
        [sys.executable, _INTEROP / "producer.py", *arguments],
        {"CELERY_BROKER_URL": fleet.redis.url, "PYTHONIOENCODING": "utf-8"},
    )


def produce(fleet: Fleet, *arguments: str) -> tuple[int, list[str]]:
    """Runs the producer; returns its exit code and the lines it printed."""
    process = start_producer(fleet, *arguments)
    return process.wait(60), process.lines


def test_sample(fleet: Fleet) -> None:
    """The sample is processed, with its progress shown in order."""
    process = start_producer(fleet, str(_INTEROP / "samples" / "sample.pdf"), "--id", "sample")
    process.wait_for_line("^SENT ")
    fleet.pdf_worker()
    assert process.wait(60) == 0
    lines = process.lines
    progress = [line for line in lines if line.startswith("PROGRESS")]
    percents = [int(line.split()[1].rstrip("%")) for line in progress]
    assert list(dict.fromkeys(percents)) == [0, 25, 50, 75, 100]
    assert "处理完成!" in progress[-1]
    assert lines[-1].startswith("SUCCESS ")
    assert '"pdf_id": "sample"' in lines[-1]
    assert '"pages": 4' in lines[-1]


@pytest.mark.usefixtures("worker")
def test_failure(shared: Fleet, tmp_path: Path) -> None:
    """A missing file ends with the worker's words and exit code 1."""
    code, lines = produce(shared, str(tmp_path / "missing.pdf"))
    assert code == 1
    assert any("FAILURE" in line and "PDF 处理失败: " in line for line in lines)


def test_no_worker(fleet: Fleet) -> None:
    """Without a worker the producer says so after the time it was given."""
    code, lines = produce(fleet, "some.pdf", "--timeout", "0.5")
    assert code == 1
    assert "does a worker run?" in lines[-1], lines
