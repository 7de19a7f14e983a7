"""The encoding of a text file: by its byte order mark, as UTF-8, or guessed by charset-normalizer and told."""

from __future__ import annotations

import codecs
from pathlib import Path

from ....networks.errors import InputError

PLAIN = "utf-8"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Those that agencies' systems write: with every code page of the world among them, two umlauts are a draw. Of those
# that fit equally well the first is taken.
GUESSED = ["gb18030", "shift_jis", "euc_kr", "big5", "cp1252", "cp1251", "cp1250", "cp1253", "cp1254"]
PIECE_BYTES, LOOKED_AT_BYTES, LEAST_WIDE = 1 << 20, 1 << 16, 0.3


def encoding_of(path: Path, source: Path, wished: str | None = None) -> str:
    """Return the name of the encoding. Raises InputError if the file is no text in any that is known."""
    if wished is not None:
        return _known(wished, path, source)
    with open(path, "rb") as file:
        head = file.read(LOOKED_AT_BYTES)
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    if wide := _wide(head):
        return wide
    if _is_utf8(path):
        return PLAIN
    return _guessed(path, source)


def _known(name: str, path: Path, source: Path) -> str:
    try:
        codec = codecs.lookup(name)
        if not _decodes(path, codec.name):
            raise UnicodeError("the file holds bytes that it has not")
    except (LookupError, UnicodeError) as error:
        raise InputError(
            where=str(source),
            found=f"the encoding '{name}' ({error})",
            rule="the file can be read in the encoding that is named, as utf-8, latin-1, utf-16 or gbk",
            fix="name another --encoding, or leave it out",
        ) from error
    return codec.name


def _wide(head: bytes) -> str | None:
    """Return UTF-16 without a mark: digits and commas have a zero byte each."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    half = max(len(head) // 2, 1)
    if odd > LEAST_WIDE * half and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > LEAST_WIDE * half and odd == 0 else None


def _is_utf8(path: Path) -> bool:
    return _decodes(path, PLAIN)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with open(path, "rb") as file:
            while piece := file.read(PIECE_BYTES):
                decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _guessed(path: Path, source: Path) -> str:
    from charset_normalizer import from_bytes

    matches = list(from_bytes(_telling_lines(path), cp_isolation=GUESSED))
    least = min((match.chaos for match in matches), default=0.0)
    fit = {name for match in matches if match.chaos == least for name in (match.encoding, *match.could_be_from_charset)}
    found = next((name for name in GUESSED if name in fit and _decodes(path, name)), None)
    if found is None:
        raise InputError(
            where=str(source),
            found="no text",
            rule="a file of counts is text (UTF-8, UTF-16, Latin-1, GBK and others), Parquet, XML or XLSX",
            fix="name its --encoding, or export it again",
        )
    return found


def _telling_lines(path: Path) -> bytes:
    """Return the lines that have other characters than ASCII's, as many as tell the encoding."""
    kept, size = [], 0
    with open(path, "rb") as file:
        for line in file:
            if not line.isascii():
                kept.append(line[:LOOKED_AT_BYTES])
                size += len(kept[-1])
            if size > LOOKED_AT_BYTES:
                break
    return b"".join(kept)
