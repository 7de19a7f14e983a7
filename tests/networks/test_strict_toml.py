"""TOML that would take minutes, or break Python's own reader, is refused at once."""

import time

import pytest
from greenband.networks.errors import InputError
from greenband.networks.strict_toml import LARGEST_BYTES, parse_toml

BAD = {
    "nested brackets": b"a = " + b"[" * 100_000 + b"]" * 100_000,
    "open brackets": b"[" * 5000,
    "nested inline tables": b"a = " + b"{a=" * 5000 + b"1" + b"}" * 5000,
    "dotted keys": b"a" + b".a" * 100_000 + b" = 1",
    "a dotted table": b"[" + b"a." * 100_000 + b"a]",
    "lists in lists": b"a = " + b"[1, " * 200 + b"]" * 200,
    "not a number": b"a = nan",
    "no end": b"a = [1.0, -inf]",
    "a long number": b"a = 99999999999999999999999",
    "another encoding": "a = 1".encode("utf-16"),
    "no TOML": b"a = ",
    "too large": b"#" * (LARGEST_BYTES + 1),
}


@pytest.mark.parametrize("name", BAD)
def test_what_no_file_of_ours_holds_is_refused_soon(name):
    began_s = time.process_time()
    with pytest.raises(InputError) as refused:
        parse_toml(BAD[name], "study.toml", "study.toml is written in TOML")
    assert refused.value.where == "study.toml"
    assert len(str(refused.value)) < 400
    assert time.process_time() - began_s < 2


def test_what_our_files_hold_is_read():
    content = '\ufeffa.b.c = [[1.0, 2.0], [3.0]]\n[[t]]\nname = "a.b.c.d.rou.xml"\n'.encode()
    assert parse_toml(content, "x", "y") == {"a": {"b": {"c": [[1.0, 2.0], [3.0]]}}, "t": [{"name": "a.b.c.d.rou.xml"}]}
