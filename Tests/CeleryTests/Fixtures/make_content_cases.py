"""Writes the fixtures that say what kombu's serializers and compressions make of values.

Run it with an interpreter that has kombu, msgpack, PyYAML, brotli and backports.zstd installed.
"""

import datetime
import json
import random
from decimal import Decimal
from uuid import UUID

import msgpack
import yaml
from kombu import compression, serialization
from kombu.utils import json as kombu_json
from make_python_cases import whole, write

from make_json_cases import number

rng = random.Random(20260107)

CHARACTERS = ["a", "b", " ", "'", '"', "\\", ":", "#", "-", "?", ",", "[", "{", "*", "!", "|", "%", "@", "`", "=", "~"]
CHARACTERS += ["\t", "\x00", "\x1b", "\x7f", "\x85", "\xa0", "\u00e9", "\u2028", "\u4e2d", "\ufeff", "\U0001f600"]
WORDS = ["yes", "No", "null", "~", "on", "1", "01", "0x1f", "1_0", "1.", ".5", "1e5", "1.0e+5", "1:30", "2026-01-02"]
WORDS += [
    "2026-1-2 3:04:05",
    "<<",
    "=",
    "---",
    "--- a",
    "...",
    "- a",
    "a: b",
    "a:b",
    "a #b",
    "a#b",
    "? a",
    "?a",
    ".inf",
]
WORDS += [
    "-.inf",
    ".nan",
    "+.inf",
    "0o7",
    "08",
    "1__",
    "0b1",
    "true",
    "TRUE",
    "tRUE",
    " a",
    "a ",
    "",
    "1:60",
    "-",
    "-a",
]


def text():
    """Draw a text."""
    if rng.random() < 0.4:
        return rng.choice(WORDS)
    return "".join(rng.choice(CHARACTERS) for _ in range(rng.choice([0, 1, 2, 3, 10, 30, 130])))


def value(depth=0):
    """Draw a value."""
    kind = rng.randrange(10 if depth < 4 else 7)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind in (1, 2):
        return number()
    if kind in (3, 4, 5):
        return text()
    if kind == 6:
        return rng.choice([b"", b"text", b"\x00\xff", bytes(rng.randrange(256) for _ in range(rng.choice([3, 300])))])
    if kind in (7, 8):
        return [value(depth + 1) for _ in range(rng.randrange(5))]
    return {whole(text()): value(depth + 1) for _ in range(rng.randrange(5))}


def tagged(item):
    """Return what kombu's JSON makes of a value."""
    return json.loads(kombu_json.dumps(item))


def is_finite(item):
    """Tell whether a value holds no NaN, which is unlike itself."""
    return "NaN" not in json.dumps(tagged(item))


def msgpack_cases():
    """[value, bytes]: null for a value that is refused."""
    edges = [0, 127, 128, 255, 256, 65535, 65536, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1, 2**64]
    edges += [-1, -32, -33, -128, -129, -32768, -32769, -(2**31), -(2**31) - 1, -(2**63), -(2**63) - 1]
    edges += ["x" * n for n in (31, 32, 255, 256)] + [b"x" * n for n in (255, 256)]
    edges += [[None] * n for n in (15, 16)] + [{str(k): k for k in range(n)} for n in (15, 16)]
    edges += [datetime.date(2026, 1, 2), Decimal("1.5"), UUID(int=5), datetime.time(1, 2)]
    edges += [msgpack.Timestamp(s, n) for s in (0, 2**32 - 1, 2**32, 2**34, -1) for n in (0, 1000)]
    for item in edges + [value() for _ in range(400)]:
        try:
            packed = serialization.dumps(item, serializer="msgpack")[2].hex()
        except Exception:
            packed = None
        shown = item.to_datetime() if isinstance(item, msgpack.Timestamp) else item
        yield [tagged(shown), packed]


def msgpack_refusals():
    """Bytes that Python refuses as well."""
    for packed in ["", "c1", "91", "a2c3", "81010100", "a1ff", "0000", "dd7fffffff", "dfffffffff01", "c6ffffffff"]:
        try:
            serialization.loads(bytes.fromhex(packed), "application/x-msgpack", "binary", force=True)
        except Exception:
            yield packed
        else:
            assert packed == "", packed


def yaml_dumps():
    """[value, text], the text without folds."""
    for _ in range(500):
        item = [value() for _ in range(3)]
        shown = json.dumps(tagged(item))
        if "__type__" not in shown:
            yield [tagged(item), yaml.safe_dump(item, width=10**9)]


YAML = [
    "a",
    "- 1\n- 2\n",
    "{a: 1}",
    "[1, [2, {b: 3}]]",
    "a: &x [1, 2]\nb: *x\n",
    "- &a {x: 1}\n- {<<: *a, y: 2}\n",
    "- &a {x: 1, z: 1}\n- &b {x: 2}\n- {<<: [*a, *b], y: 2, x: 3}\n",
    "{2: a, 2.5: b, null: c, true: d}",
    "a: 1\na: 2\n",
    "!!str 1",
    "!!int '0x1f'",
    "!!float 3",
    "!!bool 'on'",
    "!!null ''",
    "!!binary AP8=",
    "!!binary |\n  AP8A\n  /w==\n",
    "!!timestamp '2026-01-02'",
    "!!omap [a: 1, b: 2]",
    "!!pairs [a: 1, a: 2]",
    "!!set {a}",
    "!!python/tuple [1]",
    "!!python/object/apply:os.system ['true']",
    "!x a",
    "! 1",
    "! a",
    "--- a\n--- b\n",
    "--- 1\n...\n",
    "%YAML 1.1\n---\n[a]",
    "a: b: c",
    "[1",
    "'a",
    "*x",
    "&a [*a]",
    "\ta",
    "a\n\tb",
    "? [1]\n: 2\n",
    "? a\n: b\n",
    "- |\n  a\n  b\n- >\n  a\n  b\n",
    '"\\x41\\u00e9\\U0001F600\\N"',
    '"\\ud83d"',
    "a: =",
    "=: a",
    "<<: 1",
    "- <<",
    "{<<: [1]}",
    "2026-01-02T03:04:05Z",
    "2026-01-02 03:04:05.5 -07:30",
    "2026-13-02",
    "2026-01-02t1:02:03.1234567+1",
    "2026-01-02 03:04:05 +25",
    "1:30:00",
    "-1:30.5",
    "190:20:30",
    "0o7",
    "0b_",
    "0x_",
    "00",
    "-0",
    "+1",
    "0xffffffffffffffffffff",
    "123456789012345678901234567890",
    "1_000.5_0",
    "1.e+3",
    ".5e-3",
    "1e3",
    "-.INF",
    ".NaN",
    "[a, b: c]",
    "a: |2\n   x\n",
    "# nothing\n",
    "\ufeffa",
    "a: 'it''s'\n",
    "- - - 1\n    - 2\n",
    "2026-01-02 03:04:05.000000",
    "2001-01-01 00:00:00 -00:00",
    "[.5., 1.2.3, 1-2, +, -, .]",
    "[_1, 1_, +_1, 0_7, 0._]",
]


def read_by_libyaml(source):
    """Return what PyYAML makes of a text with the parser that is written in C."""
    try:
        return [tagged(yaml.load(source, yaml.CSafeLoader))]
    except Exception:
        return None


def yaml_reads():
    """[text, value], the value null where Python refuses the text; `[null]` in its place for one that is None."""
    for source in YAML + [drawn for drawn in (text() for _ in range(200)) if drawn] + [f"[{w}]" for w in WORDS]:
        try:
            loaded = serialization.loads(source.encode(), "application/x-yaml", "utf-8", force=True)
            shown = [tagged(loaded)]
        except Exception:
            shown = None
        # Where libyaml and Python's own parser differ (tabs, lone surrogates) there is no right answer.
        if shown == read_by_libyaml(source):
            yield [source, shown]


def compression_cases():
    """[name, contents, stream]."""
    contents = [b"", b"a", b"hello " * 50, bytes(rng.randrange(256) for _ in range(2000)), b"\0" * 5000]
    for name in ["gzip", "bzip2", "lzma", "brotli", "zstd"]:
        for content in contents:
            stream, media_type = compression.compress(content, name)
            yield [media_type, content.hex(), stream.hex()]


if __name__ == "__main__":
    write("msgpack-cases.json", filter(lambda case: is_finite(case[0]), msgpack_cases()))
    write("msgpack-refusals.json", msgpack_refusals())
    write("yaml-dumps.json", filter(lambda case: is_finite(case[0]), yaml_dumps()))
    write("yaml-reads.json", yaml_reads())
    write("compression-cases.json", compression_cases())
