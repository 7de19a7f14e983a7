"""The command line, run in the test's own process."""

from __future__ import annotations

import sys

from greenband.engine.cli import main


def greenband(*arguments: object) -> int:
    """Run the command line in this process and return its exit code."""
    before, sys.argv = sys.argv, ["greenband", *map(str, arguments)]
    try:
        main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0
