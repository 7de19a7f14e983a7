"""What the heading of a column says beside a detector's name: a unit, another quantity, a total of others."""

from __future__ import annotations

import re

import numpy as np

from ....networks.types import Floats

PER_HOUR = re.compile(
    r"(?<![a-z])(veh|vehs|vehicles?|kfz|pkw|lkw|sv|fz|fzg|pcu|pce|uvp|mvh?|vh|vtg)\.?\s*(/|per |pro |par )\s*"
    r"(h|hr|hour|std|stunde|heure)\b"
    r"|(?<![a-z])vph(?![a-z])|辆/(小)?时",
    re.IGNORECASE,
)
OTHER = re.compile(
    r"%|(?<![a-z])(occ|occup\w*|belegung\w*|ocupaci\w*|taux|speeds?|mph|km/h|kmh|geschw\w*|vitesse|velocidad|vmed"
    r"|headways?|quality|qualit(ä|ae|é)t?|status|errors?|fehler)(?![a-z])|占有率|速度|温度|天气|序号"
    r"|^\W*(id|index|nr|no|row|lfd\W*nr|fid|objectid|week|kw|month|year|monat|jahr)\W*$"
    r"|^\W*(temp|temperature?|rain|rainfall|regen|snow|snowfall|wind|weather|wetter|humidity)\W*(mm|c|f|m/s|in)?\W*$",
    re.IGNORECASE,
)
PEOPLE = re.compile(
    r"(?<![a-z])(ped|peds|pedestrians?|people|bikes?|bicycles?|cyclists?|pedal\w*|fahrr\w*|rad|fu(ss|ß)\w*|fiets\w*"
    r"|voetg\w*|v[ée]los?|pi[ée]tons?|e?-?scooters?)(?![a-z])|行人|自行车|非机动车",
    re.IGNORECASE,
)
TOTAL = re.compile(
    r"^\W*(grand |sub-?)?(totals?|totaal|totale|sums?|summen?|gesamt\w*|insgesamt|alle|all|combined|both)\b"
    r"|合计|总计|总和"
    r"|\b(total|gesamt)\W*$|^(all |both |two-?way|motor vehicles|all motor vehicles|kfz$)",
    re.IGNORECASE,
)
LEAST_ROWS, LONGEST_RUN = 4, 16
SAME = 1e-6


def sums_of_others(values: Floats, *, named: list[bool]) -> list[int]:
    """Return the columns that are sums of others in every row, nan being nothing.

    Parameters
    ----------
    values : (rows, columns) float64
        Some rows of the table.
    named : list of bool, one for each column
        Where the heading says that it is a total: then any of its sums will do. Others are sums if they are those of
        all other columns or of two or more right before them, and the rows differ enough to tell.
    """
    filled = np.nan_to_num(values)
    if filled.shape[1] < 3 or np.unique(filled, axis=0).shape[0] < LEAST_ROWS:
        return []
    found: list[int] = []
    for k in range(filled.shape[1]):
        column = filled[:, k]
        if not column.any():
            continue
        others = [j for j in range(filled.shape[1]) if j != k and j not in found]
        if _same(column, filled[:, others].sum(axis=1)) or _run_before(filled, k, found, named[k]):
            found.append(k)
    return found


def _run_before(filled: Floats, k: int, found: list[int], named: bool) -> bool:
    """Return whether a column is the sum of two or more different ones right before it (of one, if it says so)."""
    before = [j for j in range(k - 1, -1, -1) if j not in found][:LONGEST_RUN]
    total = np.zeros(filled.shape[0])
    for many, j in enumerate(before, start=1):
        total = total + filled[:, j]
        parts = int(filled[:, before[:many]].any(axis=0).sum())
        if (parts >= 2 or (named and many >= 2)) and _same(filled[:, k], total):
            return True
    return False


def _same(a: Floats, b: Floats) -> bool:
    return bool(np.all(np.abs(a - b) <= SAME * np.maximum(1.0, np.abs(b))))
