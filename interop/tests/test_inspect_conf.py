"""`inspect conf`: both workers show the same settings with the same values."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from support.control import Remote
from support.fleet import Fleet

# None of them is a default of Celery's.
SETTINGS: dict[str, Any] = {
    "accept_content": ["json", "msgpack"],
    "broker_connection_max_retries": 7,
    "broker_connection_retry_on_startup": True,
    "broker_connection_timeout": 9,
    "broker_transport_options": {
        "visibility_timeout": 1800,
        "queue_order_strategy": "sorted",
        "priority_steps": [0, 5],
        "global_keyprefix": "app:",
    },
    "result_backend_always_retry": True,
    "result_backend_max_retries": 4,
    "result_backend_transport_options": {
        "result_chord_ordered": False,
        "global_keyprefix": "app:",
        "retry_policy": {"max_retries": 5},
    },
    "result_chord_expires": 70,
    "result_compression": "zlib",
    "result_expires": 100,
    "result_extended": True,
    "result_failure_expires": 50,
    "result_serializer": "msgpack",
    "task_compression": "zlib",
    "task_create_missing_queues": False,
    "task_default_exchange": "x",
    "task_default_priority": 3,
    "task_default_queue": "q",
    "task_default_rate_limit": "100/m",
    "task_ignore_result": True,
    "task_queue_max_priority": 9,
    "task_routes": {"other.*": {"queue": "q", "routing_key": "secret"}},
    "task_serializer": "msgpack",
    "task_store_errors_even_if_ignored": True,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "worker_deduplicate_successful_tasks": True,
    "worker_disable_rate_limits": True,
    "worker_pool_restarts": True,
    "worker_soft_shutdown_timeout": 5.0,
}
# What tasks get of them.
ATTRIBUTES = [
    *("name", "serializer", "priority", "rate_limit", "time_limit", "soft_time_limit", "max_retries"),
    *("default_retry_delay", "acks_late", "track_started", "ignore_result", "store_errors_even_if_ignored"),
]
# What the Swift worker is told on its command line: the value, and the flags.
FLAGS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "task_acks_late": (False, ("--acks-early",)),
    "task_soft_time_limit": (90, ("--soft-time-limit", "90")),
    "task_time_limit": (100.5, ("--time-limit", "100.5")),
    "task_track_started": (True, ("--track-started",)),
    "worker_concurrency": (3, ()),
    "worker_max_memory_per_child": (1000000, ("--max-memory-per-child", "1000000")),
    "worker_max_tasks_per_child": (50, ("--max-tasks-per-child", "50")),
    "worker_prefetch_multiplier": (7, ("--prefetch-multiplier", "7")),
    "worker_send_task_events": (True, ("-E",)),
}
ALL = SETTINGS | {name: value for name, (value, _) in FLAGS.items()}


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """What Celery's worker and the Swift one show, without defaults and with them."""
    directory: Path = tmp_path_factory.mktemp("conf")
    file = directory / "settings.json"
    file.write_text(json.dumps(SETTINGS))
    with Fleet(directory) as fleet:
        fleet.app.conf.update(
            {"accept_content": ["json", "msgpack"], "broker_transport_options": {"global_keyprefix": "app:"}}
        )
        fleet.python_worker("q", settings=ALL)
        flags = [flag for _, flags in FLAGS.values() for flag in flags]
        fleet.interop_worker("q", node="s", concurrency=3, options=("--config", str(file), *flags))
        yield {
            node: {
                "changed": Remote(fleet.app, node).ask("conf"),
                "all": Remote(fleet.app, node).ask("conf", {"with_defaults": True}),
                "tasks": Remote(fleet.app, node).ask("registered", {"taskinfoitems": ATTRIBUTES}),
            }
            for node in ("py", "s")
        }


def test_changed(answers: dict[str, dict[str, Any]]) -> None:
    """Whatever was set is shown as it was set, and nothing else."""
    theirs, ours = answers["py"]["changed"], answers["s"]["changed"]
    assert {name: ours.get(name) for name in ALL} == {name: theirs[name] for name in ALL}
    assert ours.keys() - theirs.keys() <= {"broker_url", "result_backend", "deprecated_settings", "include"}


def test_task_attributes(answers: dict[str, dict[str, Any]]) -> None:
    """Tasks have what the settings say."""
    shown = [[task for task in answers[node]["tasks"] if task.startswith("interop.add ")] for node in ("py", "s")]
    assert len(shown[0]) == 1
    assert shown[0] == shown[1]


def test_with_defaults(answers: dict[str, dict[str, Any]]) -> None:
    """The defaults are Celery's as well, as far as there are such settings here."""
    theirs, ours = answers["py"]["all"], answers["s"]["all"]
    # Where each is, and what only Python's configuration can have.
    shown = ours.keys() - {"broker_url", "result_backend", "include", "deprecated_settings"}
    assert {name: ours[name] for name in shown} == {name: theirs[name] for name in shown}
