"""The objects of NTCIP 1202 v03 and 1201 v03 that an export writes: numbers, syntax, and since which version.

Derived from NTCIP 1202. Copyright by AASHTO / ITE / NEMA. Used by permission. Only names, numbers and ranges are here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ASC = "1.3.6.1.4.1.1206.4.2.1"
GLOBAL = "1.3.6.1.4.1.1206.4.2.6"
Kind = Literal["i", "x", "o"]  # integer, octets in hexadecimal, object identifier: the letters of net-snmp's snmpset


@dataclass(frozen=True, slots=True, kw_only=True)
class Object:
    """An object: its OID without index, its kind, the range of an integer, and whether version 02 has it."""

    name: str
    oid: str
    kind: Kind = "i"
    low: int = 0
    high: int = 255
    in_v02: bool = True


def _asc(name: str, place: str, kind: Kind = "i", low: int = 0, high: int = 255, in_v02: bool = True) -> Object:
    return Object(name=name, oid=f"{ASC}.{place}", kind=kind, low=low, high=high, in_v02=in_v02)


def _glb(name: str, place: str, kind: Kind = "i", low: int = 0, high: int = 255) -> Object:
    return Object(name=name, oid=f"{GLOBAL}.{place}", kind=kind, low=low, high=high)


_OBJECTS = (
    _asc("phaseWalk", "1.2.1.2"),
    _asc("phasePedestrianClear", "1.2.1.3"),
    _asc("phaseMinimumGreen", "1.2.1.4"),
    _asc("phasePassage", "1.2.1.5"),
    _asc("phaseMaximum1", "1.2.1.6"),
    _asc("phaseMaximum2", "1.2.1.7"),
    _asc("phaseYellowChange", "1.2.1.8"),
    _asc("phaseRedClear", "1.2.1.9"),
    _asc("phaseRedRevert", "1.2.1.10"),
    _asc("phaseAddedInitial", "1.2.1.11"),
    _asc("phaseMaximumInitial", "1.2.1.12"),
    _asc("phaseTimeBeforeReduction", "1.2.1.13"),
    _asc("phaseCarsBeforeReduction", "1.2.1.14"),
    _asc("phaseTimeToReduce", "1.2.1.15"),
    _asc("phaseReduceBy", "1.2.1.16"),
    _asc("phaseMinimumGap", "1.2.1.17"),
    _asc("phaseDynamicMaxLimit", "1.2.1.18"),
    _asc("phaseDynamicMaxStep", "1.2.1.19"),
    _asc("phaseStartup", "1.2.1.20", low=1, high=6),
    _asc("phaseOptions", "1.2.1.21", high=65535),
    _asc("phaseRing", "1.2.1.22"),
    _asc("phaseConcurrency", "1.2.1.23", "x"),
    _asc("coordOperationalMode", "4.1"),
    _asc("coordMaximumMode", "4.3", low=1, high=5),
    _asc("coordForceMode", "4.4", low=1, high=3),
    _asc("patternCycleTime", "4.7.1.2"),
    _asc("patternOffsetTime", "4.7.1.3"),
    _asc("patternSplitNumber", "4.7.1.4", low=1),
    _asc("patternSequenceNumber", "4.7.1.5", low=1),
    _asc("patternCoordSyncPoint", "4.7.1.6", low=1, high=8, in_v02=False),
    _asc("patternOptions", "4.7.1.7", low=1, high=6, in_v02=False),
    _asc("splitTime", "4.9.1.3"),
    _asc("splitMode", "4.9.1.4", low=1, high=8),
    _asc("splitCoordPhase", "4.9.1.5", high=1),
    _asc("timebaseAscPatternSync", "5.1", high=65535),
    _asc("timebaseAscActionNumber", "5.3.1.1", low=1),
    _asc("timebaseAscPattern", "5.3.1.2"),
    _asc("timebaseAscAuxiliaryFunction", "5.3.1.3"),
    _asc("timebaseAscSpecialFunction", "5.3.1.4"),
    _asc("sequenceData", "7.3.1.3", "x"),
    _asc("channelControlSource", "8.2.1.2"),
    _asc("channelControlType", "8.2.1.3", low=1, high=6),
    _asc("channelFlash", "8.2.1.4"),
    _asc("channelGreenType", "8.2.1.6", low=1, high=5, in_v02=False),
    _asc("overlapType", "9.2.1.2", low=1, high=10),
    _asc("overlapIncludedPhases", "9.2.1.3", "x"),
    _asc("overlapModifierPhases", "9.2.1.4", "x"),
    _asc("overlapTrailGreen", "9.2.1.5"),
    _asc("overlapTrailYellow", "9.2.1.6"),
    _asc("overlapTrailRed", "9.2.1.7"),
    _glb("dbCreateTransaction", "2.1", low=1, high=6),
    _glb("dbVerifyStatus", "2.6", low=1, high=3),
    _glb("timeBaseScheduleMonth", "3.3.2.1.2", high=65535),
    _glb("timeBaseScheduleDay", "3.3.2.1.3"),
    _glb("timeBaseScheduleDate", "3.3.2.1.4", high=4294967295),
    _glb("timeBaseScheduleDayPlan", "3.3.2.1.5"),
    _glb("dayPlanHour", "3.3.5.1.3", high=23),
    _glb("dayPlanMinute", "3.3.5.1.4", high=59),
    _glb("dayPlanActionNumberOID", "3.3.5.1.5", "o"),
)
OBJECTS = {found.name: found for found in _OBJECTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of an object list: an object with its index, and a value to set or (`expect`) to find before going on."""

    name: str
    index: tuple[int, ...]
    value: str
    expect: bool = False

    @property
    def oid(self) -> str:
        """The OID with its index; a scalar has index 0."""
        return ".".join((OBJECTS[self.name].oid, *map(str, self.index or (0,))))

    @property
    def text(self) -> str:
        """The line as it stands in the file."""
        return f"{self.oid};{'expect' if self.expect else OBJECTS[self.name].kind};{self.value}"


def integer(name: str, value: int, *index: int) -> Line:
    """Return a line that sets an integer. Raises ValueError if the object cannot hold it."""
    limits = OBJECTS[name]
    if not limits.low <= value <= limits.high:
        raise ValueError(f"{name} {value} is not within {limits.low} to {limits.high}")
    return Line(name=name, index=index, value=str(value))


def octets(name: str, values: tuple[int, ...], *index: int) -> Line:
    """Return a line that sets octets, each a number of a phase."""
    return Line(name=name, index=index, value=bytes(values).hex())
