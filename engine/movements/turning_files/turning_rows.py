"""A file of turning counts as rows: what was counted of each turn of a site in a period of a day."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import polars as pl

from ....networks.errors import InputError
from ...counts.files.wishes import Wishes
from ...counts.formats.counts_format import How, format_named
from ...counts.formats.scanned import collected
from ...counts.long_table import read_file
from ...studies.file import Study
from ...studies.turning import TurningCounts

COLUMN = re.compile(r"^(?P<site>.+)/(?P<approach>NB|SB|EB|WB|NE|NW|SE|SW)(?P<turn>U|L|T|R|L2|R2)$")


def turning_rows(study: Study, part: TurningCounts, begin_s: int, end_s: int) -> pl.DataFrame:
    """Return `site, approach, turn, day, veh, share` of the period: vehicles, and the share of it that was counted."""
    file = study.file
    path = study.folder / part.file
    how = How(
        format=format_named(part.format),
        tz=file.tz,
        dates=part.dates,
        interval_s=part.interval_s,
        mapping=study.folder / part.mapping if part.mapping else None,
        wishes=Wishes(sheet=part.sheet),
    )
    with tempfile.TemporaryDirectory(prefix="greenband-turns-") as scratch:
        rows = read_file(path, how, Path(scratch)).rows
        parts = pl.col("detector").str.extract_groups(COLUMN.pattern)
        second = pl.col("start").dt.hour().cast(pl.Int32) * 3600 + pl.col("start").dt.minute().cast(pl.Int32) * 60
        named = rows.filter(pl.col("count").is_not_null()).with_columns(parts=parts, second=second)
        if collected(named.filter(pl.col("parts").struct.field("site").is_not_null()).head(1), path).is_empty():
            raise _no_turns(path, rows)
        inside = (pl.col("second") >= begin_s) & (pl.col("second") + pl.col("interval_s") <= end_s)
        return collected(
            named.filter(inside)
            .group_by("parts", day=pl.col("start").dt.date())
            .agg(veh=pl.col("count").sum(), share=pl.col("interval_s").sum() / (end_s - begin_s))
            .unnest("parts")
            .drop_nulls("site")
            .sort("site", "approach", "turn", "day"),
            path,
        )


def _no_turns(path: Path, rows: pl.LazyFrame) -> InputError:
    names = rows.select("detector").head(3).collect()["detector"].to_list()
    return InputError(
        where=str(path),
        found="counts of " + ", ".join(map(str, names)),
        rule="turning counts name a site, an approach and a turn, as 5/NBL",
        fix="give a file of turning counts, or name it as counts of detectors",
    )
