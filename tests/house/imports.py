"""Which module of ours imports which: read off the source, without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDERS = ("api", "kernels", "networks", "simulation", "engine", "benchmarks")
ROOT, FRONT = "greenband", "api"  # the folder `api` is the package greenband itself


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """One import: the module that says it, the line, and the dotted name that it asks for."""

    module: str
    line: int
    target: str
    relative: bool


@dataclass(frozen=True)
class House:
    """All modules of ours by dotted name, with their imports; targets of ours are names of modules that exist."""

    modules: dict[str, Path]
    imports: tuple[Import, ...]

    def reached_from(self, start: str) -> dict[str, str]:
        """Return every dotted name, ours or not, that importing a package in full leads to, and who asked for it."""
        asked = {name: "" for name in self.modules if name == start or name.startswith(f"{start}.")}
        todo = list(asked)
        while todo:
            module = todo.pop()
            for target in {i.target for i in self.imports if i.module == module}:
                for name in parents(target):
                    if name not in asked:
                        asked[name] = module
                        todo.append(name)
        return asked


def read_house(top: Path) -> House:
    """Return the house whose folders lie in `top`."""
    modules = {name: path for folder in FOLDERS for name, path in _modules(top, folder)}
    found = [i for name, path in modules.items() for i in _imports(name, path, modules)]
    return House(modules=modules, imports=tuple(sorted(found)))


def parents(name: str) -> list[str]:
    """Return a module with the packages above it, all of which run when it is imported.

    Our root runs, too, but loads what it names only when asked; a test of start-up holds it to that.
    """
    parts = name.split(".")
    return [".".join(parts[: k + 1]) for k in range(len(parts)) if not (k == 0 and parts[0] == ROOT)]


def folder_of(name: str) -> str | None:
    """Return the folder of a dotted name of ours, or None for a stranger's."""
    parts = name.split(".")
    if parts[0] != ROOT:
        return None
    return parts[1] if parts[1:] and parts[1] in FOLDERS else FRONT


def installed_name(path: Path) -> Path:
    """Return where a file of the folders, named from the top, lies in the installation."""
    parts = path.parts
    return Path(ROOT, *(parts[1:] if parts[0] == FRONT else parts))


def _modules(top: Path, folder: str) -> Iterator[tuple[str, Path]]:
    for path in sorted((top / folder).rglob("*.py")):
        parts = installed_name(path.relative_to(top)).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts), path


def _imports(module: str, path: Path, modules: dict[str, Path]) -> Iterator[Import]:
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        for name, relative in _names(node, package):
            yield Import(module, node.lineno, _known(name, modules), relative)


def _names(node: ast.AST, package: str) -> Iterator[tuple[str, bool]]:
    """Yield the dotted names that a statement imports; of `from a import b`, a.b, which may be a module or not."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield alias.name, False
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*above, base] if base else above)
        for alias in node.names:
            yield f"{base}.{alias.name}", node.level > 0
    elif isinstance(node, ast.Call) and _is_import_call(node.func):
        first = node.args[0] if node.args else None
        if isinstance(first, ast.Constant) and isinstance(first.value, str):
            dots = len(first.value) - len(first.value.lstrip("."))
            above = package.split(".")[: len(package.split(".")) - dots + 1] if dots else []
            yield ".".join([*above, first.value.lstrip(".")]), True  # a name in a string must be whole


def _is_import_call(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("import_module", "__import__")


def _known(name: str, modules: dict[str, Path]) -> str:
    """Cut a name of ours back to the module in which it lies; leave a stranger's as it is."""
    parts = name.split(".")
    if parts[0] != ROOT:
        return name
    while len(parts) > (2 if parts[1:] and parts[1] in FOLDERS else 1) and ".".join(parts) not in modules:
        parts.pop()
    return ".".join(parts)
