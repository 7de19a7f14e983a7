"""One network in a process of its own: read, its running plan checked; prints JSON. python -m …wild.laid_out NET"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from greenband.engine.check.check import check
from greenband.engine.check.own.limits import own_limits
from greenband.engine.rules.pack import read_pack
from greenband.networks.sumo.net import read_network


def looked_at(path: Path) -> dict[str, Any]:
    """Return how many junctions a network has, and what the safety check says of what runs there today."""
    network = read_network(path)
    findings = check(network.running_plan, network, own_limits(network, (), read_pack("none")))
    return {
        "junctions": len(network.junctions),
        "errors": sum(finding.is_error for finding in findings),
        "warnings": sum(not finding.is_error for finding in findings),
        "rules": sorted({finding.rule for finding in findings if finding.is_error}),
    }


if __name__ == "__main__":
    from greenband.networks.errors import InputError

    try:
        print(json.dumps(looked_at(Path(sys.argv[1]))))
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
