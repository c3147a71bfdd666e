"""Makes wrong inputs out of right ones: by byte, by piece, by value; the same chance makes the same input."""

import copy
import random
from collections.abc import Iterator
from typing import Any

from tests.attacks import ATTACKS

NUMBERS = (
    *(0, -1, 1, 5, 10**12, -(10**12), 10**18, 2**63, 10**400, 0.1, -0.0, 1e308, 1e-320, 2024, 1949, 2101, 9999999),
    *(float("nan"), float("inf"), float("-inf")),
)
WORDS = (
    *("", " ", "\u00a0", "nan", "NaN", "inf", "-Infinity", "1e400", "1,5", "1.234,5", "1_000", "0x7E8", "0o17", "020"),
    *("12:30", "33:44", "1:2:3.5", "yes", "no", "on", "~", "null", "true", "2024-02-30", "2024-01-01", "0000-00-00"),
    *("\u0000", "\ufeff", "\u202e", "\ud800", "\u2028", "\x1b[2J", "\x85", "ä" * 300, "a" * 70_000, "9" * 5_000),
    *("..", ".", "/", "../../x", "=1+1", "@", "*a", "&a", "!!str", "<<", "- ", ": ", "#", '"', "'", "{", "}", "[", "]"),
    *("None", "total", "205", "SSS", "MK18", "P1", "M01", "sotkanet:1", "fi", "ａ", "٣", "²", "١٢٣", "1 000", "−5"),
    *ATTACKS,
)
PIECES = (
    *(
        b"\x00",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\xfe\xff",
        b"\xed\xa0\x80",
        b"\r",
        b"\n",
        b"\t",
        b'"',
        b"'",
        b",",
        b";",
        b"\\",
    ),
    *(
        b"{",
        b"}",
        b"[",
        b"]",
        b"[" * 2_000,
        b"{" * 500,
        b"- " * 700,
        b"? " * 300,
        b"*a",
        b"&a ",
        b"!!python/name:os ",
        b"<<: ",
    ),
    *(
        b"%",
        b"@",
        b"`",
        b"|\n",
        b">\n",
        b"---\n",
        b"...\n",
        b"0",
        b"9",
        b"-",
        b".",
        b"e9",
        b"1e999",
        b"NaN",
        b"Infinity",
    ),
    *(
        b"null",
        b"true",
        b"\\ud800",
        b"\\u0000",
        b"</",
        b"<!--",
        b"<!ENTITY x 'y'>",
        b"<c>",
        b"<v/>",
        b" ",
        b"\xe2\x80\xae",
    ),
)


def _changed(piece: bytes, chance: random.Random) -> bytes:
    """One change of a piece, drawn by chance."""
    return {
        0: lambda: chance.choice(PIECES) + piece,
        1: lambda: b"",
        2: lambda: piece * chance.choice((2, 2, 3, 50)),
        3: lambda: bytes(chance.randrange(256) for _ in piece),
        4: lambda: chance.choice(WORDS).encode("utf-8", "surrogatepass"),
        5: lambda: piece[::-1],
    }[chance.randrange(6)]()


def mutated(content: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four changes: a piece put in, taken out, doubled, moved or overwritten."""
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        start = chance.randrange(len(content) + 1)
        end = min(len(content), start + chance.choice((0, 1, 1, 2, 5, 20, 200)))
        content = content[:start] + _changed(content[start:end], chance) + content[end:]
        if chance.random() < 0.03:
            content = content[: chance.randrange(len(content) + 1)]
    return content


def changed(tree: Any, chance: random.Random) -> Any:
    """A copy of lists and mappings with one to three of its values, keys or members changed."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice((1, 1, 2, 3))):
        places = list(_places(tree))
        if places:
            _change(*chance.choice(places), chance)
    return tree


def odd_value(chance: random.Random) -> Any:
    """A value that nobody expects at some place."""
    kinds = (chance.choice(NUMBERS), chance.choice(WORDS), chance.choice(WORDS), None, True, [], {}, [[]], {"a": 1})
    return copy.deepcopy(chance.choice(kinds))


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every holder with every key or index in it."""
    if isinstance(tree, (dict, list)):
        for key in list(tree) if isinstance(tree, dict) else range(len(tree)):
            yield tree, key
            yield from _places(tree[key])


def _change(holder: Any, key: Any, chance: random.Random) -> None:
    what = chance.randrange(7)
    if what == 0:
        del holder[key]
    elif what == 1 and isinstance(holder, dict):
        holder[chance.choice(WORDS)] = holder.pop(key)
    elif what == 1:
        holder.append(copy.deepcopy(holder[key]))
    elif what == 2 and isinstance(holder[key], str):
        text = holder[key]
        at = chance.randrange(len(text) + 1)
        holder[key] = text[:at] + chance.choice(WORDS) + text[at:]
    elif what == 3 and isinstance(holder[key], (int, float)):
        holder[key] = (holder[key] if abs(holder[key]) < 1e12 else 1) * chance.choice((-1, 0, 10, 1e9)) + 0.5
    else:
        holder[key] = odd_value(chance)
