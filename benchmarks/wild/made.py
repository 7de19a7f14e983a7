"""A step as a command in a process of its own, so that nothing hides a fall; its words are kept in a log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

End = Literal["through", "no signal", "refused", "fell over", "too long"]
MAIN = "from greenband.engine.cli import main; main()"
NO_SIGNALS = (": no signal.", ": no signal of a road")  # streets on which there is nothing to plan; of read_network
LAST_LINES, LAST_LETTERS = 3, 300


def greenband(arguments: Sequence[str], step_s: float, log: Path) -> tuple[End, str, str]:
    """Return what `made` does, of a command of the product."""
    return made([sys.executable, "-c", MAIN, *arguments], step_s, log)


def made(command: Sequence[str], step_s: float, log: Path) -> tuple[End, str, str]:
    """Return how a command ended, what it printed, and its last words. The gate's own no (exit code 3) is an answer.

    All that it wrote is kept in `log`. Past its time it is stopped with every process that it started.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    began = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        printed, errors = began.communicate(timeout=step_s)
    except subprocess.TimeoutExpired:
        os.killpg(began.pid, signal.SIGKILL)
        printed, errors = began.communicate()
        log.write_text(printed + errors, encoding="utf-8")
        return "too long", "", f"over {step_s:.0f} s"
    log.write_text(printed + errors, encoding="utf-8")
    return _end(began.returncode, errors), printed, _last(errors)


def _end(code: int, errors: str) -> End:
    ends: dict[int, End] = {0: "through", 3: "through", 2: "refused"}
    end = "fell over" if "Traceback" in errors else ends.get(code, "fell over")
    # The last words are broken into lines where they are printed: the whole text as one line is looked at.
    nothing = any(said in " ".join(errors.split()) for said in NO_SIGNALS)
    return "no signal" if end == "refused" and nothing else end


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return " ".join(lines[-LAST_LINES:])[-LAST_LETTERS:]
