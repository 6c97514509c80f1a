"""The scripts that start a worker."""

import re
import shutil
import signal
from pathlib import Path

import pytest

from support.fleet import Fleet
from support.process import Process, descendants_of, is_alive
from support.traits import ALL_TRAITS
from support.worker import program, wait_until_ready

_REPOSITORY = Path(__file__).resolve().parents[2]


def test_start_celery(fleet: Fleet) -> None:
    """The worker takes the script's place: it knows REDIS_PORT and its flags, and TERM reaches it."""
    worker = Process(
        "start_celery.sh",
        [_REPOSITORY / "scripts" / "start_celery.sh", "-Q", "by-script", "-l", "info", "-c", "1"],
        {
            "CELERY_PDF": str(program("celery-pdf")),
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(fleet.redis.port),
        },
    )
    try:
        wait_until_ready(worker)
        kwargs = {"pdf_path": str(_REPOSITORY / "interop/samples/sample.pdf"), "pdf_id": "by-script"}
        result = fleet.app.send_task("process_pdf_task", kwargs=kwargs, queue="by-script")
        assert result.get(timeout=30)["pages"] == 4
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0
    finally:
        worker.stop()


def test_interop_test() -> None:
    """The demonstration passes."""
    script = _REPOSITORY / "interop" / "interop_test.sh"
    process = Process("interop_test.sh", [script], {"CELERY_PDF": str(program("celery-pdf"))})
    try:
        assert process.wait(100) == 0, process.output
        assert process.lines[-1] == "interop test passed"
    finally:
        process.stop()


@pytest.mark.timeout(330)
def test_run(tmp_path: Path) -> None:
    """The first thing that people try: it builds, starts everything, processes a file by Python and curl, and ends.

    Neither settings of the machine nor a comma in the file's path are in its way.
    """
    folder = tmp_path / "报告, 2026"
    folder.mkdir()
    path = shutil.copy(_REPOSITORY / "interop/samples/sample.pdf", folder / "a, b.pdf")
    process = Process(
        "run",
        [_REPOSITORY / "scripts" / "run", "--once", path],
        {
            # The configuration that is built already: another one would be built from the beginning.
            "SWIFT_BUILD_FLAGS": "--enable-all-traits" if ALL_TRAITS else "",
            "CELERY_WORKER_CONCURRENCY": "1",
            **{"CELERY_LOG_LEVEL": "warning", "CELERY_QUEUES": "elsewhere", "CELERY_PDF_ROOTS": "/nonexistent"},
            **{"CELERY_TASK_SERIALIZER": "msgpack", "REDIS_PASSWORD": "wrong", "PDF_ROOTS": "/nonexistent"},
        },
    )
    try:
        process.wait_for_line("^worker  process", within=200)
        started = descendants_of(process.pid)
        assert process.wait(100) == 0, process.output
    finally:
        process.stop()
    python, curl = re.split(r"^--- curl: POST.*$", process.output, maxsplit=1, flags=re.MULTILINE)
    percents = [int(percent) for percent in re.findall(r"^PROGRESS +(\d+)%", python, re.MULTILINE)]
    assert list(dict.fromkeys(percents)) == [0, 25, 50, 75, 100]
    assert re.search(r'^SUCCESS .*"pages": 4.*"cached": false', python, re.MULTILINE)
    assert re.search(r'"state": ?"SUCCESS".*"pages": ?4.*"cached": ?true', curl)
    assert process.lines[-1] == "done"
    assert not any(map(is_alive, started))
