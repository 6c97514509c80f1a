"""Sends a PDF to the worker and shows its progress as it is pushed.

    python interop/producer.py FILE [--id ID]

The Redis server is read from CELERY_BROKER_URL and CELERY_RESULT_BACKEND, or from REDIS_HOST,
REDIS_PORT and REDIS_DB. Exit code 0 after SUCCESS, 1 after FAILURE, 2 for a wrong call.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from celery import Celery
from celery.exceptions import TimeoutError as ResultTimeoutError


def redis_url() -> str:
    """The server that the settings name; the local one without any."""
    host = os.getenv("REDIS_HOST", "localhost")
    port = os.getenv("REDIS_PORT", "6379")
    return f"redis://{host}:{port}/{os.getenv('REDIS_DB', '0')}"


broker = os.getenv("CELERY_BROKER_URL") or redis_url()
app = Celery("producer", broker=broker, backend=os.getenv("CELERY_RESULT_BACKEND") or broker)


@app.task(name="process_pdf_task")
def process_pdf_task(pdf_path: str, pdf_id: str) -> dict[str, Any]:
    """Stands for the task in calls; the worker, written in Swift, holds its body."""
    raise NotImplementedError("process_pdf_task runs in the worker")


def show_progress(meta: dict[str, Any]) -> None:
    """Prints a PROGRESS state; is called with each result document as the worker publishes it."""
    if meta["status"] != "PROGRESS":
        return
    step = meta["result"]
    pages = f" ({step['pages_done']}/{step['pages_total']})" if step.get("pages_total") else ""
    print(f"PROGRESS {step['percent']:>3}%  {step['message']}{pages}", flush=True)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Process a PDF by the Swift worker.")
    parser.add_argument("file", type=Path, help="the PDF, on a path that the worker can read")
    parser.add_argument("--id", help="the document's id (default: the file's name)")
    parser.add_argument("--timeout", type=float, default=300, help="seconds to wait (default: 300)")
    return parser.parse_args()


def main() -> int:
    """Sends, follows, prints."""
    options = arguments()
    path = options.file.resolve()
    result = process_pdf_task.delay(pdf_path=str(path), pdf_id=options.id or path.stem)
    print(f"SENT     {result.id}", flush=True)
    try:
        value = result.get(timeout=options.timeout, on_message=show_progress)
    except ResultTimeoutError:
        # Nobody waits for it any more: the client need not unsubscribe while Python shuts down.
        backend: Any = app.backend
        backend.remove_pending_result(result)
        print(f"no result within {options.timeout:g} s: does a worker run?", file=sys.stderr)
        return 1
    except Exception as error:  # Whatever class the worker names: Celery re-raises it here.
        print(f"FAILURE  {type(error).__name__}: {error}", file=sys.stderr)
        return 1
    print(f"SUCCESS  {json.dumps(value, ensure_ascii=False)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
