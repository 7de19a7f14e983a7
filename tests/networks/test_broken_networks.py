"""Networks with one thing in them that no network has: found by fuzzing, each refused with one clear error."""

from pathlib import Path

import pytest
from greenband import networks
from greenband.engine.check.own.limits import own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.errors import InputError
from greenband.networks.sumo.net import read_network
from greenband.networks.sumo.paths import read_ways

WHOLE = (Path(networks.__file__).parent / "arterial" / "arterial.net.xml").read_text()
BROKEN = {
    "a lane that is not there": ('fromLane="1"', 'fromLane="99"'),
    "half a lane": ('fromLane="1"', 'fromLane="3.7"'),
    "a lane without an end": ('length="', 'length="1e308" was="'),
    "a speed that is none": ('speed="', 'speed="nan" was="'),
    "a corner that is none": ('shape="', 'shape="6.8,8.62,x,y 1" was="'),
    "a corner nowhere on Earth": ('shape="', 'shape="1e300,0 2,2" was="'),
    "a huge row": ('<request index="0"', '<request index="1e308"'),
    "a lamp that is no number": ('linkIndex="0"', 'linkIndex="0x10"'),
}


def read_all(path: Path) -> None:
    network = read_network(path)
    read_ways(path)
    own_limits(network, (), read_pack("none"))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_network_is_one_clear_error(name, tmp_path):
    path = tmp_path / "broken.net.xml"
    path.write_text(WHOLE.replace(*BROKEN[name]))
    with pytest.raises(InputError) as refused:
        read_all(path)
    assert str(path) in refused.value.where
    assert len(str(refused.value)) < 600
