"""The commands of `celery-pdf` beside the worker and the API."""

import json
import platform
import re
import signal
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from billiard.exceptions import WorkerLostError
from celery import Celery

from support.fleet import Fleet
from support.namespaces import without_folder
from support.pdfs import write_bilingual_pdf, write_encrypted_pdf
from support.process import descendants_of, is_alive
from support.program import Ended, celery_pdf
from support.service import Up
from support.waiting import eventually

# `docs/operations.md`: the package that the languages of East Asia need.
_LANGUAGE_DATA = "/usr/share/poppler"
_WARNING = "The package poppler-data is not installed"


def commands_of(up: Up) -> str:
    """The command lines of all processes that `up` has started."""
    return " ".join(Path(f"/proc/{pid}/cmdline").read_text(encoding="utf-8") for pid in descendants_of(up.pid))


def socket_of(up: Up) -> Path:
    """Where the server listens that `up` has started for itself."""
    line = up.wait_for_line(r"a Redis server of our own is at redis\+socket://\S+ until we stop")
    found = re.search(r"redis\+socket://(\S+)", line)
    assert found is not None
    return Path(found[1])


def process(up: Up, path: Path, pdf_id: str) -> dict[str, object]:
    """Submits a document to the API of `up` and returns the task's result."""
    task = up.post("/tasks/pdf/process", {"pdf_path": str(path), "pdf_id": pdf_id}).body["task_id"]
    eventually(lambda: up.get(f"/tasks/{task}").body["state"] in {"SUCCESS", "FAILURE"}, "the task is over")
    status = up.get(f"/tasks/{task}").body
    assert status["state"] == "SUCCESS", status
    result: dict[str, object] = status["result"]
    return result


def test_up_brings_its_own_server(fleet: Fleet, tmp_path: Path) -> None:
    """Without a broker `up` starts one, says where, serves tasks, and takes everything along at TERM."""
    up = fleet.up()
    socket = socket_of(up)
    with redis.Redis(unix_socket_path=str(socket)) as client:
        assert client.ping()
        result = process(up, write_bilingual_pdf(tmp_path / "up.pdf"), "up")
        assert (result["pdf_id"], result["pages"]) == ("up", 3)
        assert client.exists("pdf:up:chunks")
    others = descendants_of(up.pid)
    assert re.search("redis-server.*pool-child", commands_of(up))
    up.signal(signal.SIGTERM)
    assert up.wait() == 0
    assert not any(map(is_alive, others))
    assert not socket.parent.exists()


def test_up_that_is_killed_leaves_nothing(fleet: Fleet) -> None:
    """After `kill -9` neither the server nor its files nor the pool's processes stay behind."""
    up = fleet.up()
    socket = socket_of(up)
    others = descendants_of(up.pid)
    assert re.search("redis-server.*pool-child", commands_of(up))
    up.signal(signal.SIGKILL)
    up.wait()
    eventually(lambda: not any(map(is_alive, others)), "the others have ended")
    eventually(lambda: not socket.parent.exists(), "the server's folder is gone")


def test_up_on_a_server_that_is_there(fleet: Fleet, tmp_path: Path) -> None:
    """With a broker `up` starts none."""
    up = fleet.up("-b", fleet.redis.url)
    assert process(up, write_bilingual_pdf(tmp_path / "given.pdf"), "given")["pdf_id"] == "given"
    assert "redis-server" not in commands_of(up)
    with fleet.redis.connect() as client:
        assert client.exists("pdf:given:chunks")


def test_process_writes_a_summary(bilingual_pdf: Path) -> None:
    """The standard output is one JSON object, the error output silent."""
    ended = celery_pdf("process", bilingual_pdf)
    assert (ended.code, ended.errors) == (0, "")
    summary = ended.json
    assert (summary["status"], summary["pdf_id"]) == ("success", bilingual_pdf.stem)
    assert (summary["pages"], summary["filename"]) == (3, str(bilingual_pdf))
    assert summary["chunk_count"] > 0


@pytest.mark.usefixtures("worker")
def test_process_gives_what_the_task_stores(
    app: Celery, client: "redis.Redis", bilingual_pdf: Path, tmp_path: Path
) -> None:
    """Chunks and metadata are those that the task leaves in Redis; a file takes the output's place."""
    app.send_task("process_pdf_task", args=[str(bilingual_pdf), "compared"]).get(timeout=30)
    stored = {part: json.loads(client.get(f"pdf:compared:{part}") or "") for part in ("chunks", "metadata")}
    output = tmp_path / "chunks.json"
    ended = celery_pdf("process", bilingual_pdf, "--id", "compared", "--chunks", "--output", output)
    assert (ended.code, ended.output) == (0, "")
    assert json.loads(output.read_text(encoding="utf-8")) == stored["chunks"]
    summary = celery_pdf("process", bilingual_pdf, "--id", "compared").json
    assert summary == {"status": "success", "pdf_id": "compared", **stored["metadata"]}


def missing(folder: Path) -> Path:
    """A file that is not there."""
    return folder / "missing.pdf"


def text(folder: Path) -> Path:
    """A file that is something else."""
    path = folder / "notes.pdf"
    path.write_text("These are notes.\n")
    return path


def encrypted(folder: Path) -> Path:
    """A file that needs a password."""
    return write_encrypted_pdf(folder / "encrypted.pdf")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (missing, "Error: missing.pdf does not exist. Check the path.\n"),
        (text, "Error: notes.pdf is not a PDF"),
        (encrypted, "Error: encrypted.pdf is encrypted and needs a password"),
    ],
)
def test_process_refuses_bad_files(tmp_path: Path, make: Callable[[Path], Path], words: str) -> None:
    """The exit code is 1, the reason on the error output, and of workers it says nothing."""
    ended = celery_pdf("process", make(tmp_path))
    assert (ended.code, ended.output) == (1, "")
    assert ended.errors.startswith(words)
    assert "worker" not in ended.errors


def test_process_refuses_bad_flags(bilingual_pdf: Path, tmp_path: Path) -> None:
    """Settings and flags that cannot be used are 64, an output that cannot be written is 1."""
    assert celery_pdf("process", bilingual_pdf, "--max-tokens", "3").code == 64
    assert celery_pdf("process", bilingual_pdf, "--chunk").code == 64
    ended = celery_pdf("process", bilingual_pdf, "--output", tmp_path / "none" / "out.json")
    assert (ended.code, ended.output) == (1, "")
    assert "cannot be written" in ended.errors


def test_missing_language_data_is_told(fleet: Fleet, bilingual_pdf: Path) -> None:
    """Without poppler-data each command that reads PDFs says so once, and works."""
    wrapper = without_folder(_LANGUAGE_DATA)
    ended = celery_pdf("process", bilingual_pdf, wrapper=wrapper)
    assert (ended.code, ended.json["pages"]) == (0, 3)
    assert ended.errors.count(_WARNING) == 1
    for started in (fleet.pdf_worker(wrapper=wrapper), fleet.up("-b", fleet.redis.url, wrapper=wrapper)):
        assert started.count(f"WARNING/MainProcess.*{_WARNING}") == 1
    assert _WARNING not in fleet.pdf_worker(node="w2").output


@pytest.mark.usefixtures("interop")
class TestSendAndResult:
    """`send` and `result` against a Redis server on which a worker runs."""

    @pytest.fixture
    def run(self, shared: Fleet) -> Callable[..., Ended]:
        """Runs a command on the shared server."""
        return lambda *arguments: celery_pdf(*arguments, environment={"CELERY_BROKER_URL": shared.redis.url})

    def test_success(self, run: Callable[..., Ended], app: Celery) -> None:
        """`send` prints an id, under which `result` prints what Python reads as well."""
        sent = run("send", "interop.add", "--args", "[1]", "--kwargs", '{"y": 2}', "--queue", "interop")
        assert (sent.code, sent.errors) == (0, "")
        result = run("result", sent.json["task_id"], "--timeout", 30)
        assert (result.code, result.errors) == (0, "")
        assert (result.json["status"], result.json["result"]) == ("SUCCESS", 3)
        assert app.AsyncResult(sent.json["task_id"]).get(timeout=10) == 3

    def test_failure(self, run: Callable[..., Ended]) -> None:
        """A task that fails is exit code 1, also when `send` waits for it."""
        sent = run("send", "interop.fail", "--args", '["no"]', "--queue", "interop", "--wait")
        assert (sent.code, sent.json["status"]) == (1, "FAILURE")
        assert "no" in str(sent.json["result"]["exc_message"])
        again = run("result", sent.json["task_id"])
        assert (again.code, again.json) == (1, sent.json)

    def test_pending(self, run: Callable[..., Ended]) -> None:
        """What nobody knows, or nobody has done in time, is exit code 3."""
        task_id = str(uuid.uuid4())
        unknown = run("result", task_id)
        assert (unknown.code, unknown.json) == (3, {"status": "PENDING", "result": None, "task_id": task_id})
        waiting = run("send", "interop.add", "--args", "[1, 2]", "--queue", "nobody", "--timeout", "0.2")
        assert (waiting.code, waiting.json["status"]) == (3, "PENDING")

    def test_server_away(self) -> None:
        """No server is exit code 1 and a reason."""
        ended = celery_pdf("result", "any", "-b", "redis://127.0.0.1:1/0")
        assert (ended.code, ended.output) == (1, "")
        assert "Redis at 127.0.0.1:1/0 cannot be reached" in ended.errors


def test_ping(fleet: Fleet) -> None:
    """Workers are named that answer; one that is named and does not answer is exit code 1."""
    environment = {"CELERY_BROKER_URL": fleet.redis.url}
    nobody = celery_pdf("ping", "--timeout", "0.2", environment=environment)
    assert (nobody.code, nobody.json) == (1, [])
    fleet.pdf_worker(node="w1")
    everybody = celery_pdf("ping", "--timeout", 20, environment=environment)
    assert (everybody.code, everybody.json) == (0, [f"w1@{platform.node()}"])
    named = celery_pdf("ping", "w1@%h", "--timeout", 20, environment=environment)
    assert (named.code, named.json) == (0, everybody.json)
    other = celery_pdf("ping", "w1@%h", "w2@%h", "--timeout", "0.2", environment=environment)
    assert (other.code, other.json) == (1, everybody.json)
    away = celery_pdf("ping", environment={"CELERY_BROKER_URL": "redis://127.0.0.1:1/0"})
    assert (away.code, away.output) == (1, "")


def test_dead_letters(fleet: Fleet) -> None:
    """What was set aside is shown without arguments, and is run when it was sent back."""
    environment = {"CELERY_BROKER_URL": fleet.redis.url}
    fleet.interop_worker(concurrency=1, options=("--max-deliveries", "1"))
    result = fleet.app.send_task("interop.die_requeue", queue="interop")
    with pytest.raises(WorkerLostError):
        result.get(timeout=30)
    shown = celery_pdf("dead-letters", environment=environment)
    assert shown.code == 0
    letter = shown.json
    assert abs(letter.pop("time") - time.time()) < 600
    reason = "lost with its worker or process once"
    expected = {"task_id": result.id, "task": "interop.die_requeue", "queue": "interop", "reason": reason}
    assert letter == expected
    unknown = celery_pdf("dead-letters", "--requeue", "unknown", environment=environment)
    assert (unknown.code, unknown.output) == (1, "")
    back = celery_pdf("dead-letters", "--requeue", result.id, environment=environment)
    assert (back.code, back.json["task_id"]) == (0, result.id)
    with fleet.redis.connect() as client:
        # It runs, and is set aside once more.
        eventually(lambda: client.llen("swift-celery:dead-letters") == 1, "it is set aside again")
    again = celery_pdf("dead-letters", "--requeue-all", environment=environment)
    assert (again.code, again.json["task_id"]) == (0, result.id)
    both = celery_pdf("dead-letters", "--requeue-all", "--requeue", result.id, environment=environment)
    assert both.code == 64
