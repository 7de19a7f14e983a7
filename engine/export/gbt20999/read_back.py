"""Reading frames of GB/T 20999-2017 back with a decoder of its own, and running their stages against the plan."""

from __future__ import annotations

from collections.abc import Mapping

from ....networks.junction import Junction
from ....networks.plan import JunctionPlan
from ..exporter import ReadBackError
from ..lamp_strips import colours_of_plan

Values = dict[tuple[int, int, int, int], bytes]


def decoded(line: bytes) -> tuple[int, Values]:
    """Return the junction and the values that a frame sets. Raises ReadBackError if a bit of it is wrong."""
    if len(line) < 2 or line[0] != 0x7E or line[-1] != 0x7D:
        raise ReadBackError("a frame begins with 7E and ends with 7D")
    plain, rest = bytearray(), iter(line[1:-1])
    for byte in rest:
        plain.append(next(rest) if byte == 0x5C else byte)
    if _divided(bytes(plain)) != 0:
        raise ReadBackError("the frame's checksum is wrong")
    if int.from_bytes(plain[:2], "big") != len(plain) - 2:
        raise ReadBackError("the frame's length is wrong")
    junction, kind, count = plain[9], plain[11], plain[12]
    if plain[2:4] != b"\x01\x02" or kind != 0x30:
        raise ReadBackError("the frame is not one of version 1.2 that sets values")
    values: Values = {}
    at = 13
    for _ in range(count):
        length = plain[at + 1]
        values[plain[at + 2], plain[at + 3], plain[at + 4], plain[at + 5]] = bytes(plain[at + 6 : at + 2 + length])
        at += 2 + length
    if at != len(plain) - 2:
        raise ReadBackError("the frame's items do not fill it")
    return junction, values


def _divided(bits: bytes) -> int:
    """Return what is left of a polynomial over two elements divided by x^16 + x^12 + x^2 + 1: 0 for a whole frame."""
    left = int.from_bytes(bits, "big")
    for shift in range(len(bits) * 8 - 17, -1, -1):
        if left >> (shift + 16) & 1:
            left ^= 0b1_0001_0000_0000_0101 << shift
    return left


def read_back(
    content: bytes, plans: Mapping[int, JunctionPlan], junctions: Mapping[int, Junction], number: int
) -> None:
    """Compare the frames with the plans, second by second. Raises ReadBackError with the group that differs."""
    held: dict[int, Values] = {}
    for line in content.decode().splitlines():
        if not line.startswith("#"):
            junction, values = decoded(bytes.fromhex(line.split(";")[2]))
            held.setdefault(junction, {}).update(values)
    if set(held) != set(plans):
        raise ReadBackError(f"the frames are for junctions {sorted(held)}")
    for place, plan in plans.items():
        wanted = colours_of_plan(plan, 1000)
        for phase, group in enumerate(junctions[place].groups, start=1):
            meant = wanted[group.id]
            if set(meant) in ({"G"}, {"o"}):
                continue  # in no stage: told as a loss
            if _strip(held[place], number, phase) != meant:
                raise ReadBackError(f"junction {plan.junction}: group {group.id} shows other things in the frames")


def _strip(values: Values, number: int, phase: int) -> str:
    """Return what a phase shows, second by second from midnight: each stage painted, then joined with the next."""
    cycle = int.from_bytes(values[9, 2, 3, number], "big")
    chain = [stage for stage in values[9, 2, 6, number] if stage]
    times = [int.from_bytes(values[9, 2, 7, number][2 * k : 2 * k + 2], "big") for k in range(len(chain))]
    if sum(times) != cycle:
        raise ReadBackError(f"plan {number}: the stages make {sum(times)} s, not {cycle} s")
    losing = {values[4, 2, a, phase][0]: values[4, 2, a + 1, phase][0] for a in (3, 5, 7)}
    yellow, at, strip = losing[0x30], int.from_bytes(values[9, 2, 5, number], "big"), ["r"] * cycle
    for place, (stage, seconds) in enumerate(zip(chain, times, strict=True)):
        before, after = chain[place - 1], chain[(place + 1) % len(chain)]
        if _serves(values, stage, phase):
            late, early = values[6, 2, 3, stage][phase - 1], values[6, 2, 4, stage][phase - 1]
            goes_on = (
                len(chain) > 1 and _serves(values, after, phase) and early == 0 and _late(values, after, phase) == 0
            )
            comes_on = len(chain) > 1 and _serves(values, before, phase) and late == 0
            begin = at if comes_on else at + late
            end = at + seconds if goes_on else at + seconds - early - yellow
            for second in range(begin, end):
                strip[second % cycle] = "G"
            for second in range(end, end if goes_on else end + yellow):
                strip[second % cycle] = "y"
        at += seconds
    return "".join(strip)


def _serves(values: Values, stage: int, phase: int) -> bool:
    return bool(int.from_bytes(values[6, 2, 2, stage], "big") >> (phase - 1) & 1)


def _late(values: Values, stage: int, phase: int) -> int:
    return values[6, 2, 3, stage][phase - 1]
