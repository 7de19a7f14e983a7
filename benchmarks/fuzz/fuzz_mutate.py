"""Ways to spoil a file: bytes flipped and cut, odd numbers and names, bombs, and files that are none."""

from __future__ import annotations

import gzip
import io
import os
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from .fuzz_tables import table_damaged

NUMBERS = (
    b"nan", b"NaN", b"inf", b"-inf", b"1e308", b"-1e308", b"1e999", b"-1", b"0", b"-0.0", b"1e-320", b"0x10",
    b"99999999999999999999", b"2147483648", b"-9223372036854775809", b"1_000", b"", b"3.7", b"\xd9\xa3", b"1,5",
    b"true",
)  # fmt: skip
WORDS = (
    b"../../etc/passwd", b"/dev/zero", b"/etc/passwd", b"..", b".", b"", b"a\nb", b"a\\u0000b", b"\x00",
    b"\xf0\x9f\x92\xa5",
    b"\xff\xfe", b"'; DROP TABLE x;--", b"<script>", b"%s%n", b"A" * 5000, b"\xe2\x80\xae", b"CON", b"[bold]", b"{x}",
    b"~",
)  # fmt: skip
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
WORD = re.compile(rb"[A-Za-z_][A-Za-z0-9_.:#-]*")
HUGE_BYTES = (1 << 30) + 7
Spoil = Callable[[bytes, random.Random], bytes]


def _cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _flipped(content: bytes, rng: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(rng.choice((1, 1, 3, 20))):
        if found:
            found[rng.randrange(len(found))] ^= 1 << rng.randrange(8)
    return bytes(found)


def _chunk_gone(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start + rng.randrange(1, 400) :]


def _chunk_twice(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + content[start : start + rng.randrange(1, 2000)] * 2 + content[start:]


def _noise(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.randbytes(rng.randrange(1, 100)) + content[start:]


def _replaced(pattern: re.Pattern[bytes], choices: tuple[bytes, ...]) -> Spoil:
    def spoil(content: bytes, rng: random.Random) -> bytes:
        places = list(pattern.finditer(content[:200_000]))
        for place in sorted(rng.sample(places, min(len(places), rng.choice((1, 1, 2, 5)))), key=lambda m: -m.start()):
            content = content[: place.start()] + rng.choice(choices) + content[place.end() :]
        return content

    return spoil


def _words_swapped(content: bytes, rng: random.Random) -> bytes:
    places = list(WORD.finditer(content[:200_000]))
    return _replaced(WORD, (rng.choice(places)[0],))(content, rng) if places else content


def _line_gone(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    for _ in range(min(len(lines), rng.choice((1, 2, 10)))):
        del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def _lines_mixed(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    rng.shuffle(lines)
    return b"".join(lines)


def _long_line(content: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(content) + 1)
    return content[:start] + rng.choice((b"a", b" ", b"9", b",", b'"', b"[", b"<")) * 2_000_000 + content[start:]


def _encoded(content: bytes, rng: random.Random) -> bytes:
    text = content.decode("latin-1")
    return text.encode(rng.choice(("utf-16", "utf-32", "utf-16-be", "cp037", "utf-8-sig")))


def _nested(_content: bytes, rng: random.Random) -> bytes:
    deep = rng.choice((500, 3000, 100_000))
    return rng.choice(
        (
            b"[" * deep,
            b"[" * deep + b"]" * deep,
            b'{"a":' * deep + b"1" + b"}" * deep,
            b"a = " + b"[" * deep + b"]" * deep,
            b"a" + b".a" * deep + b" = 1",
            b"[" + b"a." * deep + b"a]",
            b"<net>" + b"<a>" * deep + b"</a>" * deep + b"</net>",
            b"<additional>" + b"<tlLogic>" * deep,
        )
    )


def _bomb(_content: bytes, rng: random.Random) -> bytes:
    root = rng.choice(("net", "additional", "detector"))
    entities = "".join(f'<!ENTITY e{k} "{f"&e{k - 1};" * 10}">' for k in range(1, 12))
    laughs = f'<!DOCTYPE {root} [<!ENTITY e0 "ha">{entities}]><{root}>&e11;</{root}>'
    outside = f'<!DOCTYPE {root} [<!ENTITY x SYSTEM "file:///etc/passwd">]><{root} id="x">&x;</{root}>'
    parameter = f'<!DOCTYPE {root} SYSTEM "file:///dev/zero"><{root}/>'
    wide = f"<{root} " + " ".join(f'a{k}="1"' for k in range(100_000)) + "/>"
    return rng.choice((laughs, outside, parameter, wide)).encode()


def _packed_bomb(_content: bytes, rng: random.Random) -> bytes:
    """A small gzip that unpacks to more than any of our files has."""
    return _spaces_gz(rng.choice((300 << 20, HUGE_BYTES)))


def _spaces_gz(size: int) -> bytes:
    target = io.BytesIO()
    with gzip.GzipFile(fileobj=target, mode="wb", compresslevel=1, mtime=0) as file:
        for _ in range(size >> 20):
            file.write(b" " * (1 << 20))
    return target.getvalue()


def _zip_bomb(_content: bytes, rng: random.Random) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name in rng.choice((("manifest.json",), ("../../evil", "/etc/x", "manifest.json"), ("a\nb",) * 2)):
            file.writestr(name, b"\0" * (300 << 20 if rng.random() < 0.2 else 1000))
    return target.getvalue()


def _empty(_content: bytes, _rng: random.Random) -> bytes:
    return b""


_ODD_NUMBER, _ODD_WORD = _replaced(NUMBER, NUMBERS), _replaced(WORD, WORDS)
SPOILS: tuple[Spoil, ...] = (
    _cut, _flipped, _flipped, _chunk_gone, _chunk_twice, _noise, _ODD_NUMBER, _ODD_NUMBER, _ODD_NUMBER, _ODD_WORD,
    _ODD_WORD, _words_swapped, _words_swapped, _line_gone, _lines_mixed, _long_line, _encoded, _nested, _bomb, _empty,
    table_damaged, table_damaged,
)  # fmt: skip
RARE: tuple[Spoil, ...] = (_packed_bomb, _zip_bomb)


def spoilt(content: bytes, rng: random.Random) -> bytes:
    """Return a content with one to three things wrong with it."""
    if rng.random() < 0.01:
        return rng.choice(RARE)(content, rng)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(SPOILS)(content, rng)
    return content


def no_file(path: Path, rng: random.Random) -> str:
    """Put something in the place of a file that is none, or far too large; return what it is."""
    path.unlink(missing_ok=True)
    what = rng.choice(("pipe", "folder", "device", "loop", "gone", "outside", "zeros", "nothing readable"))
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    elif what == "device":
        path.symlink_to("/dev/zero")
    elif what == "loop":
        path.symlink_to(path)
    elif what == "outside":
        path.symlink_to("/etc/passwd")
    elif what == "zeros":  # a sparse file: one line of a gigabyte
        with open(path, "wb") as file:
            file.truncate(HUGE_BYTES)
    elif what == "nothing readable":
        path.symlink_to("/proc/self/mem")
    return what
