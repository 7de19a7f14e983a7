"""The timing sheet as a PDF, printed by a headless Chromium where one is installed."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from ....networks.errors import InputError
from ....networks.network import Network
from ...check.findings import CheckedPlan
from ..exporter import Export, ExportOptions
from .sheet import export_plan as export_html

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
LIMIT_S = 120
# Chromium writes when it printed; zeros of equal length keep the places of all objects: equal plans, equal bytes.
_DATES = re.compile(rb"(/(?:CreationDate|ModDate) ?\(D:)([^)]*)\)")


def export_plan(checked: CheckedPlan, network: Network, options: ExportOptions) -> Export:
    """Return the PDF of the sheet, which is read back before it is printed. Raises InputError without a browser."""
    page = export_html(checked, network, options)
    return Export(content=pdf_of(page.content), losses=page.losses)


def pdf_of(page: bytes) -> bytes:
    """Return a page of HTML as PDF. Raises InputError if no Chromium is there, RuntimeError if it fails."""
    browser = next((found for found in map(shutil.which, BROWSERS) if found), None)
    if browser is None:
        raise InputError(
            where="--format sheet-pdf",
            found="no Chromium",
            rule="the PDF is printed by one of " + ", ".join(BROWSERS),
            fix="install it, or use --format sheet and print from your browser",
        )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "sheet.html").write_bytes(page)
        target = folder / "sheet.pdf"
        command = [browser, "--headless", "--disable-gpu", "--no-sandbox", "--no-pdf-header-footer"]
        command += [
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={target}",
            (folder / "sheet.html").as_uri(),
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S)
        if not target.is_file():
            raise RuntimeError(f"{browser} printed nothing: {done.stderr[-300:]}")
        return _DATES.sub(lambda m: m[1] + re.sub(rb"\d", b"0", m[2]) + b")", target.read_bytes())
