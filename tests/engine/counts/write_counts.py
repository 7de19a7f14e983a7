"""A table of counts written as agencies write them; each writer is named for what it writes, and knows its reading."""

import csv
import gzip
import io
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import xlsxwriter
from greenband.engine.counts.formats.counts_format import How


@dataclass(frozen=True)
class Content:
    """Counts of detectors in bins of one length; the detectors are named as the format names its own."""

    start: datetime
    interval_s: int
    veh: dict[str, list[int]]

    def stamps(self):
        bins = len(next(iter(self.veh.values())))
        return [self.start + timedelta(seconds=self.interval_s * k) for k in range(bins)]

    def rows(self):
        """Yield (detector, stamp, count), bin by bin."""
        for k, stamp in enumerate(self.stamps()):
            for name, counts in self.veh.items():
                yield name, stamp, counts[k]


@dataclass(frozen=True)
class Written:
    """Bytes under a name, and what has to be said to read them."""

    name: str
    data: bytes
    how: How = field(default_factory=How)


def text_of(rows, separator=","):
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\n").writerows(rows)
    return out.getvalue()


def workbook(rows, sheets=("Counts",)):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    day_and_time = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
    for name in sheets:
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(r, c, value, day_and_time)
                else:
                    sheet.write(r, c, value)
    book.close()
    return out.getvalue()


def own(content, stamp="%Y-%m-%dT%H:%M:%S"):
    head = ["detector", "start", "interval_s", "count"]
    return [head, *([n, t.strftime(stamp), content.interval_s, v] for n, t, v in content.rows())]


def wide(content, stamp=lambda t: t.isoformat()):
    rows = zip(content.stamps(), *content.veh.values(), strict=True)
    return [["timestamp", *content.veh], *([stamp(t), *values] for t, *values in rows)]


def as_own_table(content):
    return Written("counts.csv", text_of(own(content)).encode())


def as_utf16_with_tabs(content):
    return Written("counts.txt", text_of(own(content), "\t").encode("utf-16"))


def as_semicolons_with_a_title(content):
    return Written("counts.csv", ("# of the city\nsep=;\n" + text_of(own(content), ";")).encode("utf-8-sig"))


def as_gzip(content):
    return Written("counts.csv.gz", gzip.compress(text_of(own(content)).encode()))


def as_zip(content):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("export/counts.csv", text_of(own(content)))
    return Written("counts.zip", out.getvalue())


def as_workbook(content):
    head = ["detector", "start", "interval_s", "count"]
    return Written("counts.xlsx", workbook([head, *([n, t, content.interval_s, v] for n, t, v in content.rows())]))


def as_wide_table(content):
    return Written("wide.csv", text_of(wide(content)).encode())


def as_wide_workbook(content):
    return Written("wide.xlsx", workbook(wide(content, stamp=lambda t: t)))


def as_wide_with_date_and_time(content):
    rows = [
        [t.strftime("%Y-%m-%d"), t.strftime("%H:%M"), *v]
        for t, *v in zip(content.stamps(), *content.veh.values(), strict=True)
    ]
    return Written("wide.csv", text_of([["Date", "Time", *content.veh], *rows]).encode())


def as_utd19(content):
    rows = [
        [t.strftime("%Y-%m-%d"), t.hour * 3600 + t.minute * 60, n, v * 3600 / content.interval_s, 0.1, "", "luzern", ""]
        for n, t, v in content.rows()
    ]
    return Written(
        "utd19.csv", text_of([["day", "interval", "detid", "flow", "occ", "error", "city", "speed"], *rows]).encode()
    )


def as_german_hours(content):
    head = "detid_15;tag;stunde;qualitaet;q_kfz_det_hr;v_kfz_det_hr;q_pkw_det_hr;v_pkw_det_hr;q_lkw_det_hr;v_lkw_det_hr"
    rows = [f"{n};{t.strftime('%d.%m.%Y')};{t.hour};1.0;{v};45;{v};45;0;40" for n, t, v in content.rows()]
    return Written("det_val_hr.csv", "\n".join([head, *rows, ""]).encode())


def as_dublin_hours(content):
    rows = [
        [(t + timedelta(seconds=content.interval_s)).strftime("%Y%m%d%H%M%S"), "CCITY", *n.split("/"), v, v // 12]
        for n, t, v in content.rows()
    ]
    return Written(
        "SCATS.csv", text_of([["End_Time", "Region", "Site", "Detector", "Sum_Volume", "Avg_Volume"], *rows]).encode()
    )


LEGS = {"NB": "s", "SB": "n", "EB": "w", "WB": "e"}


def as_toronto(content):
    """Write turns SITE/NBL of one site: half of the vehicles as lorries."""
    names = list(content.veh)
    head = ["_id", "count_id", "count_date", "location_name", "centreline_id", "px", "start_time", "end_time"]
    turns = [f"{LEGS[n.split('/')[1][:2]]}_appr_{kind}_{n[-1].lower()}" for n in names for kind in ("cars", "truck")]
    rows = []
    for k, t in enumerate(content.stamps()):
        end = t + timedelta(seconds=content.interval_s)
        values = [half for n in names for half in (content.veh[n][k] - content.veh[n][k] // 2, content.veh[n][k] // 2)]
        fixed = [k, 1, t.date(), "A St / B St", names[0].split("/")[0], 7, t.isoformat(), end.isoformat()]
        rows.append([*fixed, *values, 5, 6])
    return Written("tmc_raw_data.csv", text_of([[*head, *turns, "n_appr_peds", "n_appr_bike"], *rows]).encode())


MOVEMENTS = {"L": "left", "T": "thru", "R": "right", "U": "u_turn"}


def as_miovision_export(content):
    rows = []
    for n, t, v in content.rows():
        site, turn = n.split("/")
        leg = LEGS[turn[:2]].upper()
        for kind, many in (("Lights", v - v // 3), ("Buses", v // 3), ("Bicycles on Road", 9)):
            rows.append([4, site, t.isoformat(), kind, leg, "", MOVEMENTS[turn[2]], many])
    head = [
        "study_id",
        "study_name",
        "datetime_bin",
        "classification",
        "entry_dir_name",
        "exit_dir_name",
        "movement",
        "volume",
    ]
    return Written("miovision.csv", text_of([head, *rows]).encode(), How(interval_s=content.interval_s))


def as_miovision_sheet(content):
    names = list(content.veh)
    heading = {"NB": "Northbound", "SB": "Southbound", "EB": "Eastbound", "WB": "Westbound"}
    word = {"L": "Left", "T": "Thru", "R": "Right", "U": "U-Turn"}
    order = sorted(names, key=lambda n: n.split("/")[1][:2])
    legs = [n.split("/")[1][:2] for n in order]
    first = [heading[leg] if k == 0 or legs[k - 1] != leg else "" for k, leg in enumerate(legs)]
    rows = [
        ["Site Code", names[0].split("/")[0]],
        ["Leg", *("x" if cell else "" for cell in first)],
        ["Direction", *first],
        ["Start Time", *(word[n[-1]] for n in order)],
    ]
    rows += [[t, *(content.veh[n][k] for n in order)] for k, t in enumerate(content.stamps())]
    return Written("report.xlsx", workbook(rows))


COUNTS_TOML = """
detector = ["Knoten", "Spur"]
start = "Ende"
stamp = "end"
dates = "dmy"
count = ["Pkw", "Lkw"]
unit = "veh/h"
interval_s = {interval_s}
occupancy = "Belegung"
occupancy_unit = "percent"
missing = ["-"]
"""


def as_mapped(content):
    """Write flows in German: end of bin, vehicles an hour with decimal commas, two classes, Latin-1."""
    head = "Knoten;Spur;Ende;Pkw;Lkw;Belegung;Straße"
    rows = []
    for n, t, v in content.rows():
        end = (t + timedelta(seconds=content.interval_s)).strftime("%d.%m.%Y %H:%M")
        flow = f"{v * 3600 / content.interval_s - 0.5:.4f}".replace(".", ",") if v else "0,0"
        rows.append(f"{';'.join(n.split('/'))};{end};{flow};{'0,5' if v else '-'};12,5;Königstraße")
    return Written("zaehlung.csv", "\n".join([head, *rows, ""]).encode("latin-1"))


ANY_BIN = (
    as_own_table,
    as_utf16_with_tabs,
    as_semicolons_with_a_title,
    as_gzip,
    as_zip,
    as_workbook,
    as_wide_table,
    as_wide_workbook,
    as_wide_with_date_and_time,
    as_utd19,
    as_mapped,
    as_toronto,
    as_miovision_export,
    as_miovision_sheet,
)
HOURS_ALONE = (as_german_hours, as_dublin_hours)
