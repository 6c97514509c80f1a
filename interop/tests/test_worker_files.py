"""What a worker says when it starts, what it writes into files, and what it throws away."""

import json
import signal
from pathlib import Path

from support.control import Remote
from support.fleet import Fleet
from support.waiting import eventually


def text(file: Path) -> str:
    """The content of a file; nothing as long as it is not there."""
    return file.read_text(encoding="utf-8") if file.exists() else ""


def test_banner(fleet: Fleet) -> None:
    """The banner is Celery's, before the first line of the log, and hides passwords."""
    with fleet.redis.connect() as client:
        client.config_set("requirepass", "secret-word")
    url = f"redis://:secret-word@127.0.0.1:{fleet.redis.port}/0"
    worker = fleet.interop_worker(options=("-b", url, "--result-backend", url))
    shown = f"redis://:********@127.0.0.1:{fleet.redis.port}/0"
    worker.wait_for_line(r"^ -------------- i1@\S+ v\d")
    for line in (
        "- ** ---------- [config]",
        f"- ** ---------- .> transport:   {shown}",
        f"- ** ---------- .> results:     {shown}",
        "- *** --- * --- .> concurrency: 2 (prefork)",
        "                .> interop          exchange=interop(direct) key=interop",
        "[tasks]",
        "  . interop.add",
    ):
        assert line in worker.lines
    assert worker.lines.index("[tasks]") < next(i for i, line in enumerate(worker.lines) if "MainProcess" in line)
    worker.wait_for_line(rf"Connected to redis://:\*{{8}}@127\.0\.0\.1:{fleet.redis.port}/0$")
    assert "secret-word" not in worker.output


def test_values_right_behind_their_flags(fleet: Fleet) -> None:
    """`-c1 -Psolo -Ofair` and the like mean what they mean to Celery's worker."""
    worker = fleet.interop_worker(options=("-Qhigh,low", "-c1", "-Psolo", "-Ofair", "-linfo"))
    worker.wait_for_line(r"\.> concurrency: 1 \(solo\)$")
    for queue in ("interop", "high", "low"):
        assert worker.count(rf"\.> {queue} +exchange={queue}\(direct\) key={queue}$") == 1


def test_quiet_and_structured_logs_have_no_banner(fleet: Fleet) -> None:
    """With --log-format json each line is an object, and the first says how the worker is set."""
    quiet = fleet.interop_worker(node="q", options=("-q",))
    assert "[config]" not in quiet.output
    worker = fleet.interop_worker(node="j", options=("--log-format", "json"), wait=False)
    worker.wait_for_line(r"ready\.")
    lines = [json.loads(line) for line in worker.lines]
    assert lines[0]["message"] == "starting"
    assert lines[0]["queues"] == "interop"
    assert lines[0]["transport"] == fleet.redis.url
    assert "interop.add" in lines[0]["tasks"].split(",")


def test_purge(fleet: Fleet) -> None:
    """--purge empties the worker's queues, and no others, before it takes anything."""
    old = [fleet.app.send_task("interop.add", args=[n, 1], queue="interop") for n in range(3)]
    fleet.app.send_task("interop.add", args=[1, 1], queue="other")
    worker = fleet.interop_worker(options=("--purge",))
    worker.wait_for_line(r"purge: Erased 3 messages from the queue\.")
    assert fleet.app.send_task("interop.add", args=[1, 2], queue="interop").get(timeout=30) == 3
    assert [result.state for result in old] == ["PENDING"] * 3
    assert fleet.redis.waiting("interop") == 0
    assert fleet.redis.waiting("other") == 1


def test_logfile(fleet: Fleet) -> None:
    """Logs are appended to the file of the node, which is made anew when it was moved away."""
    file = fleet.directory / "i1.log"
    file.write_text("what was there\n", encoding="utf-8")
    worker = fleet.interop_worker(options=("-f", str(fleet.directory / "%n%I.log")), wait=False)
    eventually(lambda: " ready." in text(file), "it is ready")
    assert text(file).startswith("what was there\n")
    assert "MainProcess" not in worker.output
    moved = file.rename(fleet.directory / "i1.log.1")
    result = fleet.app.send_task("interop.fail_swift", queue="interop")
    assert "InteropFailure" in repr(result.get(timeout=30, propagate=False))
    eventually(lambda: f"{result.id}] raised unexpected" in text(file), "the new file has the new lines")
    assert result.id not in text(moved)
    # What a child of the pool writes is there too.
    assert Path(f"/proc/{min(worker.children())}/fd/2").readlink() in (file, moved)


def test_logfile_that_cannot_be_written(fleet: Fleet) -> None:
    """Such a file is an error at once, with its name."""
    worker = fleet.interop_worker(options=("-f", str(fleet.directory / "missing" / "w.log")), wait=False)
    assert worker.wait() == 64
    assert "missing/w.log cannot be written" in worker.output


def test_pidfile(fleet: Fleet) -> None:
    """The file holds the worker's number, keeps a second one from starting, and goes with the first."""
    options = ("--pidfile", str(fleet.directory / "%n.pid"))
    file = fleet.directory / "i1.pid"
    worker = fleet.interop_worker(options=options)
    assert text(file) == f"{worker.pid}\n"
    second = fleet.interop_worker(options=options, wait=False)
    assert second.wait() == 73
    assert f"already exists. Seems we're already running? (pid: {worker.pid})" in second.output
    assert text(file) == f"{worker.pid}\n"
    worker.signal(signal.SIGHUP)
    eventually(lambda: worker.count(r" ready\.$") == 2, "it is ready again")
    assert text(file) == f"{worker.pid}\n"
    assert worker.stop() == 0
    assert not file.exists()


def test_stale_pidfile(fleet: Fleet) -> None:
    """The file of a worker that was killed does not keep the next one from starting."""
    options = ("--pidfile", str(fleet.directory / "w.pid"))
    first = fleet.interop_worker(options=options)
    first.signal(signal.SIGKILL)
    first.wait()
    second = fleet.interop_worker(options=options)
    assert "Stale pidfile exists - Removing it." in second.output
    assert text(fleet.directory / "w.pid") == f"{second.pid}\n"


def test_state_survives_the_whole_fleet(fleet: Fleet) -> None:
    """Revoked tasks and the logical clock are kept when no worker is left, with or without --statedb."""
    first = fleet.interop_worker(node="first")
    remote = Remote(fleet.app, "first")
    fleet.app.control.revoke("some-task")
    eventually(lambda: remote.ask("revoked") == ["some-task"], "it is revoked")
    before = remote.ask("clock")["clock"]
    assert first.stop() == 0
    fleet.interop_worker(node="second", options=("--statedb", str(fleet.directory / "state")))
    later = Remote(fleet.app, "second")
    assert later.ask("revoked") == ["some-task"]
    assert later.ask("clock")["clock"] > before
