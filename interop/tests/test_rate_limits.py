"""Rate limits, set by Celery's own remote control while the worker runs."""

from support.client import Follower
from support.fleet import Fleet


def test_limit_holds_back_its_task_alone(fleet: Fleet) -> None:
    """Two starts a second for one task; another one overtakes those that wait."""
    fleet.interop_worker(concurrency=2)
    control = fleet.app.control
    answers = control.rate_limit("interop.time", "2/s", reply=True, timeout=10)
    assert [list(answer.values())[0] for answer in answers or []] == [{"ok": "new rate limit set successfully"}]
    limited = [Follower(fleet.app, fleet.redis.connect()) for _ in range(4)]
    for follower in limited:
        follower.send("interop.time", queue="interop")
    other = fleet.app.send_task("interop.add", args=[1, 2], queue="interop")
    assert other.get(timeout=30) == 3
    times = sorted(follower.finish().value["time"] for follower in limited)
    gaps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    # The clocks of the bucket and of the tasks differ by less than this.
    assert min(gaps) > 0.45


def test_limit_that_cannot_be_read(fleet: Fleet) -> None:
    """The answer is Celery's, and the limit stays as it was."""
    fleet.interop_worker()
    answers = fleet.app.control.rate_limit("interop.time", "often", reply=True, timeout=10)
    words = "Invalid rate limit string: ValueError(\"could not convert string to float: 'often'\")"
    assert [list(answer.values())[0] for answer in answers or []] == [{"error": words}]
