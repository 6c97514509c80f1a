"""Write tokens.json: passages with their true number of cl100k_base tokens.

Run in this folder: python token_reference.py, after pip install tiktoken==0.14.0 llama-index-core==0.14.25, whose
wheel carries the vocabulary as a tiktoken cache, so that no network is needed.
"""

import json
import os
from importlib.util import find_spec
from pathlib import Path

core = Path(next(iter(find_spec("llama_index.core").submodule_search_locations)))
os.environ["TIKTOKEN_CACHE_DIR"] = str(core / "_static" / "tiktoken_cache")

import tiktoken  # noqa: E402  (reads the variable when a vocabulary is loaded)

import generate  # noqa: E402

CODE = """def add(x: int, y: int = 2) -> int:
    total = x + y
    for index in range(10):
        total += index * 3.14159
    return total

SELECT name, COUNT(*) FROM users WHERE created_at > '2024-05-01' GROUP BY name;
"""
TABLE = "\n".join(f"{n} {n * 37 % 101} {n * 1009} {n / 7:.3f} item-{n}" for n in range(40))


def plain(paragraphs: list[str]) -> str:
    """One paragraph to a line."""
    return "\n".join(paragraphs).replace(generate.SOFT_HYPHEN, "")


PASSAGES = {
    "english": plain(generate.ENGLISH + generate.SAMPLE_ENGLISH + generate.SAMPLE_SEARCH),
    "chinese": plain(generate.CHINESE + generate.SAMPLE_CHINESE + generate.SAMPLE_RETRIEVAL),
    "mixed": plain(generate.MIXED * 3 + generate.SAMPLE_RETRIEVAL),
    "code": CODE * 3,
    "numbers": TABLE,
}

if __name__ == "__main__":
    encoding = tiktoken.get_encoding("cl100k_base")
    fixture = [{"name": name, "text": text, "tokens": len(encoding.encode(text))} for name, text in PASSAGES.items()]
    text = json.dumps(fixture, ensure_ascii=False, indent=1) + "\n"
    Path(__file__).with_name("tokens.json").write_text(text, encoding="utf-8")
