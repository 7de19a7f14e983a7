"""Nothing in the repository speaks of one machine."""

import re
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
MACHINE = {
    "a place on one machine": re.compile(r"(?<![\w.~])/(?:home|Users|work|root)/\w"),
    "the address of a registry": re.compile(r"(?:extra-)?index-url|trusted-host|find-links|https?://[\w.:-]+/simple\b"),
}


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("this is no git checkout")
    return [path for name in listed.stdout.split("\0") if name and (path := TOP / name).is_file()]


def findings(text: str, here: Path) -> list[str]:
    found = [f"{what}: {match[0]}" for what, pattern in MACHINE.items() if (match := pattern.search(text))]
    return [*found, *([f"this checkout: {here}"] if f"{here}/" in text else [])]


def test_no_tracked_file_names_a_machine_or_a_registry():
    files = tracked_files()
    assert files
    own = Path(__file__).resolve()
    found = {
        str(path.relative_to(TOP)): says
        for path in files
        if path.resolve() != own and (says := findings(path.read_bytes().decode("utf-8", "replace"), TOP))
    }
    assert not found


@pytest.mark.parametrize(
    "text",
    ["open('/home/someone/x')", "pip install --index-url x", f"cd {TOP}/engine", "https://registry.example/simple"],
)
def test_a_planted_machine_is_caught(text):
    assert findings(text, TOP)


@pytest.mark.parametrize("text", ["network/home/x", "https://example.org/project/greenband", "/usr/bin/env bash"])
def test_ordinary_text_is_let_through(text):
    assert not findings(text, TOP)
