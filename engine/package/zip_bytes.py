"""Zip files with one way only to write given members, so that a changed byte anywhere is found.

Members are stored, not compressed, in the order of their names, with fixed dates and rights and nothing else: no
extra fields, no comments. The layout is that of PKWARE, APPNOTE.TXT 6.3.10, 2022, sections 4.3.7, 4.3.12 and 4.3.16.
Python's `zipfile` reads them; it does not write them, because its bytes may change with Python's version.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from struct import pack
from zlib import crc32

LARGEST_BYTES = 256 << 20
MOST_MEMBERS = 1000
DOS_DATE = 0x21  # 1 January 1980, the first day a zip file knows
UNIX_FILE = (0o100644 << 16, 3 << 8 | 20)  # rights; made by: Unix, version 2.0
NAME = re.compile(r"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,99}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,99}){0,3}\Z")


def zip_bytes(members: Mapping[str, bytes]) -> bytes:
    """Return the zip file of some members. Raises ValueError for a name that could lead out of a folder, or for size.

    Names are of plain letters, in folders at most three deep, and no part of one starts with a point.
    """
    _require_modest(members)
    body, directory = bytearray(), bytearray()
    for name in sorted(members):
        content, raw, at = members[name], name.encode("ascii"), len(body)
        rights, made_by = UNIX_FILE
        size = len(content)
        common = pack("<HHHHHIIIHH", 20, 0, 0, 0, DOS_DATE, crc32(content), size, size, len(raw), 0)
        body += b"PK\x03\x04" + common + raw + content
        directory += b"PK\x01\x02" + pack("<H", made_by) + common + pack("<HHHII", 0, 0, 0, rights, at) + raw
    end = pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return bytes(body + directory + b"PK\x05\x06" + end)


def _require_modest(members: Mapping[str, bytes]) -> None:
    for name in members:
        if not NAME.match(name):
            raise ValueError(f"a member of the name {name!r}")
    if len(members) > MOST_MEMBERS or sum(map(len, members.values())) > LARGEST_BYTES:
        raise ValueError(f"more than {MOST_MEMBERS} members or {LARGEST_BYTES} bytes")


def unzip(content: bytes) -> dict[str, bytes]:
    """Return the members of a zip file that `zip_bytes` could have written.

    Raises ValueError for any other: compressed members (and with them zip bombs), names twice, names that lead out of
    a folder, members in another order, comments, bytes before, between or after.
    """
    if len(content) > LARGEST_BYTES:
        raise ValueError(f"more than {LARGEST_BYTES} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            infos = archive.infolist()
            _require_plain(infos, len(content))
            members = {info.filename: archive.read(info) for info in infos}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, UnicodeError, OSError) as error:
        raise ValueError(f"no zip file that can be read: {error}") from None
    if zip_bytes(members) != content:
        raise ValueError("there is more in the zip file than its members, or they stand in another order")
    return members


def _require_plain(infos: list[zipfile.ZipInfo], size: int) -> None:
    names = [info.filename for info in infos]
    if len(set(names)) != len(names):
        raise ValueError("two members of one name")
    for info in infos:
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise ValueError(f"a compressed member, {info.filename!r}")
    if sum(info.file_size for info in infos) > size:
        raise ValueError("members that are larger than the file")
