"""Workers are killed while chords run on them: every chord comes to its end, with every part in it."""

import signal

from celery import chord, group, signature

from support.fleet import Fleet
from support.waiting import eventually

CHORDS = 60
PARTS = 8
KILLS = 6
# The claim of a dead worker runs out after seconds, its messages come back after twelve.
PATIENCE = 120


def test_chords_survive_the_workers_that_ran_them(fleet: Fleet) -> None:
    """Killing workers in the middle of chords loses no part and no body."""
    fleet.interop_worker(concurrency=2, node="stays")
    victims = [fleet.interop_worker(concurrency=2, node=f"victim-{n}") for n in range(2)]

    def add(*args: int) -> signature:
        return signature("interop.add", args=args, app=fleet.app, queue="interop")

    body = signature("interop.sum", app=fleet.app, queue="interop")
    results = []
    for number in range(CHORDS):
        header = group(add(number, part) for part in range(PARTS))
        results.append(chord(header, body.clone()).apply_async())
        if number % (CHORDS // KILLS) == 0:
            victim = victims.pop(0)
            victim.signal(signal.SIGKILL)
            assert victim.wait() == -signal.SIGKILL
            victims.append(fleet.interop_worker(concurrency=2, node=f"next-{number}"))

    expected = [PARTS * number + sum(range(PARTS)) for number in range(CHORDS)]
    assert [result.get(timeout=PATIENCE) for result in results] == expected
    eventually(lambda: fleet.redis.unacknowledged() == 0, "all messages are acknowledged")
    with fleet.redis.connect() as client:
        left = [key for key in client.scan_iter("celery-taskset-meta-*.[stj]")]
    assert left == [], "the keys of chords that have ended are gone"
