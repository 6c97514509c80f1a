"""Celery's settings of the broker's connection; `test_redis_restart.py` has what happens without them."""

import signal

from support.client import Follower
from support.fleet import Fleet
from support.process import is_alive
from support.waiting import eventually


def test_lines_of_the_log(fleet: Fleet) -> None:
    """Connected, lost, and connected again, in Celery's words."""
    worker = fleet.interop_worker()
    connected = rf"Connected to redis://127\.0\.0\.1:{fleet.redis.port}/0$"
    worker.wait_for_line(connected)
    fleet.redis.stop()
    worker.wait_for_line(r"consumer: Connection to broker lost\. Trying to re-establish the connection\.\.\.")
    worker.wait_for_line(
        rf"consumer: Cannot connect to redis://127\.0\.0\.1:{fleet.redis.port}/0: .*"
        r"Trying again in \d\.\d\d seconds\.\.\. \(1\)"
    )
    fleet.redis.start()
    eventually(lambda: worker.count(connected) == 2, "it is connected again")


def test_no_retry_at_the_start(fleet: Fleet) -> None:
    """broker_connection_retry_on_startup: a worker that finds no server ends with an error."""
    fleet.redis.stop()
    environment = {"CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": "false"}
    worker = fleet.interop_worker(environment=environment, wait=False)
    assert worker.wait(30) == 1
    worker.wait_for_line(r"CRITICAL.*\(app\.conf\.broker_connection_retry_on_startup=False\)\. Shutting down\.\.\.")


def test_no_retry_later(fleet: Fleet) -> None:
    """broker_connection_retry: a worker that loses its server ends with an error."""
    worker = fleet.interop_worker(
        environment={
            "CELERY_BROKER_CONNECTION_RETRY": "false",
            "CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP": "true",
        }
    )
    fleet.redis.stop()
    assert worker.wait(30) == 1
    worker.wait_for_line(r"CRITICAL.*re-establish a connection .*\(app\.conf\.broker_connection_retry=False\)")


def test_so_many_retries(fleet: Fleet) -> None:
    """broker_connection_max_retries: after so many tries a worker ends with an error."""
    fleet.redis.stop()
    worker = fleet.interop_worker(environment={"CELERY_BROKER_CONNECTION_MAX_RETRIES": "2"}, wait=False)
    worker.wait_for_line(r"Trying again in .* \(1/2\)")
    assert worker.wait(30) == 1
    worker.wait_for_line(r"CRITICAL.*in 3 tries \(broker_connection_max_retries=2\)\. Shutting down")


def test_cancelling_tasks(fleet: Fleet) -> None:
    """worker_cancel_long_running_tasks_on_connection_loss: what runs is ended, goes back, and runs again."""
    environment = {"CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": "true"}
    worker = fleet.interop_worker(concurrency=1, environment=environment)
    follower = Follower(fleet.app, fleet.redis.connect())
    follower.send("interop.sleep", (60,), queue="interop")
    child = follower.until("PROGRESS")["result"]["pid"]
    fleet.redis.stop()
    worker.wait_for_line(
        rf"Task interop\.sleep\[{follower.task_id}\] cannot be acknowledged after a connection loss since late "
        r"acknowledgement is enabled for it\. Terminating it instead\."
    )
    eventually(lambda: not is_alive(child), "the child has ended")
    fleet.redis.start()
    received = rf"Task interop\.sleep\[{follower.task_id}\] received"
    eventually(lambda: worker.count(received) == 2, "it is received again", within=60)
    worker.signal(signal.SIGQUIT)
    assert worker.wait(30) == 0
    assert fleet.redis.waiting("interop") == 1
