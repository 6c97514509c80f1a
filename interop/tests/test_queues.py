"""Queues, exchanges and priorities between Python's producers and workers and the Swift worker."""

import re
import signal
from collections.abc import Iterator
from typing import Any, cast

import pytest
from celery import Celery
from celery.utils.nodenames import worker_direct
from kombu import Queue

from support.client import celery_app
from support.fleet import Fleet
from support.python_queues import SWIFT_QUEUES, declare
from support.waiting import eventually
from support.worker import Worker

QUEUES = {"CELERY_TASK_QUEUES": SWIFT_QUEUES}


@pytest.fixture
def producer(fleet: Fleet) -> Iterator[Celery]:
    """A producer that has declared the queues, but for the broadcast one, which is its consumer's business."""
    app = declare(celery_app(fleet.redis.url))
    with app.connection_for_write() as connection, connection.channel() as channel:
        for queue in app.conf.task_queues[:3]:
            queue(channel).declare()
    yield app
    app.close()


def received(worker: Worker, task: str = r"interop\.\w+") -> list[str]:
    """The ids of the tasks that a worker has received, in order."""
    return re.findall(rf"Task {task}\[([^\]]+)\] received", worker.output)


def test_priorities(fleet: Fleet) -> None:
    """On Redis a lower priority runs sooner; 0 to 2 are alike."""
    worker = fleet.interop_worker(concurrency=1, options=("--prefetch-multiplier", "1"))
    first = fleet.app.send_task("interop.block", args=[1], queue="interop")
    worker.wait_for_line(rf"{first.id}\] received")
    sent = {
        priority: fleet.app.send_task("interop.add", args=[priority, 0], queue="interop", priority=priority)
        for priority in (9, 6, 5, 0)
    }
    assert [result.get(timeout=30) for result in sent.values()] == [9, 6, 5, 0]
    assert received(worker)[1:] == [sent[priority].id for priority in (0, 5, 6, 9)]


def test_priority_steps_separator_and_order(fleet: Fleet) -> None:
    """Other steps and another separator, set on both sides."""
    options = {"priority_steps": list(range(10)), "sep": ":", "queue_order_strategy": "priority"}
    environment = {
        "CELERY_BROKER_TRANSPORT_OPTIONS_PRIORITY_STEPS": "0,1,2,3,4,5,6,7,8,9",
        "CELERY_BROKER_TRANSPORT_OPTIONS_SEP": ":",
        "CELERY_BROKER_TRANSPORT_OPTIONS_QUEUE_ORDER_STRATEGY": "priority",
    }
    fleet.app.conf.broker_transport_options = options
    worker = fleet.interop_worker(
        "second,first", concurrency=1, options=("--prefetch-multiplier", "1"), environment=environment
    )
    blocker = fleet.app.send_task("interop.block", args=[1], queue="first")
    worker.wait_for_line(rf"{blocker.id}\] received")
    ids = {
        (queue, priority): fleet.app.send_task("interop.add", args=[1, 1], queue=queue, priority=priority)
        for queue in ("first", "second")
        for priority in (2, 1)
    }
    with fleet.redis.connect() as client:
        assert client.llen("first:2") == 1
    assert [result.get(timeout=30) for result in ids.values()] == [2] * 4
    wanted = [("second", 1), ("first", 1), ("second", 2), ("first", 2)]
    assert received(worker)[1:] == [ids[key].id for key in wanted]


def test_topic_and_direct_exchanges(fleet: Fleet, producer: Celery) -> None:
    """What Python sends by exchange and routing key arrives, also where only the worker has declared it."""
    worker = fleet.interop_worker("video,image,dq", environment=QUEUES)
    topic: dict[str, Any] = {"queue": "video", "routing_key": "media.video.image"}
    assert producer.send_task("interop.add", args=[1, 2], **topic).get(timeout=30) == 3
    direct: dict[str, Any] = {"exchange": "dx", "routing_key": "dkey"}
    assert fleet.app.send_task("interop.add", args=[3, 4], **direct).get(timeout=30) == 7
    # Both patterns fit, so two queues got the first message.
    eventually(lambda: len(received(worker)) == 3, "each queue got its message")
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")


@pytest.mark.usefixtures("producer")
def test_bindings_are_those_of_kombu(fleet: Fleet) -> None:
    """The tables that the Swift worker writes are those that Python writes, byte for byte."""
    with fleet.redis.connect() as client:
        tables = client.keys("_kombu.binding*")
        expected = {table: client.smembers(table) for table in tables}
        client.flushall()
        fleet.interop_worker("video,image,dq", environment=QUEUES)
        assert {table: client.smembers(table) for table in expected} == expected
    assert len(expected) == 4


def test_broadcast_from_python(fleet: Fleet, producer: Celery) -> None:
    """Each Swift worker runs a broadcast, although Python's producer does not know the exchange's type."""
    workers = [fleet.interop_worker("news", node=node, environment=QUEUES) for node in ("one", "two")]
    result = producer.send_task("interop.add", args=[2, 2], queue="news")
    for worker in workers:
        worker.wait_for_line(rf"{result.id}\] succeeded")
    assert result.get(timeout=30) == 4
    # The line of the log comes before the acknowledgement.
    eventually(lambda: fleet.redis.unacknowledged() == 0, "both are acknowledged")


def test_broadcast_from_python_that_knows_the_exchange(fleet: Fleet, producer: Celery) -> None:
    """Published on the channel, as fanout is meant: Python's worker runs it as well."""
    swift = fleet.interop_worker("news", environment=QUEUES)
    python = fleet.python_worker("news", app="support.python_queues")
    with producer.connection_for_write() as connection, connection.channel() as channel:
        producer.conf.task_queues[3].exchange(channel).declare()
        with producer.amqp.Producer(channel) as publisher:

            def send() -> str:
                return str(producer.send_task("interop.add", args=[2, 3], queue="news", producer=publisher).id)

            # Python's worker says that it is ready before it listens, so one may go unheard.
            heard = eventually(lambda: send() and re.findall(r"\[(\S+)\] succeeded", python.output), "Python heard one")
    swift.wait_for_line(rf"{heard[0]}\] succeeded")


def test_worker_direct(fleet: Fleet) -> None:
    """A task sent to a worker's own queue runs there."""
    environment = {"CELERY_WORKER_DIRECT": "true"}
    workers = {node: fleet.interop_worker(node=node, environment=environment) for node in ("one", "two")}
    node = workers["two"].wait_for_line(r"two@\S+ ready").split()[-2]
    queue = cast(Any, worker_direct(node))
    results = [fleet.app.send_task("interop.add", args=[n, 1], queue=queue) for n in range(4)]
    assert [result.get(timeout=30) for result in results] == [1, 2, 3, 4]
    assert len(received(workers["two"])) == 4
    assert received(workers["one"]) == []


def test_key_prefixes(fleet: Fleet) -> None:
    """With prefixes on both sides no key and no channel is without."""
    app = celery_app(fleet.redis.url)
    app.conf.broker_transport_options = {"global_keyprefix": "app:"}
    app.conf.result_backend_transport_options = {"global_keyprefix": "results"}
    environment = {
        "CELERY_BROKER_TRANSPORT_OPTIONS_GLOBAL_KEYPREFIX": "app:",
        "CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS_GLOBAL_KEYPREFIX": "results",
    }
    fleet.interop_worker(environment=environment)
    for priority in (0, 9):
        assert app.send_task("interop.add", args=[1, 2], queue="interop", priority=priority).get(timeout=30) == 3
    with fleet.redis.connect() as client:
        keys = {key.decode() for key in client.keys("*")}
    app.close()
    assert any(key.startswith("results_celery-task-meta-") for key in keys)
    assert [key for key in keys if not key.startswith(("app:", "results_"))] == []


def test_queue_that_expires(fleet: Fleet) -> None:
    """A queue with `x-expires` is bound with a deadline and read as any other."""
    queues = '[{"name": "passing", "exchange": "px", "routing_key": "k", "expires": 30}]'
    fleet.interop_worker("passing", environment={"CELERY_TASK_QUEUES": queues})
    fleet.app.conf.task_queues = [Queue("passing", routing_key="k", exchange="px", expires=30)]
    result = fleet.app.send_task("interop.add", args=[5, 6], exchange="px", routing_key="k")
    assert result.get(timeout=30) == 11
    with fleet.redis.connect() as client:
        assert client.zscore("_kombu.binding_deadlines", "px") is not None
        assert not client.exists("_kombu.binding_permanent.px")


def test_python_restores_what_swift_held(fleet: Fleet, producer: Celery) -> None:
    """A message of a named exchange goes back to the one queue it was taken from."""
    swift = fleet.interop_worker("video", concurrency=1, environment=QUEUES)
    topic: dict[str, Any] = {"queue": "video", "routing_key": "media.video.image"}
    result = producer.send_task("interop.block", args=[1], **topic)
    swift.wait_for_line(rf"{result.id}\] received")
    swift.signal(signal.SIGKILL)
    swift.wait()
    assert fleet.redis.waiting("image") == 1
    python = fleet.python_worker("video", visibility_timeout=2, app="support.python_queues")
    assert result.get(timeout=30) == 1
    assert python.count(rf"{result.id}\] received") == 1
    assert fleet.redis.waiting("image") == 1


def test_swift_restores_what_python_held(fleet: Fleet, producer: Celery) -> None:
    """A message that a lost Python worker held goes to every queue that its routing key leads to."""
    python = fleet.python_worker("video", app="support.python_queues")
    topic: dict[str, Any] = {"queue": "video", "routing_key": "media.video.image"}
    result = producer.send_task("interop.block", args=[60], **topic)
    python.wait_for_line(rf"{result.id}\] received")
    python.signal(signal.SIGKILL)
    python.wait()
    with fleet.redis.connect() as client:
        client.delete("image")
    swift = fleet.interop_worker("dq", environment=QUEUES, options=("--visibility-timeout", "1"))
    eventually(lambda: fleet.redis.waiting("video") == 1 and fleet.redis.waiting("image") == 1, "it is back in both")
    assert swift.is_running


def test_routes_of_what_a_swift_worker_sends(fleet: Fleet) -> None:
    """A retry and a callback go where exchanges and routes say."""
    routes = {"CELERY_TASK_ROUTES": '{"interop.a*": "sums"}'}
    worker = fleet.interop_worker(environment=routes)
    signature = fleet.app.signature("interop.add", args=[10], app=fleet.app)
    result = fleet.app.send_task("interop.add", args=[1, 2], queue="interop", link=signature)
    assert result.get(timeout=30) == 3
    eventually(lambda: fleet.redis.waiting("sums") == 1, "the callback went by its route")
    assert worker.is_running


def test_queues_are_added_and_cancelled(fleet: Fleet) -> None:
    """`add_consumer` and `cancel_consumer` change what the worker reads, with exchanges if they are given."""
    worker = fleet.interop_worker()
    control = cast(Any, fleet.app.control)
    [reply] = control.add_consumer(
        "late", exchange="media", exchange_type="topic", routing_key="media.#", reply=True, timeout=5, limit=1
    )
    assert list(reply.values()) == [{"ok": "add consumer late"}]
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="late").get(timeout=30) == 3
    [queues] = control.inspect(timeout=5, limit=1).active_queues().values()
    assert [(queue["name"], queue["exchange"]["type"]) for queue in queues] == [
        ("interop", "direct"),
        ("late", "topic"),
    ]
    with fleet.redis.connect() as client:
        assert client.scard("_kombu.binding.media") == 1
    [reply] = control.cancel_consumer("late", reply=True, timeout=5, limit=1)
    assert list(reply.values()) == [{"ok": "no longer consuming from late"}]
    fleet.app.send_task("interop.add", args=[1, 2], queue="late")
    assert fleet.app.send_task("interop.add", args=[2, 2], queue="interop").get(timeout=30) == 4
    assert fleet.redis.waiting("late") == 1
    assert worker.count("Started consuming from late") == 1
