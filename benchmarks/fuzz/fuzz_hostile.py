"""Tables as no agency writes them: millions of columns, one line, zeros, packings in packings, odd workbooks."""

from __future__ import annotations

import bz2
import codecs
import gzip
import io
import lzma
import random
import re
import zipfile
import zlib
from collections.abc import Callable

from .fuzz_packed import nested, packed_bomb, zip_of
from .fuzz_workbook import HEAD, MAIN, of_parts

Spoil = Callable[[bytes, random.Random], bytes]
ENCODINGS = ("utf-16", "utf-16-le", "utf-32-be", "gb18030", "shift_jis", "cp1251", "cp1253", "cp037", "utf-7", "hz")
LETTERS = ("ö", "路口", "交差点", "Ж", "λ", "\u202e", "\ufeff", "é", "\u2028", "\x85")
BROKEN = (zipfile.BadZipFile, OSError, EOFError, zlib.error, RuntimeError, NotImplementedError, ValueError)


def inside(content: bytes, rng: random.Random, spoil: Spoil) -> bytes:
    """Return a packed content with one of its parts spoilt, packed again; one that is not packed is spoilt itself."""
    try:
        if content.startswith(b"\x1f\x8b"):
            return gzip.compress(spoil(gzip.decompress(content), rng), 1, mtime=0)
        if not content.startswith(b"PK"):
            return spoil(content, rng)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except BROKEN:
        return spoil(content, rng)
    name = rng.choice(sorted(parts, key=lambda one: (-len(parts[one]), one))[:3] if parts else [""])
    parts[name] = spoil(parts.get(name, b""), rng)
    return zip_of(parts)


def _packed(content: bytes, rng: random.Random) -> bytes:
    packed = rng.choice((gzip.compress, bz2.compress, lzma.compress, zlib.compress))(content)
    what = rng.randrange(4)
    if what == 0:
        return packed[: rng.randrange(len(packed) + 1)]
    return packed + (b"", rng.randbytes(50), packed)[what - 1]


def _several(content: bytes, rng: random.Random) -> bytes:
    names = ("a.csv", "b/c.csv", "../d.csv", "readme.txt", "e.pdf", "a.xlsx", "__MACOSX/._a.csv", "f.zip", "")
    many = rng.choice((0, 1, 2, 5, 3000))
    return zip_of({rng.choice(names) + ("" if many < 9 else str(k)): content[:2000] for k in range(many)})


def _wide(_content: bytes, rng: random.Random) -> bytes:
    many = rng.choice((500, 20_000, 150_000, 2_000_000))
    names = rng.choice((",".join(f"L{k}" for k in range(many)), "," * many, ",".join(["a"] * many)))
    first = rng.choice(("start", "timestamp", "Date,Time", "detector,start,interval_s,count"))
    rows = (f"02.03.2026 {h:02d}:00,{','.join(['1'] * rng.choice((many, many - 1, 1)))}" for h in range(3))
    return "\n".join((f"{first},{names}", *rows)).encode()


def _one_line(content: bytes, rng: random.Random) -> bytes:
    piece = rng.choice((b"9", b"a", b"a,", b'"', b'""', b" ", b"2026-03-02T07:00,", b"\x00", b";", b"<a>"))
    place = content.find(b"\n") + 1 if rng.random() < 0.5 else rng.randrange(len(content) + 1)
    return content[:place] + piece * ((24 << 20) // len(piece)) + content[place:]


def _zeros(content: bytes, rng: random.Random) -> bytes:
    what = rng.randrange(4)
    if what == 0:
        return bytes(rng.choice((1, 1000, 5 << 20))) + content
    if what == 1:
        return content + bytes(rng.choice((1, 1000, 5 << 20)))
    place = rng.randrange(len(content) + 1)
    return content.replace(b"0", b"\x00", 3) if what == 2 else content[:place] + bytes(3) + content[place:]


def _encoded(content: bytes, rng: random.Random) -> bytes:
    text = content[:300_000].decode("latin-1").replace("a", rng.choice(LETTERS), rng.choice((1, 5, -1)))
    found = codecs.encode(text, rng.choice(ENCODINGS), "ignore")
    return found[: len(found) - rng.choice((0, 0, 1))] if rng.random() < 0.8 else found[1:]


def _decimals(content: bytes, rng: random.Random) -> bytes:
    text = content[:300_000].replace(b",", rng.choice((b";", b"\t", b"|", b" ", b";;", b":", b"^")))
    form = rng.choice((rb"\1,5", rb"1.\1", rb"\1.000,25", rb"1,\1", rb"\1'000", rb"\1 000", rb"-\1", rb"\1E3", rb"\1%"))
    return re.sub(rb"(\d+)\r?(?=\n)", form, text, count=rng.choice((1, 10, 0)))


def _quotes(content: bytes, rng: random.Random) -> bytes:
    lines = content[:300_000].split(b"\n")
    for _ in range(rng.choice((1, 3, 50))):
        k = rng.randrange(len(lines))
        cells = lines[k].split(b",")
        c = rng.randrange(len(cells))
        cells[c] = rng.choice((b'"' + cells[c] + b'"', b'"' + cells[c], cells[c] + b'"', b'"a\nb"', b'"1,5"', b"'5"))
        lines[k] = b",".join(cells)
    return b"\n".join(lines)


def _endings(content: bytes, rng: random.Random) -> bytes:
    return content.replace(b"\n", rng.choice((b"\r\n", b"\r", b"\n\n", b"\r\r\n", b"\x0b", b"\xe2\x80\xa8", b"\x85")))


def _odd_book(_content: bytes, rng: random.Random) -> bytes:
    far = rng.choice(("XFD1048576", "A1048576", "XFD1", "ZZZ9999999", "A0", "1A", "", "AMJ70000"))
    value = rng.choice(("1", "nan", "1e999", "46083.3", "-5", "9" * 400, "", "&#0;", "a"))
    kind = rng.choice(("", ' t="s"', ' t="b"', ' t="e"', ' t="d"', ' t="str"', ' s="99999"'))
    odd = f'<c{kind} r="{far}"><v>{value}</v></c>'
    rows = f'<row r="1"><c r="A1"><v>1</v></c></row><row r="2">{odd}</row>'
    size = rng.choice(("A1:XFD1048576", "A1", "B2:A1", "x", "A1:ZZZZ99999999"))
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>' * rng.choice((0, 1, 1000))
    sheet = f'<dimension ref="{size}"/><sheetData>{rows * rng.choice((1, 1, 5000))}</sheetData>{merged}'
    return of_parts(f'{HEAD}<worksheet xmlns="{MAIN}">{sheet}</worksheet>')


HOSTILE: tuple[Spoil, ...] = (
    _packed, _several, _wide, _one_line, _zeros, _encoded, _encoded, _decimals, _decimals, _quotes, _quotes, _endings,
    _odd_book, nested, packed_bomb,
)  # fmt: skip
