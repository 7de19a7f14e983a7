"""`greenband counts`: the verdict on a study's counts."""

from __future__ import annotations

from .shared import AsJson, Quiet, StudyFolder, print_json


def counts(study: StudyFolder, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Say of each detector how many of its counts were observed, imputed and rejected, and why."""
    from ..prepare import judged_counts, network_of
    from ..study_file import read_study

    read = read_study(study)
    judged = judged_counts(read, network_of(read)).judged
    rows = [
        {"detector": detector.id, "lane": detector.lane, "coverage": judged.coverage[detector.id]}
        | judged.tally(detector.id)
        | {"dropped": detector.id in judged.dropped}
        for detector in judged.counts.detectors
    ]
    if as_json:
        print_json(rows)
    elif not quiet:
        _print(rows)


def _print(rows: list[dict[str, object]]) -> None:
    from rich.console import Console
    from rich.table import Table

    reasons = [name for name in rows[0] if name not in ("detector", "lane", "coverage", "imputed", "dropped")]
    table = Table("detector", "coverage", *reasons, "imputed", "", title="Verdict on the counts (bins)")
    for row in rows:
        cells = [str(row[name]) for name in (*reasons, "imputed")]
        table.add_row(str(row["detector"]), f"{row['coverage']:.1%}", *cells, "dropped" if row["dropped"] else "")
    Console().print(table)
