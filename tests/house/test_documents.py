"""The documents: short where they promise it, links that lead somewhere, commands and files that exist."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
AT_TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
LONGEST_README, LARGEST_PICTURE = 120, 200 << 10
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"^(?:    |```).*$|`[^`\n]*`", re.MULTILINE)


def documents() -> list[Path]:
    return [*(TOP / name for name in AT_TOP), *sorted((TOP / "docs").glob("*.md"))]


def slug(heading: str) -> str:
    """The anchor of a heading, as GitHub and MkDocs make it of plain words."""
    plain = re.sub(r"[`*]|\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", plain))


def anchors(page: Path) -> set[str]:
    return {slug(line.lstrip("# ")) for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("#")}


def dead_links(page: Path) -> list[str]:
    found = []
    for target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        name, _, anchor = target.partition("#")
        there = page if not name else (page.parent / name).resolve()
        if not there.exists() or (anchor and anchor not in anchors(there)):
            found.append(target)
    return found


def made(name: str):
    """Return a script of docs/make as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_make_{name}", TOP / "docs" / "make" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_readme_is_short():
    assert len((TOP / "README.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_README


@pytest.mark.parametrize("page", documents(), ids=lambda path: path.name)
def test_links_lead_somewhere(page):
    assert not dead_links(page)


def test_dead_links_and_anchors_are_caught(tmp_path):
    (tmp_path / "b.md").write_text("# What *is* claimed, and `what` not\n")
    page = tmp_path / "a.md"
    page.write_text(
        "[x](b.md#what-is-claimed-and-what-not) [y](c.md) [z](b.md#nowhere) `[code](d.md)` [w](#nor-here)\n"
    )
    assert dead_links(page) == ["c.md", "b.md#nowhere", "#nor-here"]


def test_every_page_can_be_found_from_the_navigation():
    nav = (TOP / "mkdocs.yml").read_text(encoding="utf-8").split("\nnav:")[1]
    assert {path.name for path in (TOP / "docs").glob("*.md")} <= set(re.findall(r"[\w-]+\.md", nav))


def test_pictures_are_small():
    assert all(path.stat().st_size <= LARGEST_PICTURE for path in (TOP / "docs" / "pictures").iterdir())


def test_benchmarks_and_tests_that_documents_name_exist():
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    known = set(project["entry-points"]["greenband.benchmarks"])
    text = "\n".join(page.read_text(encoding="utf-8") for page in documents())
    named = set(re.findall(r"greenband benchmark ([a-z]+)", text))
    assert len(named) > 10
    assert named <= known
    assert not [path for path in re.findall(r"\b(tests/[\w/]+\.py)", text) if not (TOP / path).exists()]


@pytest.mark.parametrize("name", ["commands.md", "pictures/chain.svg", "pictures/floors.svg"])
def test_what_is_made_from_the_code_is_as_the_code_is(name):
    script = made("commands") if name == "commands.md" else made("pictures")
    fresh = script.page() if name == "commands.md" else script.pictures()[Path(name).name]
    assert (TOP / "docs" / name).read_text(encoding="utf-8") == fresh, f"run: python {script.__file__}"


def test_every_command_of_the_help_is_on_the_page(tmp_path):
    """By the command line's own help, which the page is not made from."""
    code = "import sys; sys.argv = ['greenband', '--help']; from greenband.engine.cli import main; main()"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert told.returncode == 0, told.stderr
    listed = set(re.findall(r"^ {2}([a-z]+) {2,}", told.stdout, re.MULTILINE))
    page = (TOP / "docs" / "commands.md").read_text(encoding="utf-8")
    assert "run" in listed
    assert not [name for name in listed if f"## greenband {name}" not in page]
