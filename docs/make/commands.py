"""Write docs/commands.md from the command line itself: `python docs/make/commands.py`. A house test compares them.

The commands' signatures are read, not Click's objects, which differ from version to version of Typer.
"""

from __future__ import annotations

import ast
import inspect
import tomllib
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any, get_args, get_type_hints

import typer
from greenband.engine.cli import app
from typer.models import ArgumentInfo, OptionInfo

TOP = Path(__file__).parents[2]
PAGE = TOP / "docs" / "commands.md"
# Pages that tell more of a command, or of a group of commands; the page has them in this order.
MORE = {
    "demo": "report.md",
    "study": "study.md",
    "import": "files.md",
    "counts": "counts.md",
    "calibrate": "model.md",
    "forecast": "forecast.md",
    "run": "optimiser.md",
    "estimate": "model.md",
    "validate": "validation.md",
    "rules": "rules.md",
    "check": "rules.md",
    "export": "files.md",
    "benchmark": "claims.md",
} | dict.fromkeys(
    ("submit", "review", "approve", "reject", "revoke", "rollback", "history", "register", "key", "package"),
    "register.md",
)
HEAD = (Path(__file__).with_name("commands_head.md")).read_text(encoding="utf-8")
WORDS = {Path: "PATH", int: "N", float: "X", str: "TEXT"}


def page() -> str:
    """Return the page: an overview, then every command with its arguments and options."""
    found = sorted(_commands(app, ()), key=_place)
    rows = [f"| [`greenband {name}`](#{_anchor(name)}) | {_first(_help(call))} |" for name, call in found]
    parts = [HEAD, "| command | what it does |", "|---|---|", *rows, ""]
    for name, call in found:
        parts += _section(name, call)
    return "\n".join([*parts, *_benchmarks()]).rstrip() + "\n"


def _commands(group: typer.Typer, above: tuple[str, ...]) -> Iterator[tuple[str, Callable[..., Any]]]:
    for command in group.registered_commands:
        assert command.callback is not None
        yield " ".join((*above, command.name or command.callback.__name__)), command.callback
    for inner in group.registered_groups:
        assert inner.typer_instance is not None
        assert isinstance(inner.name, str)
        yield from _commands(inner.typer_instance, (*above, inner.name))


def _place(command: tuple[str, Callable[..., Any]]) -> int:
    top, places = command[0].split()[0], list(MORE)
    return places.index(top) if top in places else len(places)


def _section(name: str, call: Callable[..., Any]) -> Iterator[str]:
    more = MORE.get(name.split()[0])
    yield f"## greenband {name}\n"
    yield _help(call) + (f" See [{more.removesuffix('.md')}]({more})." if more else "") + "\n"
    rows = [row for row in (_row(parameter, hint) for parameter, hint in _parameters(call)) if row]
    if rows:
        yield "| argument or option | what it says | default |\n|---|---|---|"
        yield from rows
        yield ""


def _parameters(call: Callable[..., Any]) -> Iterator[tuple[inspect.Parameter, Any]]:
    hints = get_type_hints(call, include_extras=True)
    for name, parameter in inspect.signature(call).parameters.items():
        if hints[name] is not typer.Context:
            yield parameter, hints[name]


def _row(parameter: inspect.Parameter, hint: Any) -> str:
    kind, info = get_args(hint)[:2]
    assert isinstance(info, ArgumentInfo | OptionInfo)
    value, many = _value(kind, info)
    if isinstance(info, ArgumentInfo):
        written = parameter.name.rstrip("_").upper() + ("…" if many else "")
    else:
        flags = [name for name in (info.default, *(info.param_decls or ())) if str(name).startswith("-")]
        written = " ".join([", ".join(flags) or "--" + parameter.name.replace("_", "-"), *([value] if value else [])])
    says = f"{info.help or ''}" + (f" (environment: `{info.envvar}`)" if info.envvar else "")
    return f"| `{_cell(written)}` | {_cell(says)} | {_cell(_default(parameter.default))} |"


def _value(kind: Any, info: ArgumentInfo | OptionInfo) -> tuple[str, bool]:
    """Return what is written behind an option, nothing for a flag, and whether it may come several times."""
    inner = [part for part in get_args(kind) if part is not type(None)]
    if inner and not isinstance(kind, type):
        return _value(inner[0], info) if getattr(kind, "__origin__", None) is not list else (_word(inner[0]), True)
    return ("" if kind is bool else "YYYY-MM-DD" if info.formats else _word(kind)), False


def _word(kind: Any) -> str:
    if isinstance(kind, type) and issubclass(kind, Enum):
        return "|".join(str(member.value) for member in kind)
    return WORDS.get(kind, "TEXT")


def _default(value: Any) -> str:
    if value is inspect.Parameter.empty:
        return "required"
    if value is None or value is False or value == "":
        return ""
    shown = value.value if isinstance(value, Enum) else f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else value
    return f"`{shown}`"


def _benchmarks() -> Iterator[str]:
    """Yield the table of benchmarks: their names are entry points, their words the functions' first sentences."""
    points = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]["entry-points"]
    yield "## Benchmarks\n"
    yield "| `greenband benchmark …` | what it measures |\n|---|---|"
    for name, target in sorted(points["greenband.benchmarks"].items()):
        module, function = target.split(":")
        path = TOP.joinpath(*module.split(".")[1:]).with_suffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        (body,) = (node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == function)
        yield f"| `{name}` | {_cell(_first(ast.get_docstring(body) or ''))} |"


def _help(call: Callable[..., Any]) -> str:
    """Return what `--help` says of a command, in one paragraph."""
    return " ".join(inspect.getdoc(call).split()) if call.__doc__ else ""  # type: ignore[union-attr]


def _first(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split()).split(". ")[0].rstrip(".")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _anchor(name: str) -> str:
    return "greenband-" + name.replace(" ", "-")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
