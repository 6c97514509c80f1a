"""Writes json-cases.json: texts, and what Python's json module makes of them.

Each case is [source as hexadecimal bytes, dumps(loads(source)) or null when Python refuses it,
the same with ensure_ascii=False as hexadecimal or null, the same with sort_keys].
"""

import json
import random
import struct
import sys
from pathlib import Path

sys.set_int_max_str_digits(0)
rng = random.Random(20240229)


def surrogates_fit(text):
    """Tell whether a text has no lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def case(source):
    """Make the case of one source."""
    try:
        value = json.loads(source.decode("utf-8"))
        plain = json.dumps(value)
    except (ValueError, RecursionError):
        return [source.hex(), None, None, None]
    unicode = json.dumps(value, ensure_ascii=False)
    return [
        source.hex(),
        plain,
        unicode.encode().hex() if surrogates_fit(unicode) else None,
        json.dumps(value, sort_keys=True),
    ]


def has_broken_key(value):
    """Tell whether a key holds a lone surrogate."""
    if isinstance(value, dict):
        return any(not surrogates_fit(k) or has_broken_key(v) for k, v in value.items())
    return isinstance(value, list) and any(map(has_broken_key, value))


FIXED = r"""
null|true|false|0|-0|-0.0|0.0|1|1.0|-1|1e0|1E0|1e+16|1e16|1e15|1e22|1e23|1e-5|1e-4|0.0001|0.00001|5e-324|4.9e-324
2.2250738585072014e-308|1.7976931348623157e308|1.7976931348623159e308|1e400|-1e400|1e-400|-1e-400|123456789012345678
9007199254740993|9007199254740993.0|9999999999999998.0|99999999999999990.0|123456789012345680.0|1e21|1.5e300|0.1|0.3
9223372036854775807|9223372036854775808|-9223372036854775808|-9223372036854775809|18446744073709551616|0.30000000000000004
100000000000000000000000000000000000000000000000000000000000001|-100000000000000000000000000000000000000000000000001
NaN|Infinity|-Infinity|[NaN,Infinity,-Infinity]|nan|inf|-NaN|+1|01|-01|1.|.5|-|1e|1e+|0x10|1_000|00|--1|- 1|1 2|1,|,
""|"a"|"\"\\\/\b\f\n\r\t"|"\u0000\u001f\u007f"|"\u00e9"|"\ud83d\ude00"|"\ud83d"|"\ude00"|"\ud83d\ud83d\ude00"|"\ude00\ud83d"
"\ud83dx"|"x\ud83d\n"|"\ud83d\u0041"|"\uD83D\uDE00"|"\u12"|"\u12g4"|"\x"|"\'"|"abc|"|"\|'a'|"a"b|"a" "b"|"\u
"\ud83d\u|"\ud83d\ude
{"a":1}|{"a" : 1 , "b":[1,2 , {}]}|{"a":1,"a":2}|{"b":1,"a":2,"b":3}|{"a":1,}|{,}|{"a"}|{"a":}|{1:2}|{a:1}|{"a":1 "b":2}
{"a":1|{"a":1]|[1,2|[1,2}|[1,]|[,1]|[]|{}|[ ]|{ }|[[]]|[[[[[[]]]]]]|[1 2]|[1,,2]|nul|nulll|truefalse
tru|True|None|[null,true]
{"\u00e9":1,"e\u0301":2}|{"z":1,"a":{"y":1,"b":2},"\ud83d\ude00":3,"\uffff":4}|{"":0}|{"a\u0000b":"\u0000"}
"""


def fixed():
    """Yield the sources chosen by hand."""
    for line in FIXED.strip().splitlines():
        for text in line.split("|"):
            yield text.encode()
            yield b" \t\r\n" + text.encode() + b"\n "
    yield from (
        b"",
        b" ",
        b"\xef\xbb\xbf1",
        b'"\x00"',
        b'"\x1f"',
        b'"\x7f"',
        b'"\n"',
        b'"\xff"',
        b'"\xc0\x80"',
        b'"\xed\xa0\x80"',
        b'"\xf4\x90\x80\x80"',
        b'"\xe4\xb8"',
        b'"\\u0041\xff"',
        b"\x0b1",
        b"\xc2\xa01",
        b"1\x00",
        "\u4e2d\u6587".encode(),
        '"\u4e2d\u6587 \U0001f600 \u2028 e\u0301 \u00e9"'.encode(),
        '{"\u00e9": 1, "e\u0301": 2}'.encode(),
        b"[" * 300 + b"]" * 300,
        b'{"a":' * 200 + b"1" + b"}" * 200,
    )


ALPHABET = ["a", "Z", " ", '"', "\\", "/", "\n", "\x00", "\x1f", "\x7f", "\x80", "\u00e9", "\u0301", "\u4e2d", "\uffff"]
ALPHABET += ["\U0001f600", "\U0010ffff", "\ud83d", "\ude00", "<", "'", "\u2028"]


def text(surrogates=True):
    """Draw a text."""
    chars = ALPHABET if surrogates else [c for c in ALPHABET if surrogates_fit(c)]
    return "".join(rng.choice(chars) for _ in range(rng.choice([0, 1, 2, 5, 15, 16])))


def number():
    """Draw a number."""
    kind = rng.randrange(6)
    if kind == 0:
        return rng.randint(-10, 10)
    if kind == 1:
        return rng.randint(-(2**70), 2**70)
    if kind == 2:
        return struct.unpack("<d", rng.randbytes(8))[0]
    if kind == 3:
        return rng.randint(-(10**17), 10**17) / 10 ** rng.randint(0, 20)
    if kind == 4:
        return float(rng.randint(0, 10**18)) * 10.0 ** rng.randint(-30, 30)
    return rng.choice([2**53, 2**63 - 1, 2**63, -(2**63), 1e15, 1e16, 1e17, 1e-4, 1e-5]) + rng.randint(-2, 2)


def value(depth):
    """Draw a value."""
    kind = rng.randrange(9 if depth < 4 else 6)
    if kind == 0:
        return rng.choice([None, True, False])
    if kind in (1, 2, 3):
        return number()
    if kind in (4, 5):
        return text()
    if kind in (6, 7):
        return [value(depth + 1) for _ in range(rng.randrange(5))]
    return {
        text(surrogates=False): value(depth + 1) for _ in range(rng.choice([0, 1, 1, 2, 3, 40 if depth < 2 else 4]))
    }


def generated():
    """Yield drawn sources, some of them damaged."""
    for _ in range(200):
        options = rng.choice([{}, {"indent": 1}, {"separators": (",", ":")}])
        yield json.dumps(value(0), **options).encode()
    for _ in range(400):
        yield repr(number()).encode()
    for _ in range(300):
        whole, fraction = (rng.randint(0, 10 ** rng.randint(1, 25)) for _ in range(2))
        yield f"{whole}.{fraction}e{rng.randint(-330, 310)}".encode()
    for _ in range(400):
        source = bytearray(json.dumps(value(2)).encode())
        for _ in range(rng.randint(1, 3)):
            place = rng.randrange(len(source) + 1)
            action = rng.randrange(3)
            if action == 0:
                source[place : place + 1] = b""
            elif action == 1:
                source[place:place] = bytes([rng.choice(b'{}[]",:\\u0e.-+ \x01\xff19ntf')])
            else:
                source[place:] = b""
        yield bytes(source)


if __name__ == "__main__":
    cases = [case(source) for source in (*fixed(), *generated())]
    # Keys with lone surrogates are refused here by design, unlike in Python.
    cases = [c for c in cases if c[1] is None or not has_broken_key(json.loads(bytes.fromhex(c[0])))]
    lines = ",\n".join(json.dumps(c) for c in cases)
    Path(__file__).with_name("json-cases.json").write_text(f"[\n{lines}\n]\n")
