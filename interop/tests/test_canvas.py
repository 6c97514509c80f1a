"""What follows a task: links, chains, groups, chords, replacements, in Swift and across languages.

Celery's own tests of the same run in `interop/celery-suite`; here are the questions that involve both languages, and
what a client finds in Redis afterwards.
"""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from celery import Celery, chain, chord, group
from celery.canvas import Signature, chunks, xmap, xstarmap
from celery.exceptions import ChordError, ImproperlyConfigured
from celery.result import AsyncResult, GroupResult

from support.fleet import Fleet
from support.waiting import eventually

Make = Callable[..., "Signature[Any]"]
QUEUES = {"swift": "celery", "python": "python"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Celery]:
    """A producer for a Swift and a Python worker, each with a queue of its own."""
    with Fleet(tmp_path_factory.mktemp("canvas")) as fleet:
        swift = fleet.interop_worker("celery")
        fleet.python_worker("python")
        yield fleet.app
        assert swift.stop() == 0


@pytest.fixture
def task(app: Celery) -> Make:
    """Makes signatures of the tasks that both workers have."""

    def make(name: str, *args: object, language: str = "swift", **options: object) -> "Signature[Any]":
        return app.signature(f"interop.{name}", args=args, queue=QUEUES[language], **options)

    return make


def value_of(result: "AsyncResult[Any]") -> Any:
    """The value, when it is there."""
    return result.get(timeout=30)


def a_result(app: Celery, what: str = "note") -> "AsyncResult[Any]":
    """The result of a task that somebody else is going to send under this id."""
    return app.AsyncResult(f"{what}-{uuid.uuid4()}")


def test_a_chain(app: Celery, task: Make) -> None:
    """Each step gets the result before it, knows its parent and the chain's first task."""
    result = chain(task("add", 1, 2), task("add", 3), task("add", 4)).apply_async()
    assert value_of(result) == 10
    assert result.parent is not None
    assert result.parent.parent is not None
    assert [value_of(result.parent), value_of(result.parent.parent)] == [6, 3]
    ids = [result.parent.parent.id, result.parent.id, result.id]
    assert [app.backend.get_task_meta(id_).get("parent_id") for id_ in ids] == [None, *ids[:2]]
    assert [[child.id for child in app.AsyncResult(id_).children] for id_ in ids] == [[ids[1]], [ids[2]], []]


def test_a_long_chain(task: Make) -> None:
    """Three hundred steps."""
    assert value_of(chain(task("add", 0, 0), *[task("add", 1) for _ in range(300)]).apply_async()) == 300


@pytest.mark.parametrize("first", ["swift", "python"])
def test_a_chain_across_languages(task: Make, first: str) -> None:
    """Every step in the other language than the one before."""
    second = "python" if first == "swift" else "swift"
    steps = [task("add", 1, language=(first, second)[index % 2]) for index in range(10)]
    assert value_of(chain(task("echo", 5, language=second), *steps).apply_async()) == 15


@pytest.mark.parametrize("language", ["swift", "python"])
def test_a_chain_that_breaks(app: Celery, task: Make, language: str) -> None:
    """The rest of the chain fails with what the broken step raised, and does not run."""
    result = chain(task("add", 1, 2), task("fail_after", "no", language=language), task("add", 1)).apply_async()
    with pytest.raises(ValueError, match="^no$"):
        value_of(result)
    assert result.parent is not None
    results = [r for r in (result.parent.parent, result.parent, result) if r is not None]
    # Celery fails the rest after it has told of the broken step.
    wanted = ["SUCCESS", "FAILURE", "FAILURE"]
    eventually(lambda: [app.AsyncResult(r.id).state for r in results] == wanted, "the rest has failed")


def test_links(app: Celery, task: Make) -> None:
    """Each callback gets the result, an immutable one nothing."""
    first, second = a_result(app), a_result(app)
    signature = task("add", 1, 2)
    signature.link(task("add", 10, task_id=first.id))
    signature.link(task("add", 20, 30, task_id=second.id, immutable=True))
    parent = signature.apply_async()
    assert [value_of(parent), value_of(first), value_of(second)] == [3, 13, 50]
    (callbacks,) = parent.children
    assert {child.id for child in callbacks.children} == {first.id, second.id}


@pytest.mark.parametrize("language", ["swift", "python"])
def test_error_callbacks(app: Celery, task: Make, language: str) -> None:
    """The old style is sent the id, to either language; the new style is called with the failure where it happened."""
    sent, called = a_result(app), a_result(app)
    signature = task("fail", "no")
    signature.link_error(task("echo", language=language, task_id=sent.id))
    signature.link_error(task("errback", task("echo", task_id=called.id)))
    failed = signature.apply_async()
    assert value_of(sent) == failed.id
    assert value_of(called) == [failed.id, "ValueError"]


@pytest.mark.parametrize("body", ["swift", "python"])
def test_a_chord_across_languages(task: Make, body: str) -> None:
    """Header tasks in both languages; whoever is last sends the body, to either."""
    header = [task("add", n, 1, language=("swift", "python")[n % 2]) for n in range(20)]
    assert value_of(chord(header)(task("sum", language=body))) == sum(range(1, 21))


def test_chords_in_chords(task: Make) -> None:
    """A header of chains and chords, and a body that is a group."""
    inner = chord([task("add", n, n) for n in range(3)], task("sum"))
    header = [chain(task("add", 1, 1), task("add", 1)), inner, task("add", 1, 1)]
    assert value_of(chord(header)(task("echo"))) == [3, 6, 2]
    bodies = chord([task("add", 1, 1), task("add", 2, 2)])(group(task("sum"), task("echo")))
    assert bodies.get(timeout=30) == [6, [2, 4]]


def test_a_large_chord(task: Make) -> None:
    """Five hundred parts that end at about the same time are counted once each."""
    assert value_of(chord([task("add", n, 0) for n in range(500)])(task("sum"))) == sum(range(500))


@pytest.mark.parametrize("language", ["swift", "python"])
def test_a_chord_that_breaks(app: Celery, task: Make, language: str) -> None:
    """The body fails with ChordError, and its error callback gets the body's id."""
    noted = a_result(app)
    body = task("sum")
    body.link_error(task("errback", task("echo", task_id=noted.id)))
    header = group([task("add", 1, 1), task("fail", "no", language=language)])
    result = chord(header)(body)
    with pytest.raises((ChordError, ValueError)):
        value_of(result)
    meta = eventually(
        lambda: (found := app.backend.get_task_meta(result.id))["status"] == "FAILURE" and found, "the body has failed"
    )
    assert isinstance(meta["result"], ChordError)
    assert "raised ValueError('no')" in str(meta["result"])
    if language == "swift":
        assert value_of(noted) == [result.id, "ChordError"]


def test_a_group_is_saved_and_restored(app: Celery, task: Make) -> None:
    """By its id, with members in order."""
    saved = group(task("add", n, n) for n in range(5)).apply_async()
    saved.save()
    restored = GroupResult.restore(saved.id, app=app)
    assert restored is not None
    assert restored.get(timeout=30) == [0, 2, 4, 6, 8]


def test_map_starmap_and_chunks(app: Celery, task: Make) -> None:
    """Celery's own tasks, which call others inside the worker."""
    add, echo = task("add"), task("echo")
    assert value_of(xmap(echo, [1, "a", None], app=app).apply_async()) == [1, "a", None]
    assert value_of(xstarmap(add, [(1, 2), (3, 4)], app=app).apply_async()) == [3, 7]
    parts = chunks(add, [(n, n) for n in range(5)], 2, app=app).group()
    assert parts.apply_async().get(timeout=30) == [[0, 2], [4, 6], [8]]


@pytest.mark.parametrize("language", ["swift", "python"])
def test_replacements(task: Make, language: str) -> None:
    """A task, a chain and a group take the place of a task in the middle of a chain."""
    replacements = [
        (task("add", 40, 2, language=language), 42),
        (chain(task("add", 1, 2), task("add", 3, language=language)), 6),
        (group(task("add", 1, n, language=language) for n in range(3)), [1, 2, 3]),
    ]
    for signature, value in replacements:
        steps = chain(task("replace", signature), task("echo", language=language), task("echo"))
        assert value_of(steps.apply_async()) == value


def test_an_empty_chain_replaces_nothing(app: Celery, task: Make) -> None:
    """It is refused as Celery refuses it."""
    empty = {"task": "celery.chain", "args": [], "kwargs": {"tasks": []}, "options": {}, "subtask_type": "chain"}
    with pytest.raises(ImproperlyConfigured, match="Cannot replace with an empty chain"):
        value_of(task("replace", empty).apply_async())


@pytest.mark.parametrize("language", ["swift", "python"])
def test_a_chord_grows_while_it_runs(task: Make, language: str) -> None:
    """What a header task adds is waited for, and its result is the body's as well."""
    more = [task("add", n, 10, language=language) for n in range(3)]
    result = chord([task("extend", 1, more), task("echo", 2)])(task("sum"))
    assert value_of(result) == 1 + 2 + 10 + 11 + 12


def test_a_task_sends_others(app: Celery, task: Make) -> None:
    """What a task sends is among the children of its result."""
    parent = task("apply", task("add", 2, 3)).apply_async()
    (child, before), members = value_of(parent)
    assert (before, members) == (None, None)
    assert value_of(app.AsyncResult(child)) == 5
    assert [r.id for r in parent.children] == [child]
    assert app.backend.get_task_meta(child)["parent_id"] == parent.id


def test_retries_keep_their_place(task: Make) -> None:
    """A chain and a chord in which every task is run twice."""
    header = [chain(task("retry_add", n, 1), task("retry_add", 1)) for n in range(5)]
    assert value_of(chord(header)(task("sum"))) == sum(n + 2 for n in range(5))
