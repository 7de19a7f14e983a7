"""`greenband rules`: what a rules pack requires of each junction, and how it is derived."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .shared import AsJson, Quiet, StudyFolder, print_json, say

PackName = Annotated[
    str | None,
    typer.Option("--pack", help="us, de, cn, none, or an agency's own .toml file. [study.toml, else none]"),
]


def rules(study: StudyFolder, pack: PackName = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Show what a rules pack requires of each junction (yellows, greens, walks, intergreens), and how it is derived."""
    from dataclasses import asdict

    from rich.markup import escape

    from ..rules.derive import requirements
    from ..rules.pack import read_pack
    from ..studies.file import read_study
    from ..studies.network import network_as_built

    chosen = read_study(study)
    found_pack = read_pack(pack, Path()) if pack else read_pack(chosen.file.rules, chosen.folder)
    found = requirements(network_as_built(chosen), found_pack)
    if as_json:
        print_json({"pack": found_pack.name, "sources": found_pack.sources, "requirements": [asdict(r) for r in found]})
        return
    say(f"{found_pack.title}", quiet=quiet)
    for source in found_pack.sources:
        say(f"  {escape(source)}", quiet=quiet)
    for r in found:
        mark = "[yellow]longer than today[/]" if r.required_s > r.today_s else "kept today"
        text = escape(f"{r.junction} {' → '.join(r.groups)}: {r.rule} {r.required_s:g} s (today {r.today_s:g} s)")
        say(f"{text}, {mark}: {escape(r.how)}", quiet=quiet)
    longer = sum(r.required_s > r.today_s for r in found)
    say(f"{len(found)} requirements, {longer} ask for more than the running program has", quiet=quiet)
