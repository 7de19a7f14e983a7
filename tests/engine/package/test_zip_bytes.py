"""One way only to write a zip file: others read it, and every other file is refused."""

import io
import zipfile
import zlib

import pytest
from greenband.engine.package.zip_bytes import unzip, zip_bytes

MEMBERS = {
    "manifest.json": b"{}",
    "files/sumo/plan.add.xml": b"<a/>",
    "empty.txt": b"",
    "ü".encode().hex(): b"\x00" * 9,
}


def test_python_s_zipfile_reads_every_member_and_its_checksum():
    with zipfile.ZipFile(io.BytesIO(zip_bytes(MEMBERS))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == MEMBERS
        assert archive.namelist() == sorted(MEMBERS)


def test_there_and_back_and_the_same_bytes_in_any_order():
    content = zip_bytes(MEMBERS)
    assert unzip(content) == MEMBERS
    assert zip_bytes(dict(reversed(MEMBERS.items()))) == content


def test_no_single_byte_can_be_changed_added_or_taken_away():
    content = zip_bytes(MEMBERS)
    for at in range(len(content)):
        for changed in (
            content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
            content[:at] + b"\0" + content[at:],
            content[:at] + content[at + 1 :],
        ):
            try:
                members = unzip(changed)
            except ValueError:
                continue
            # What is still a zip file of ours says something else: the manifest's hashes find that.
            assert members != MEMBERS
            assert zip_bytes(members) == changed


@pytest.mark.parametrize(
    "name",
    ["../x", "/x", "a/../b", "a//b", ".hidden", "a/.b", "C:\\x", "a\\b", "", "a/", "ü", "a\n", "x" * 101, "a/b/c/d/e"],
)
def test_names_that_lead_out_or_deceive_are_neither_written_nor_read(name):
    with pytest.raises(ValueError, match=r"name|no zip file"):
        zip_bytes({name: b""})
    if name:
        with pytest.raises(ValueError, match=r"name|more in the zip file|no zip file"):
            unzip(by_zipfile([(name, b"x")]))


def by_zipfile(members, method=zipfile.ZIP_STORED, comment=b""):
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", method) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
        archive.comment = comment
    return raw.getvalue()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_names_twice_bombs_comments_and_bytes_before_or_after_are_refused():
    with pytest.raises(ValueError, match="two members of one name"):
        unzip(by_zipfile([("a", b"1"), ("a", b"2")]))
    with pytest.raises(ValueError, match="compressed"):
        unzip(by_zipfile([("a", b"0" * 50_000_000)], zipfile.ZIP_DEFLATED))
    with pytest.raises(ValueError, match="more in the zip file"):
        unzip(by_zipfile([("a", b"1")], comment=b"hello"))
    content = zip_bytes(MEMBERS)
    for changed in (b"#!/bin/sh\n" + content, content + b"\0", content[:-1], b"", b"PK"):
        with pytest.raises(ValueError, match="zip file"):
            unzip(changed)


def test_a_member_that_claims_to_be_small_is_not_unpacked():
    """A stored size that lies: the member's bytes are a bomb for whoever believes the directory."""
    content = bytearray(by_zipfile([("a", b"0" * 100_000)], zipfile.ZIP_DEFLATED))
    for at in range(len(content) - 4):
        if content[at : at + 2] == b"PK" and content[at + 2 : at + 4] in (b"\x03\x04", b"\x01\x02"):
            method = at + (8 if content[at + 2] == 3 else 10)
            content[method : method + 2] = b"\0\0"
    with pytest.raises(ValueError, match=r"compressed|zip file"):
        unzip(bytes(content))
    assert zlib.crc32(b"") == 0
