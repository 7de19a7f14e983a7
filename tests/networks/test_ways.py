import pytest
from greenband.networks.sumo.net import read_network

from tests.conftest import scenario_network


@pytest.mark.parametrize("name", ["cologne1", "ingolstadt1"])
def test_who_yields_to_whom_is_what_sumolib_reads(name):
    sumolib_net = pytest.importorskip("sumolib.net")
    path = scenario_network(name)
    other = sumolib_net.readNet(str(path), withInternal=True)
    network = read_network(path)
    pairs = 0
    for connection in network.connections:
        ours = {network.connections[place] for place in connection.yields_to}
        node = other.getEdge(connection.from_edge).getToNode()
        mine = theirs_of(other, connection)
        for foe in network.connections:
            theirs = theirs_of(other, foe)
            if other.getEdge(foe.from_edge).getToNode() is not node or foe == connection:
                continue
            pairs += foe in ours
            assert (foe in ours) == bool(node.forbids(theirs, mine)), (connection, foe)
    assert pairs > 10


def theirs_of(other, connection):
    lane = other.getLane(f"{connection.from_edge}_{connection.from_lane}")
    return next(
        found
        for found in lane.getOutgoing()
        if found.getToLane().getID() == f"{connection.to_edge}_{connection.to_lane}"
    )


def test_waiting_places_lie_within_the_way():
    network = read_network(scenario_network("cologne1"))
    waits = [connection for connection in network.connections if connection.wait_m > 0]
    assert waits
    assert all(connection.wait_m < connection.length_m for connection in waits)
    assert {connection.direction for connection in waits} <= {"l", "t", "L"}
