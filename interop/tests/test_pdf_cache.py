"""What the worker leaves in Redis, read as the existing services read it."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import redis
from conftest import Run

from support.fleet import Fleet
from support.pdfs import CHINESE_SENTENCE, ENGLISH_SENTENCE, write_bilingual_pdf

pytestmark = pytest.mark.usefixtures("worker")

PDF_ID = "文档-7"


@pytest.fixture(scope="module")
def path(shared: Fleet) -> Path:
    """A file with a Chinese name in a folder with a Chinese name."""
    folder = shared.directory / "资料 2026"
    folder.mkdir()
    return write_bilingual_pdf(folder / "灯塔 报告(一).pdf", "cached")


@pytest.fixture
def cached(client: "redis.Redis", run: Run, path: Path) -> "redis.Redis":
    """A client of the server on which the document has been processed."""
    if not client.exists(f"pdf:{PDF_ID}:chunks"):
        followed = run("process_pdf_task", pdf_path=str(path), pdf_id=PDF_ID)
        assert followed.states[-1] == "SUCCESS", followed.documents[-1]
    return client


def read(client: "redis.Redis", part: str) -> tuple[bytes, Any]:
    """The stored bytes, and their value as `CacheService.get` returns it."""
    stored = cast(bytes, client.get(f"pdf:{PDF_ID}:{part}"))
    return stored, json.loads(stored)


def test_chunks(cached: "redis.Redis") -> None:
    """A list of chunks with their ids, texts and real page numbers."""
    _, chunks = read(cached, "chunks")
    assert isinstance(chunks, list)
    assert chunks
    for number, chunk in enumerate(chunks):
        assert chunk["id"] == f"{PDF_ID}_chunk_{number}"
        assert chunk["text"].strip()
        assert 1 <= chunk["page"] <= chunk["page_end"] <= 3
        assert 0 < chunk["tokens"] <= 512


def test_chinese_text_is_exact(cached: "redis.Redis") -> None:
    """Chinese stands there as UTF-8, not as escapes, and nothing is lost of it."""
    stored, chunks = read(cached, "chunks")
    assert CHINESE_SENTENCE.encode() in stored
    assert any(CHINESE_SENTENCE in chunk["text"] for chunk in chunks)
    assert any(ENGLISH_SENTENCE in chunk["text"] for chunk in chunks)


def test_page_numbers_are_real(cached: "redis.Redis") -> None:
    """The chunk that holds a sentence covers the page on which it stands."""
    _, chunks = read(cached, "chunks")
    for sentence, page in [(ENGLISH_SENTENCE, 1), (CHINESE_SENTENCE, 2)]:
        chunk = next(chunk for chunk in chunks if sentence in chunk["text"])
        assert chunk["page"] <= page <= chunk["page_end"]


def test_metadata(cached: "redis.Redis", path: Path) -> None:
    """File name, number of chunks, length of the text."""
    _, chunks = read(cached, "chunks")
    stored, metadata = read(cached, "metadata")
    assert metadata["filename"] == str(path)
    assert path.name.encode() in stored
    assert metadata["chunk_count"] == len(chunks)
    assert metadata["text_length"] >= len(CHINESE_SENTENCE + ENGLISH_SENTENCE)


def test_index(cached: "redis.Redis") -> None:
    """The search index is JSON as well."""
    _, index = read(cached, "bm25")
    assert index


def test_all_expire_within_the_hour(cached: "redis.Redis") -> None:
    """Each of the three keys has a time to live of at most 3600 seconds."""
    keys = sorted(cast(list[bytes], cached.keys(f"pdf:{PDF_ID}:*")))
    names = sorted(f"pdf:{PDF_ID}:{part}".encode() for part in ("bm25", "chunks", "metadata"))
    assert keys == names
    for key in keys:
        assert 0 < cached.ttl(key) <= 3600


def test_result_agrees_with_the_cache(run: Run, path: Path, client: "redis.Redis") -> None:
    """The numbers in the result are those of the keys."""
    value = run("process_pdf_task", pdf_path=str(path), pdf_id=PDF_ID).value
    _, chunks = read(client, "chunks")
    _, metadata = read(client, "metadata")
    assert value["chunks"] == len(chunks) == metadata["chunk_count"]
    assert value["text_length"] == metadata["text_length"]
    assert value["pages"] == 3
