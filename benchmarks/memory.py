"""How much memory a process has held at most."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

KIB_PER_MIB = 1024
BYTES_PER_KIB = 1024


def peak_mib() -> float:
    """Return the most resident memory that this process held since its program began.

    `getrusage` alone will not do: after `exec`, Linux goes on with the peak of the process that started this one
    (proc(5), `VmHWM` against getrusage(2), `ru_maxrss`), so a child of a large process would seem large.
    """
    status = Path("/proc/self/status")
    if status.exists():
        return (
            next(int(row.split()[1]) for row in status.read_text().splitlines() if row.startswith("VmHWM"))
            / KIB_PER_MIB
        )
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / KIB_PER_MIB / (BYTES_PER_KIB if sys.platform == "darwin" else 1)
