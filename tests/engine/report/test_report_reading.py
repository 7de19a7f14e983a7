"""The report tells what was guessed of the network and what is unsafe in the programs that run today."""

from dataclasses import replace
from pathlib import Path

from greenband import networks
from greenband.engine.report.render import report_html
from greenband.engine.report.words import speaking
from greenband.networks.sumo.net import read_network

from tests.engine.report.made_up import full_report

NETWORK = read_network(Path(networks.__file__).parent / "arterial" / "arterial.net.xml")
SENTENCE = "UNSAFE TODAY, junction J1: <groups> a and b"


def test_the_report_tells_what_is_unsafe_today_in_every_language():
    told = replace(NETWORK, junctions=(replace(NETWORK.junctions[0], notes=(SENTENCE,)), *NETWORK.junctions[1:]))
    for language in ("en", "zh"):
        with speaking(language):
            page, usual = (report_html(full_report(one, "A street")).decode() for one in (told, NETWORK))
        assert "UNSAFE TODAY, junction J1: &lt;groups&gt; a and b" in page
        assert "UNSAFE TODAY" not in usual
