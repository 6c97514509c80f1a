"""Writes the fixtures that say what CPython 3.11 and Celery 5.7 do: texts of values, exceptions, times, calls.

Run it with an interpreter that has celery installed.
"""

import inspect
import itertools
import json
import random
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import celery.exceptions
from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError
from celery.utils.saferepr import saferepr

from make_json_cases import number

HERE = Path(__file__).parent
rng = random.Random(20240301)


def write(name, cases):
    """Write cases, one in each line."""
    lines = ",\n".join(json.dumps(case) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n")


CHARACTERS = ["a", "b", " ", "'", '"', "\\", "\n", "\t", "\x00", "\x7f", "\x85", "\xa0", "\xad", "\u00e9", "\u0301"]
CHARACTERS += ["\u2028", "\u3000", "\u4e2d", "\ue000", "\ufeff", "\U0001f600", "\U000e0001", "\ud83d", "\ude00"]


def text():
    """Draw a text."""
    drawn = "".join(rng.choice(CHARACTERS) for _ in range(rng.choice([0, 1, 3, 10, 30])))
    # Surrogates that happen to stand side by side become a pair, as they do for whoever reads the fixture.
    return json.loads(json.dumps(drawn))


def whole(value):
    """Drop surrogates."""
    return "".join(c for c in value if not 0xD800 <= ord(c) < 0xE000)


def value(depth=0):
    """Draw a value."""
    kind = rng.randrange(9 if depth < 5 else 6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind in (1, 2):
        return number()
    if kind in (3, 4, 5):
        return text()
    if kind in (6, 7):
        return [value(depth + 1) for _ in range(rng.randrange(5))]
    return {whole(text()): value(depth + 1) for _ in range(rng.randrange(5))}


def has_surrogates(shown):
    """Tell whether a text holds surrogates."""
    return any(0xD800 <= ord(c) < 0xE000 for c in shown)


def repr_cases():
    """[value, maxlen, maxlevels, saferepr, saferepr of the value's elements as a tuple or null, repr]."""
    fixed = [[], {}, [[]], [[[[1]]]], {"a": {"b": {"c": {"d": 1}}}}, "x" * 2000, "word " * 300, list(range(1000))]
    for item in fixed + [value() for _ in range(700)]:
        limit = rng.choice([1, 2, 5, 10, 20, 50, 100, 1024])
        levels = rng.choice([1, 2, 3, 3, 3, 10])
        safe = saferepr(item, maxlen=limit, maxlevels=levels)
        pair = saferepr(tuple(item), maxlen=limit, maxlevels=levels) if isinstance(item, list) else None
        if not has_surrogates(safe) and not has_surrogates(pair or ""):
            yield [item, limit, levels, safe, pair, repr(item)]


class Nested:
    """A class around a class."""

    class Error(Exception):
        """A class inside a class."""


def exception_cases():
    """[type, module, arguments, repr, last line of the traceback]."""
    import traceback

    exceptions = [
        ValueError("bad value"),
        ValueError("bad value", 1),
        ValueError(),
        ValueError(None),
        ValueError(1.5),
        ValueError(["a", {"b": None}]),
        ValueError("it's"),
        ValueError("line\nbreak"),
        KeyError("k"),
        KeyError("k", 2),
        KeyError(),
        OSError("disk"),
        OSError(2, "No such file"),
        FileNotFoundError(2, "No such file or directory"),
        ConnectionError("temp"),
        TypeError("f() takes 1 positional argument but 2 were given"),
        RuntimeError("\u4e2d\u6587"),
        ZeroDivisionError("division by zero"),
        Nested.Error("inner", 3),
        celery.exceptions.NotRegistered("no.such.task"),
        celery.exceptions.TaskRevokedError("revoked"),
        celery.exceptions.ChordError("Dependency x raised ValueError('a')"),
        celery.exceptions.MaxRetriesExceededError("Can't retry"),
        celery.exceptions.InvalidTaskError("x"),
        celery.exceptions.Reject("why", requeue=False),
        WorkerLostError("Worker exited prematurely: exitcode 9 Job: 20."),
        TimeLimitExceeded(1),
        TimeLimitExceeded(1.5),
        SoftTimeLimitExceeded(),
    ]
    for exc in exceptions:
        last = "".join(traceback.format_exception_only(type(exc), exc)).removesuffix("\n")
        yield [type(exc).__qualname__, type(exc).__module__, list(exc.args), repr(exc), last]


def time_cases():
    """[text, microseconds since 1970 or null when Python refuses it, isoformat in UTC or null]."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    texts = [
        "2026-11-23T18:47:45.538412+00:00",
        "2026-11-23T18:47:45.538412",
        "2026-11-23T18:47:45+00:00",
        "2026-11-23T18:47:45Z",
        "2026-11-23T18:47:45.5Z",
        "2026-11-23 18:47:45+02:00",
        "2026-11-23T18:47+0200",
        "2026-11-23T18:47:45.123456789-05:30",
        "2026-11-23",
        "20261123T184745Z",
        "20261123T1847",
        "1969-12-31T23:59:59.999999+00:00",
        "0001-01-01T00:00:00+00:00",
        "9999-12-31T23:59:59.999999+00:00",
        "2024-02-29T00:00:00",
        "2023-02-29T00:00:00",
        "2100-02-29T00:00:00",
        "2000-02-29T00:00:00",
        "2026-13-01T00:00:00",
        "2026-00-01T00:00:00",
        "2026-01-32T00:00:00",
        "2026-01-01T24:00:01",
        "2026-01-01T00:60:00",
        "2026-01-01T00:00:60",
        "2026-01-01T00:00:00+24:00",
        "2026-01-01T00:00:00.",
        "2026-01-01T00:00:00x",
        "2026-01-01T",
        "2026-01",
        "",
        "now",
        "2026-01-01T00:00:00+00:00 ",
        "2026-1-1T00:00:00",
    ]
    for _ in range(300):
        moment = datetime(1, 1, 2) + timedelta(
            days=rng.randrange(3_652_000), microseconds=rng.randrange(86_400_000_000)
        )
        zone = timezone(timedelta(minutes=rng.choice([0, 0, 60, -330, 845])))
        texts.append(moment.replace(tzinfo=zone, microsecond=rng.choice([0, moment.microsecond])).isoformat())
    for item in texts:
        try:
            moment = datetime.fromisoformat(item)
        except ValueError:
            yield [item, None, None]
            continue
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        try:
            canonical = moment.astimezone(UTC).isoformat()
        except OverflowError:
            continue
        yield [item, (moment - epoch) // timedelta(microseconds=1), canonical]


def zlib_cases():
    """[text as hexadecimal bytes, the same compressed]."""
    texts = [b"", b"a", b"a" * 1000, bytes(range(256)) * 3, rng.randbytes(700), b"[[1, 2], {}, {}]"]
    texts += ["\u6b63\u5728\u63d0\u53d6 PDF".encode() * 40, json.dumps([*range(300)]).encode()]
    texts += [bytes(rng.choice(b"abcdefgh") for _ in range(rng.randrange(1, 900))) for _ in range(4)]
    for item in texts:
        for level in (0, 1, 9):
            for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FIXED):
                packer = zlib.compressobj(level, zlib.DEFLATED, 15, 9, strategy)
                yield [item.hex(), (packer.compress(item) + packer.flush()).hex()]


def none():
    """Take nothing."""


def one(a):
    """Take one argument."""


def two(a, b):
    """Take two arguments."""


def three(a, b, c):
    """Take three arguments."""


def optional(a=None):
    """Take at most one argument."""


def mixed(a, b=None, c=None):
    """Take one to three arguments."""


def pair(a, b, c=None):
    """Take two or three arguments."""


def four(a, b, c, d):
    """Take four arguments."""


def many(a, b, c, d=None, e=None):
    """Take three to five arguments."""


def rest(a, b, c=None, *args, **kwargs):
    """Take two arguments or more."""


def faults(function, args, kwargs):
    """Count what is wrong with a call."""
    signature = inspect.signature(function).parameters.values()
    parameters = [p for p in signature if p.kind is p.POSITIONAL_OR_KEYWORD]
    is_open = len(parameters) < len(signature)
    bound = {p.name for p in parameters[: len(args)]}
    missing = [p.name for p in parameters if p.default is p.empty and p.name not in bound and p.name not in kwargs]
    unexpected = [k for k in kwargs if not is_open and k not in {p.name for p in parameters}]
    multiple = [k for k in kwargs if k in bound]
    return len(missing) + len(unexpected) + len(multiple) + (not is_open and len(args) > len(parameters))


def argument_cases():
    """[function, args, kwargs, number of faults, TypeError's text or null]."""
    small = itertools.product((none, one, two, three, optional, mixed, pair), range(5), ["abcx"])
    large = itertools.product((four, many, rest), range(7), ["abdxy"])
    for function, count, letters in itertools.chain(small, large):
        for size in range(4):
            for names in itertools.permutations(letters, size):
                args = [*range(count)]
                kwargs = {name: name.upper() for name in names}
                try:
                    function(*args, **kwargs)
                    message = None
                except TypeError as exc:
                    message = str(exc)
                yield [function.__name__, args, kwargs, faults(function, args, kwargs), message]


if __name__ == "__main__":
    write("repr-cases.json", repr_cases())
    write("exception-cases.json", exception_cases())
    write("time-cases.json", time_cases())
    write("zlib-cases.json", zlib_cases())
    write("argument-cases.json", argument_cases())
