"""What SUMO gets of a user's files: nothing by which it would write files or read others.

SUMO writes wherever an additional file's `file=` says and reads whatever its `<include>` names. So additional files are
copied, with what is known of them alone; route files and networks too, where something in them might do the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from lxml import etree

from ..networks.errors import InputError
from ..networks.files import read_bytes
from .scenario import Scenario

# What traffic, stops and signals are made of, and what steers traffic on its way.
TRAFFIC = "vType vTypeDistribution route routeDistribution vehicle trip flow person personFlow container containerFlow"
PARTS = "stop walk ride personTrip access transport tranship stage space param phase assignment condition function"
DISTRICTS = "taz tazSource tazSink"
PLACES = "busStop trainStop containerStop parkingArea chargingStation tlLogic WAUT wautSwitch wautJunction"
STEERING = (
    "rerouter interval closingReroute closingLaneReroute destProbReroute routeProbReroute parkingAreaReroute "
    "viaProbReroute stationReroute variableSpeedSign step calibrator"
)
NETWORK = "location type edge lane junction request connection prohibition roundabout stopOffset neigh restriction bidi"
KNOWN = frozenset(" ".join((TRAFFIC, PARTS, DISTRICTS, PLACES, STEERING)).split())
KNOWN_OF_NETWORK = KNOWN | frozenset(NETWORK.split())
# Detectors are kept where a program names one; they write nothing then.
DETECTORS = frozenset(("inductionLoop", "e1Detector", "laneAreaDetector", "e2Detector", "routeProbe"))
DRAWN = frozenset(("poly", "poi"))  # of the picture, not of the traffic
WRITES = frozenset(("file", "dest", "output"))
WRITING_WORD = re.compile("file|output", re.IGNORECASE)
# An entity or another encoding could hide any of it: such files are copied.
SUSPICIOUS = re.compile(
    rb"""\b(file|dest|output)\s*=|\bkey\s*=\s*["'][^"']*(file|output)|<\s*include\b|&\#|<!DOCTYPE|\x00""", re.IGNORECASE
)


def safe_scenario(scenario: Scenario, folder: Path) -> Scenario:
    """Return the scenario with copies, written into the folder, of the files that SUMO may not have as they are.

    Raises InputError for a file that cannot be read or includes another one.
    """
    named = _named_detectors(scenario.additional)
    return replace(
        scenario,
        network=_if_suspicious(scenario.network, folder / "user.net.xml", KNOWN_OF_NETWORK),
        routes=tuple(
            _if_suspicious(path, folder / f"user-{place}.rou.xml", KNOWN) for place, path in enumerate(scenario.routes)
        ),
        additional=tuple(
            _copied(path, folder / f"user-{place}.add.xml", KNOWN, named)
            for place, path in enumerate(scenario.additional)
        ),
    )


def names_of_copies(scenario: Scenario, safe: Scenario) -> dict[str, str]:
    """Return what each copy in `safe` is a copy of: people know their own files."""
    own = (scenario.network, *scenario.routes, *scenario.additional)
    copies = (safe.network, *safe.routes, *safe.additional)
    return {str(copy.absolute()): str(path) for path, copy in zip(own, copies, strict=True) if path != copy}


def refuse_includes(paths: Iterable[Path]) -> None:
    """Raise InputError for a file that cannot be read or includes another one."""
    for path in paths:
        if _is_suspicious(path, path.stat().st_mtime_ns):
            _without_includes(path)


def left_out(path: Path) -> tuple[str, ...]:
    """Return the names of the elements of an additional file that SUMO does not get, in order; none of pictures."""
    tags = (_name(child) for child in parsed(path).iterdescendants(etree.Element))
    return tuple(dict.fromkeys(tag for tag in tags if not _is_known(tag, KNOWN | DRAWN)))


def _if_suspicious(path: Path, copy: Path, known: frozenset[str]) -> Path:
    suspicious = _is_suspicious(path, path.stat().st_mtime_ns)
    return _copied(path, copy, known, frozenset()) if suspicious else listed(path, copy)


def listed(path: Path, link: Path) -> Path:
    """Return a file as SUMO may have it in a list: by a link where a comma in its name would part it in two."""
    if "," not in str(path.resolve()):
        return path
    link = link.with_suffix(link.suffix + ".gz") if path.suffix == ".gz" else link
    link.unlink(missing_ok=True)
    link.symlink_to(path.resolve())
    return link.absolute()


@lru_cache(maxsize=256)
def _is_suspicious(path: Path, changed_ns: int) -> bool:
    return SUSPICIOUS.search(read_bytes(path, "an input of the simulation")) is not None


def _copied(path: Path, copy: Path, known: frozenset[str], detectors: frozenset[str]) -> Path:
    root = _without_includes(path)
    made = etree.Element(_name(root), _attributes(root))
    made.extend(_kept(root, known, detectors))
    copy.write_bytes(etree.tostring(made, xml_declaration=True, encoding="UTF-8"))
    return copy


def _without_includes(path: Path) -> etree._Element:
    root = parsed(path)
    for element in root.iter(etree.Element):
        if _name(element) == "include":
            raise InputError(
                where=f"{path}, line {element.sourceline}",
                found=f"<include href={element.get('href')!r}>",
                rule="every file that a simulation reads is named, so that it can be kept with the evidence",
                fix="name the included file itself as a further file, and take the line out",
            )
    return root


def _kept(parent: etree._Element, known: frozenset[str], detectors: frozenset[str]) -> Iterator[etree._Element]:
    """Yield copies of the children that are known, without what makes SUMO write or read files."""
    for child in parent.iterchildren(etree.Element):
        tag, writes_nothing = _name(child), {}
        if tag in DETECTORS and child.get("id") in detectors:
            writes_nothing = {"file": "NUL"}
        elif not _is_known(tag, known) or (tag == "param" and WRITING_WORD.search(child.get("key") or "")):
            continue
        made = etree.Element(tag, {**_attributes(child), **writes_nothing})
        made.extend(_kept(child, known, detectors))
        yield made


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _is_known(tag: str, known: frozenset[str]) -> bool:
    return tag in known or tag.startswith("carFollowing-")


def _attributes(element: etree._Element) -> dict[str, str]:
    """Return the attributes that name no file; those of a namespace are of schemas."""
    return {
        str(name): str(value)
        for name, value in element.attrib.items()
        if str(name) not in WRITES and not str(name).startswith("{")
    }


def _named_detectors(files: Sequence[Path]) -> frozenset[str]:
    """Return what the programs' parameters name: some of them are detectors."""
    return frozenset(
        param.get("value") or ""
        for path in files
        for logic in parsed(path).iter("tlLogic")
        for param in logic.iterchildren("param")
    )


def parsed(path: Path) -> etree._Element:
    """Return the root of an input of the simulation, whatever its name. Raises InputError for broken XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        return etree.fromstring(read_bytes(path, "an input of the simulation"), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(
            where=f"{path}, line {error.lineno}",
            found=f"broken XML ({error.msg})",
            rule="an input of the simulation must be well-formed XML",
            fix="make or copy the file again",
        ) from error
