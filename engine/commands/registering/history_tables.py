"""The register as tables for people."""

from __future__ import annotations

from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ...register.history import History

COLOURS = {"approved": "green", "exported": "green", "revoked": "red", "superseded": "yellow"}


def print_history(found: History, today: date) -> None:
    """Print the entries, the plans with their states, and the warnings."""
    console = Console(highlight=False)
    entries = Table("", title=f"Register {escape(found.standing.name)}")
    entries.add_column("when (UTC)", no_wrap=True)
    for name in ("who", "what", "plan", "why"):
        entries.add_column(name, no_wrap=name == "plan")
    for entry in found.entries:
        body = entry.body or {}
        what = f"{entry.kind} {body['person']}: {', '.join(body['roles'])}" if "person" in body else entry.kind
        when = str(body.get("at", ""))[:16].replace("T", " ")
        row = (str(entry.number), when, str(body.get("by", "")), what, (entry.plan or "")[:8], str(body.get("why", "")))
        entries.add_row(*map(escape, row))
    console.print(entries)
    plans = Table()
    for name in ("plan", "name", "for", "state", "by", "approved by", "look again by"):
        plans.add_column(name, no_wrap=name in ("plan", "state", "look again by"))
    for plan in found.plans:
        state = f"[{COLOURS.get(plan.state, 'default')}]{plan.state}[/]"
        names = (plan.plan[:8], plan.name, f"{plan.study}, {plan.period}")
        authors, approver = ", ".join(sorted(plan.authors)), plan.approver or ""
        plans.add_row(*map(escape, names), state, escape(authors), escape(approver), plan.recheck_on or "")
    if found.plans:
        console.print(plans)
    console.print(f"head {found.standing.head}", soft_wrap=True)
    for warning in found.warnings(today):
        console.print(f"[yellow]warning[/] {escape(warning)}", soft_wrap=True)
