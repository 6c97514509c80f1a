"""The scripts that start a worker."""

import signal
from pathlib import Path

from support.fleet import Fleet
from support.process import Process
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
