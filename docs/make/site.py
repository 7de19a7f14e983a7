"""Build the documentation as a site: `make docs`. What may not be in it makes the build fail.

Pages that are made from the code are made anew; MkDocs is strict about links; every public name in the reference has a
docstring; and no page loads anything from elsewhere.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import griffe

TOP = Path(__file__).parents[2]
SITE, PACKAGES = TOP / "build" / "docs", TOP / "build" / "reference"
# What a page loads by itself, unlike a link that somebody follows.
LOADS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed)\b[^>]*\bsrc=[\"']?(?:https?:)?//[^\"'>\s]+"
    r"|<link\b(?![^>]*rel=[\"']?canonical)[^>]*\bhref=[\"']?(?:https?:)?//[^\"'>\s]+"
    r"|@import\s+(?:url\()?[\"']?(?:https?:)?//[^\"')\s]+|url\([\"']?(?:https?:)?//[^\"')\s]+"
)


def link_packages() -> None:
    """Put links to the folders where they have the names that they are installed by, for the reference."""
    root = PACKAGES / "greenband"
    root.mkdir(parents=True, exist_ok=True)
    for old in root.iterdir():
        old.unlink()
    for folder in sorted(path.parent for path in TOP.glob("*/__init__.py") if path.parent.name not in ("tests", "api")):
        (root / folder.name).symlink_to(folder)
    for module in (TOP / "api").glob("*.py"):  # api/ is the package greenband itself
        (root / module.name).symlink_to(module)


def undocumented(text: str) -> Iterator[str]:
    """Yield the public names without a docstring in the modules that a page's `:::` lines name."""
    for name in re.findall(r"^::: (\S+)", text, re.MULTILINE):
        found = griffe.load(name, search_paths=[str(PACKAGES)], docstring_parser="numpy")
        yield from _without_docstring(found)


def _without_docstring(found: griffe.Object | griffe.Alias) -> Iterator[str]:
    for member in found.members.values():
        if member.is_alias or member.name.startswith("_") or not (member.is_class or member.is_function):
            continue
        if not member.has_docstring:
            yield member.path
        if member.is_class:
            yield from _without_docstring(member)


def loads_from_elsewhere(site: Path) -> list[str]:
    """Return what pages and styles of the site load from other machines."""
    files = [path for path in site.rglob("*") if path.suffix in (".html", ".css")]
    return [
        f"{path.relative_to(site)}: {match[0][:120]}"
        for path in files
        for match in LOADS.finditer(path.read_text(encoding="utf-8"))
    ]


def build() -> int:
    """Build the site, and return the exit code: 1 where something may not be in it."""
    for made in ("commands.py", "pictures.py"):
        subprocess.run([sys.executable, Path(__file__).with_name(made)], check=True, cwd=TOP)
    link_packages()
    pages = sorted((TOP / "docs").glob("*.md"))
    problems = [f"no docstring: {name}" for page in pages for name in undocumented(page.read_text(encoding="utf-8"))]
    done = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--clean"], cwd=TOP)
    problems += [f"loads from elsewhere: {what}" for what in loads_from_elsewhere(SITE)] if not done.returncode else []
    for problem in problems:
        print(problem, file=sys.stderr)
    return done.returncode or bool(problems)


if __name__ == "__main__":
    sys.exit(build())
