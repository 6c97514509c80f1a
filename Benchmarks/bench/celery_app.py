"""The task of the benchmarks, as a Python worker runs it and as producers send it."""

from celery import Celery

app = Celery("bench")
app.conf.broker_connection_retry_on_startup = True


@app.task(name="interop.add")
def add(x: int, y: int) -> int:
    """Next to nothing, so that what is measured is the worker."""
    return x + y
