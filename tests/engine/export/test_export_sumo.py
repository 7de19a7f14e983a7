"""The SUMO file says what the plan says: by reading it back, and by running it."""

import random
import subprocess
from dataclasses import replace

import pytest
from greenband.engine.check.check import checked
from greenband.engine.export.exporter import CannotHold, ExportOptions, TimedPlan, export_as
from greenband.engine.export.sumo.sumo import ReadBackError, read_back, sumo_additional
from greenband.networks.network import Network
from greenband.networks.plan import GroupPlan, JunctionPlan, Plan
from greenband.networks.sumo.net import read_network
from greenband.simulation.binaries import find_binary
from lxml import etree

from tests.conftest import SCENARIOS, scenario_network
from tests.engine.export.street import at_random


def shifted(plan: JunctionPlan, later_s: float) -> JunctionPlan:
    """The same lamps at another offset."""
    return plan.with_offset(plan.offset_s + later_s)


def with_longer_yellow(plan: JunctionPlan, group: str) -> JunctionPlan:
    """A yellow of 4.3 s where 3 s ran: tenths that need short steps."""
    windows = [replace(w, length_s=4.3) if w.display == "y" else w for w in plan.by_group[group].windows]
    changed = GroupPlan(group=group, windows=tuple(windows))
    return replace(plan, groups=tuple(changed if g.group == group else g for g in plan.groups))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_running_plans_are_written_as_drafts_and_read_back(name):
    network = read_network(scenario_network(name))
    content = sumo_additional(checked(network.running_plan, network), network)
    assert b"DRAFT" in content
    read_back(content, network.running_plan, network)


def test_reading_back_finds_any_one_thing_changed():
    network = read_network(scenario_network("cologne3"))
    content = sumo_additional(checked(network.running_plan, network), network)
    rng = random.Random(7)
    for kind in ("state", "duration", "offset", "dropped", "more"):
        root = etree.fromstring(content)
        logic = rng.choice(list(root.iter("tlLogic")))
        phase = rng.choice(list(logic))
        if kind == "state":
            place, state = rng.randrange(len(phase.get("state"))), list(phase.get("state"))
            state[place] = "o" if state[place] != "o" else "r"
            phase.set("state", "".join(state))
        elif kind == "duration":
            phase.set("duration", str(float(phase.get("duration")) + 0.1))
        elif kind == "offset":
            logic.set("offset", str(float(logic.get("offset")) + 1))
        elif kind == "dropped":
            root.remove(logic)
        else:
            root.append(etree.Element("tlLogic", id="another"))
        with pytest.raises(ReadBackError):
            read_back(etree.tostring(root), network.running_plan, network)


def lamps_in_sumo(
    network: Network, content: bytes, folder, step_s: float, seconds: int, programs=("greenband",)
) -> dict[int, dict[str, str]]:
    """The state of every signal at each step, as SUMO reports it, by tenths of a second; no traffic."""
    (folder / "plan.add.xml").write_bytes(content)
    signals = "".join(
        f'<timedEvent type="SaveTLSStates" source="{junction.id}" dest="states.xml"/>' for junction in network.junctions
    )
    (folder / "watch.add.xml").write_text(f"<additional>{signals}</additional>")
    command = [str(find_binary("sumo")), "-n", str(network.path), "-a", "plan.add.xml,watch.add.xml"]
    command += ["--begin", "25200", "--end", str(25200 + seconds), "--step-length", str(step_s), "--no-step-log"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=120)
    shown: dict[int, dict[str, str]] = {}
    for state in etree.parse(folder / "states.xml").iter("tlsState"):
        assert state.get("programID") in programs
        shown.setdefault(round(float(state.get("time")) * 10), {})[state.get("id")] = state.get("state")
    return shown


def lamps_of_plan(plan: JunctionPlan, network: Network, tenths: int) -> str:
    """What the plan shows at an absolute time, by walking through its windows."""
    junction, cycle = network.by_junction[plan.junction], round(plan.cycle_s * 10)
    state = ["r"] * junction.size
    for group in plan.groups:
        for window in group.windows:
            since = (tenths - round(plan.offset_s * 10) - round(window.start_s * 10)) % cycle
            if since < round(window.length_s * 10):
                for lamp in junction.by_group[group.group].links:
                    state[lamp] = window.display
    return "".join(state)


@pytest.mark.parametrize(("step_s", "tenths"), [(1.0, False), (0.1, True)])
def test_sumo_shows_the_plan_for_three_cycles(tmp_path, step_s, tenths):
    network = read_network(scenario_network("cologne3"))
    junctions = [shifted(plan, 17 * k + 5) for k, plan in enumerate(network.running_plan.junctions)]
    if tenths:  # the yellow grows into the red: one group that has no foe right after it
        junctions[0] = with_longer_yellow(junctions[0], "g2")
        network = replace(network, junctions=(without_intergreens(network.junctions[0]), *network.junctions[1:]))
    plan = Plan(name="shifted -- and named with hyphens", junctions=tuple(junctions))
    content = sumo_additional(checked(plan, network), network)
    shown = lamps_in_sumo(network, content, tmp_path, step_s, 270)
    assert len(shown) == round(270 / step_s)
    for time, states in shown.items():
        for junction_plan in plan.junctions:
            assert states[junction_plan.junction] == lamps_of_plan(junction_plan, network, time), time


def without_intergreens(junction):
    return replace(junction, intergreen_s=dict.fromkeys(junction.intergreen_s, 0.0))


def test_a_day_of_two_plans_switches_at_its_times_and_keeps_the_offsets(tmp_path):
    """In SUMO itself: each plan's lamps from its switch on, as soon as the program has been switched."""
    network = read_network(scenario_network("cologne1"))
    second = Plan(name="second", junctions=tuple(shifted(p, 11) for p in network.running_plan.junctions))
    later = TimedPlan(plan=checked(second, network), start_s=25_300)
    options = ExportOptions(start_s=25_000, later=(later,))
    content = export_as("sumo", checked(network.running_plan, network), network, options).content
    shown = lamps_in_sumo(network, content, tmp_path, 1.0, 400, programs={"greenband1", "greenband2"})
    for time, states in shown.items():
        plan = network.running_plan if time < 253_000 else second
        if not 253_000 <= time < 254_000:  # within a cycle of the switch SUMO waits for its chance
            junction_plan = plan.junctions[0]
            assert states[junction_plan.junction] == lamps_of_plan(junction_plan, network, time), time


def test_nema_programs_show_the_plan_in_sumo(tmp_path):
    """Those junctions of a scenario that NEMA can hold, shifted, for three cycles once they are in coordination."""
    network = read_network(scenario_network("cologne8"))
    plan = Plan(name="shifted", junctions=tuple(shifted(p, 23) for p in network.running_plan.junctions))
    safe, options, held, roots = checked(plan, network), ExportOptions(variant="nema"), [], []
    for junction in network.junctions:
        try:
            content = export_as("sumo", safe, network, replace(options, junctions=(junction.id,))).content
        except CannotHold:
            continue
        held.append(junction)
        roots += list(etree.fromstring(content).iter("tlLogic"))
    assert held, "no junction is held: nothing was tried"
    together = etree.Element("additional")
    together.extend(roots)
    watched = replace(network, junctions=tuple(held))
    shown = lamps_in_sumo(watched, etree.tostring(together), tmp_path, 1.0, 380)
    for time, states in shown.items():
        for junction in held if time >= 252_900 else ():  # a controller comes into coordination within a cycle
            assert states[junction.id] == lamps_of_plan(plan.by_junction[junction.id], network, time), time


def test_a_nema_program_that_cannot_hold_the_plan_is_refused():
    network = read_network(scenario_network("ingolstadt1"))
    with pytest.raises(CannotHold, match=r"static|signal groups"):
        export_as("sumo", checked(network.running_plan, network), network, ExportOptions(variant="nema"))


@pytest.mark.parametrize("name", SCENARIOS)
def test_sumo_shows_a_random_plan_of_every_signal_for_three_cycles(tmp_path, name):
    safe, network = at_random(name, 9)
    seconds = 3 * round(max(plan.cycle_s for plan in safe.plan.junctions))
    step_s = 1.0 if all(w.start_s % 1 == 0 for p in safe.plan.junctions for g in p.groups for w in g.windows) else 0.1
    content = export_as("sumo", safe, network).content
    shown = lamps_in_sumo(network, content, tmp_path, step_s, seconds)
    assert len(shown) == round(seconds / step_s)
    for time, states in shown.items():
        for plan in safe.plan.junctions:
            assert states[plan.junction] == lamps_of_plan(plan, network, time), (plan.junction, time)
