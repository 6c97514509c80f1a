"""Queues with exchanges of every kind, as a Python program declares them, and as settings of the Swift worker."""

import json

from celery import Celery
from kombu import Exchange, Queue
from kombu.common import Broadcast

from support.python_tasks import app

MEDIA = Exchange("media", type="topic")
DIRECT = Exchange("dx", type="direct")

# The same queues for the Swift worker.
SWIFT_QUEUES = json.dumps(
    [
        {"name": "video", "exchange": "media", "exchange_type": "topic", "routing_key": "media.video.#"},
        {"name": "image", "exchange": "media", "exchange_type": "topic", "routing_key": "media.*.image"},
        {"name": "dq", "exchange": "dx", "routing_key": "dkey"},
        {"broadcast": "news"},
    ]
)


def declare(celery: Celery) -> Celery:
    """Gives an app these queues."""
    celery.conf.task_queues = [
        Queue("video", MEDIA, "media.video.#"),
        Queue("image", MEDIA, "media.*.image"),
        Queue("dq", DIRECT, "dkey"),
        Broadcast("news"),
    ]
    return celery


declare(app)
# Broadcasts have the default routing key, so worker and producer need the same.
app.conf.task_default_queue = "celery"
