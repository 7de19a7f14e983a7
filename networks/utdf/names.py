"""The names of UTDF as Synchro writes them, whatever their letters' case in a file."""

from __future__ import annotations

TITLES = {
    "Network": "Network Settings",
    "Nodes": "Node Data",
    "Links": "Link Data",
    "Lanes": "Lane Group Data",
    "Timeplans": "Timing Plan Settings",
    "Phases": "Phasing Data",
}
RECORDS = (
    "Metric", "UTDFVERSION", "ScenarioDate", "ScenarioTime", "yellowTime", "allRedTime",
    "Up ID", "Lanes", "Name", "Distance", "Speed",
    "Up Node", "Dest Node", "Shared", "Storage", "StLanes", "Volume", "Growth",
    "Phase1", "Phase2", "Phase3", "Phase4", "PermPhase1", "PermPhase2", "PermPhase3", "PermPhase4",
    "Control Type", "Cycle Length", "Referenced To", "Reference Phase", "Offset", *(f"Node {k}" for k in range(8)),
    "BRP", "MinGreen", "MaxGreen", "Yellow", "AllRed", "Recall", "Walk", "DontWalk", "MinSplit", "Start", "End",
)  # fmt: skip
HEADS = ("RECORDNAME", "INTID")  # what a header may begin with
_SECTIONS = {name.lower(): name for name in TITLES}
_RECORDS = {name.lower(): name for name in RECORDS}


def section_name(text: str) -> str:
    """Return the name of a section as we write it; one that we do not know as it stands."""
    return _SECTIONS.get(text.strip().lower(), text.strip())


def record_name(text: str) -> str:
    """Return the name of a record as we write it; one that we do not know as it stands."""
    cleaned = " ".join(text.split())
    return _RECORDS.get(cleaned.lower(), text.strip())


def column_name(text: str) -> str:
    """Return the name of a column, such as NBL, D2, DATA or X: all are capitals."""
    return text.strip().upper()
