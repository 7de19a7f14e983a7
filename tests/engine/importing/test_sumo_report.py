"""Imports of SUMO programs tell what they leave out and guess, and their errors name the user's own files."""

import json
from pathlib import Path

import pytest
from greenband.engine.importing.remarks import naming, remark_lines
from greenband.engine.importing.sumo_reading import remarks_of_sumo
from greenband.networks.errors import InputError
from lxml import etree

from tests.engine.commands.command_line import greenband

ARTERIAL = Path(__file__).parents[3] / "networks" / "arterial" / "arterial.net.xml"


def changed(path: Path, change) -> Path:
    """The bundled street with its programs changed."""
    tree = etree.parse(ARTERIAL)
    change(list(tree.iter("tlLogic")))
    tree.write(path)
    return path


def test_unused_programs_and_other_elements_are_told(tmp_path, capsys):
    net = changed(tmp_path / "own.net.xml", lambda logics: None)
    spare = etree.tostring(next(etree.parse(ARTERIAL).iter("tlLogic")), encoding="unicode").replace(
        'programID="0"', 'programID="spare"'
    )
    loop = '<inductionLoop id="x" lane="J1_J2_0" pos="9" period="300" file="NUL"/>'
    (tmp_path / "more.add.xml").write_text(f"<additional>{spare}{loop}</additional>")
    assert greenband("import", net, "--additional", tmp_path / "more.add.xml", "--out", tmp_path / "study") == 0
    told = capsys.readouterr().out
    for part in (
        "programs that no period uses: left out: J1 (0)\n",
        "of several programs the last is taken, as SUMO does: J1 (spare)\n",
        "elements of additional files that are not read: inductionLoop\n",
        "the period from 07:00 to 08:00 is a guess",
        "detectors.csv has loops where they are usually wanted",
    ):
        assert part in told, part
    kept = json.loads((tmp_path / "study" / "reading.json").read_text())
    assert kept["file"] == "own.net.xml"
    assert "inductionLoop" in [remark["where"] for remark in kept["remarks"]]


def test_static_programs_alone_are_not_remarked_upon():
    told = remark_lines(remarks_of_sumo(ARTERIAL, []))
    assert not [line for line in told if "program" in line and "WAUT" not in line]


@pytest.mark.parametrize("of_the_net", [True, False])
def test_an_error_in_a_program_names_the_users_files_and_not_our_copy(tmp_path, capsys, of_the_net):
    """A letter that is none is found when the copy is read: SUMO would refuse the user's file, too."""

    def spoilt(logics):
        for phase in logics[0].iterchildren("phase"):
            phase.set("state", "Q" + phase.get("state")[1:])

    net, more = changed(tmp_path / "own.net.xml", spoilt), []
    if not of_the_net:
        logic = etree.tostring(next(etree.parse(net).iter("tlLogic")), encoding="unicode")
        (tmp_path / "own.add.xml").write_text(f"<additional>{logic}</additional>")
        net, more = ARTERIAL, ["--additional", tmp_path / "own.add.xml"]
    assert greenband("import", net, *more, "--out", tmp_path / "study") == 2
    told = capsys.readouterr().err
    assert str(more[-1] if more else net) in told
    assert ".study." not in told


@pytest.mark.parametrize(
    ("copy", "name"), [("own.net.xml", "/own/net"), ("programs2.add.xml", "/own/a, /own/b"), ("plan.json", "/own/net")]
)
def test_a_copy_is_named_as_the_users_file_without_the_lines_of_the_copy(tmp_path, copy, name):
    place = f"{tmp_path}/.study.x7/{copy}"
    with (
        pytest.raises(InputError) as refused,
        naming(tmp_path / "study", Path("/own/net"), [Path("/own/a"), Path("/own/b")]),
    ):
        raise InputError(where=f"{place}, line 7, tlLogic J", found=f"{place}: bad", rule="r", fix="f")
    assert (refused.value.where, refused.value.found) == (f"{name}, tlLogic J", f"{name}: bad")


def test_an_entity_in_a_network_is_bad_input_and_nothing_is_fetched(tmp_path, capsys):
    outside = '<!DOCTYPE net [<!ENTITY x SYSTEM "file:///etc/passwd">]><net id="x">&x;</net>'
    (tmp_path / "own.net.xml").write_text(outside)
    assert greenband("import", tmp_path / "own.net.xml", "--out", tmp_path / "study") == 2
    assert str(tmp_path / "own.net.xml") in capsys.readouterr().err
    assert not (tmp_path / "study").exists()
