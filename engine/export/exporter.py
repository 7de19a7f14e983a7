"""What every exporter takes and gives, and the exporters by name.

An exporter is a pure function: a checked plan, its network (with the facts of the junctions) and options in; bytes
and a list of losses out. It reads back what it wrote before it returns. Who may have the bytes, where they are put,
and what their mark says is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from itertools import pairwise

from ...networks.errors import InputError
from ...networks.network import Network
from ...networks.plan import JunctionPlan, Plan
from ..check.findings import CheckedPlan

DRAFT = "DRAFT, not approved for the street"


class ReadBackError(Exception):
    """A written file does not say what the plan says: a fault of the writer, never of the user."""


class CannotHold(InputError):
    """The format cannot hold the plan, and leaving something out would change what the street shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something in the plan that the format cannot hold; the rest of the plan is in the file unchanged."""

    junction: str  # "" for all
    groups: tuple[str, ...]  # those concerned; none for all
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """The file, and what it could not hold."""

    content: bytes
    losses: tuple[Loss, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedPlan:
    """A plan that takes over at a time of day, on days of the week (0 Monday … 6 Sunday)."""

    plan: CheckedPlan
    start_s: int
    days: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What an exporter may be told beside the plan; a format names those that it takes, the rest are refused.

    The mark is every format's. `start_s` and `later` together are the option `schedule`.
    """

    mark: str = DRAFT  # stands in the file, in words or beside the name of the plan
    variant: str | None = None  # of the format: SUMO static or nema; NTCIP v02 or v03
    offset_reference: str | None = None  # where the format or its vendor leaves open what an offset refers to
    program_id: str = "greenband"  # SUMO
    junctions: tuple[str, ...] = ()  # those to export; none for all
    row: int = 1  # NTCIP: number of the first pattern, split, sequence, action and day plan
    carry_greens: bool = False  # formats of phases: leave out a yellow right before the same group's next green
    start_s: int | None = None  # the second of the day at which the plan itself takes over
    later: tuple[TimedPlan, ...] = ()  # the other plans of the day


Exporter = Callable[[CheckedPlan, Network, ExportOptions], Export]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """An exporter's place, imported when it is used, how its files are usually called, and the options it takes.

    The first of its variants is the one without the option.
    """

    name: str
    about: str
    suffix: str
    module: str
    takes: tuple[str, ...]
    variants: tuple[str, ...] = ()

    def given_to(self, options: ExportOptions) -> ExportOptions:
        """Return the options without those that other formats of the same package take."""
        plain = ExportOptions()
        fields = [field for name in {*OPTIONS} - {*self.takes} for field in OPTIONS[name].fields]
        return replace(options, **{field: getattr(plain, field) for field in fields})

    def exporter(self) -> Exporter:
        """Return the function `export_plan` of the format's module."""
        exporter: Exporter = import_module(self.module, __package__).export_plan
        return exporter


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOption:
    """An option as the command line calls it, and the fields of `ExportOptions` that it sets."""

    flag: str
    fields: tuple[str, ...]

    def is_given(self, options: ExportOptions) -> bool:
        """Whether it differs from what holds without it."""
        plain = ExportOptions()
        return any(getattr(options, field) != getattr(plain, field) for field in self.fields)


OPTIONS = {
    "variant": ExportOption(flag="--variant", fields=("variant",)),
    "offset_reference": ExportOption(flag="--offset-reference", fields=("offset_reference",)),
    "program_id": ExportOption(flag="the program's name", fields=("program_id",)),
    "junctions": ExportOption(flag="--junction", fields=("junctions",)),
    "row": ExportOption(flag="--row", fields=("row",)),
    "carry_greens": ExportOption(flag="--carry-greens", fields=("carry_greens",)),
    "schedule": ExportOption(flag="--from and --later", fields=("start_s", "later")),
}

_ALL = (
    Format(
        name="sumo",
        about="SUMO additional file",
        suffix=".add.xml",
        module=".sumo.formats",
        takes=("variant", "program_id", "junctions", "schedule"),
        variants=("static", "nema"),
    ),
    Format(
        name="utdf",
        about="UTDF version 8, combined CSV",
        suffix=".csv",
        module=".utdf.utdf",
        takes=("offset_reference", "junctions", "carry_greens"),
    ),
    Format(
        name="ntcip",
        about="NTCIP 1202 object lists",
        suffix=".ntcip.txt",
        module=".ntcip.ntcip",
        takes=("variant", "offset_reference", "junctions", "row", "carry_greens", "schedule"),
        variants=("v03", "v02"),
    ),
    Format(
        name="vissim",
        about="PTV Vissim .sig files",
        suffix=".sig.zip",
        module=".vissim",
        takes=("junctions", "carry_greens"),
    ),
    Format(
        name="gmns",
        about="GMNS signal tables",
        suffix=".gmns.zip",
        module=".gmns",
        takes=("offset_reference", "junctions", "carry_greens", "schedule"),
    ),
    Format(
        name="rsmp",
        about="RSMP command requests",
        suffix=".rsmp.json",
        module=".rsmp",
        takes=("offset_reference", "junctions", "row", "schedule"),
    ),
    Format(
        name="gbt20999",
        about="GB/T 20999-2017 frames",
        suffix=".gbt20999.txt",
        module=".gbt20999.gbt20999",
        takes=("junctions", "row", "carry_greens", "schedule"),
    ),
    Format(
        name="sheet",
        about="timing sheet, HTML",
        suffix=".html",
        module=".sheet.sheet",
        takes=("junctions",),
    ),
    Format(
        name="sheet-pdf",
        about="timing sheet, PDF",
        suffix=".pdf",
        module=".sheet.pdf",
        takes=("junctions",),
    ),
)
FORMATS = {found.name: found for found in _ALL}


def format_of(name: str) -> Format:
    """Return the format of a name. Raises InputError if there is none."""
    if name not in FORMATS:
        raise InputError(
            where="--format", found=f"'{name}'", rule="the formats are " + ", ".join(FORMATS), fix="name one of them"
        )
    return FORMATS[name]


def require_taken(names: Sequence[str], options: ExportOptions) -> None:
    """Raise InputError for an option that none of the formats takes, or a variant that none of them has."""
    formats = [format_of(name) for name in names]
    for option, known in OPTIONS.items():
        if known.is_given(options) and not any(option in one.takes for one in formats):
            takers = [one.name for one in FORMATS.values() if option in one.takes]
            raise InputError(
                where=known.flag,
                found=f"the format {', '.join(names)}",
                rule=f"{known.flag} is for {', '.join(takers)} alone",
                fix="leave it out, or name one of these formats",
            )
    variants = [variant for one in formats for variant in one.variants]
    if options.variant is not None and options.variant not in variants:
        raise InputError(
            where="--variant",
            found=f"'{options.variant}'",
            rule=f"the variants of {', '.join(names)} are {', '.join(variants)}",
            fix="name one of them",
        )


def export_as(name: str, checked: CheckedPlan, network: Network, options: ExportOptions | None = None) -> Export:
    """Return a plan in a format.

    Raises InputError if there is no such format, or an option is wrong or none of the format's, CannotHold if the
    format cannot hold the plan, ReadBackError if the written file, read by other code, differs from the plan.
    """
    told = options or ExportOptions()
    require_taken([name], told)
    return format_of(name).exporter()(checked, network, told)


def plans_of_day(checked: CheckedPlan, options: ExportOptions) -> tuple[TimedPlan, ...]:
    """Return the plan and those after it by the time at which they take over; none if no time is given.

    Raises InputError if only some have a time, or two take over at once.
    """
    if options.start_s is None:
        if options.later:
            raise InputError(
                where="the schedule",
                found="a time for the later plans only",
                rule="with several plans each has the time of day at which it takes over",
                fix="give the first plan its time too",
            )
        return ()
    plans = sorted((TimedPlan(plan=checked, start_s=options.start_s), *options.later), key=lambda p: p.start_s)
    for first, second in pairwise(plans):
        if first.start_s == second.start_s and set(first.days) & set(second.days):
            raise InputError(
                where="the schedule",
                found=f"two plans that take over at second {first.start_s} of the day",
                rule="one plan runs at a time",
                fix="give them different times or days",
            )
    return tuple(plans)


def plans_of_junctions(plan: Plan, options: ExportOptions) -> tuple[JunctionPlan, ...]:
    """Return the plans of the junctions that were asked for. Raises InputError for one that the plan has not."""
    unknown = [name for name in options.junctions if name not in plan.by_junction]
    if unknown:
        raise InputError(
            where="--junction",
            found=f"'{unknown[0]}'",
            rule="the plan's junctions are " + ", ".join(sorted(plan.by_junction)),
            fix="name some of them",
        )
    return tuple(found for found in plan.junctions if not options.junctions or found.junction in options.junctions)


def plain_name(plan: Plan) -> str:
    """Return the plan's name without what a comment or a field could not hold."""
    return "".join(c if c.isprintable() and c not in "-,;\"'<>" else "_" for c in plan.name)
