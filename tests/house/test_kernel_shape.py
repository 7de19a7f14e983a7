"""Kernels stay short enough to read, and each file of them whole enough for Numba's cache."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

KERNELS = Path(__file__).parents[2] / "kernels"
LONGEST_BODY = 45  # lines, from the first statement after the docstring to the last
MOST_ARGUMENTS = {"queue.py": 6}
# Numba compiles what these hold into kernels that it keeps, and does not look at their files again: see compiled.py.
MAY_BE_IMPORTED = {
    "compiled": {"kernel", "inner_kernel", "parallel_kernel"},
    "queue_tables": {"LANE", "RING", "no_log"},  # used outside of kernels, by what makes their arguments
}


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.FunctionDef):
            yield node


def lines_of_body(function: ast.FunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def arguments(function: ast.FunctionDef) -> int:
    return len(function.args.posonlyargs) + len(function.args.args) + len(function.args.kwonlyargs)


def out_of_shape(path: Path) -> list[str]:
    found = []
    for function in functions(path):
        lines, given = lines_of_body(function), arguments(function)
        if lines > LONGEST_BODY:
            found.append(
                f"{path.name}: {function.name} has {lines} lines; split it into parts of {LONGEST_BODY} at most"
            )
        if given > MOST_ARGUMENTS.get(path.name, given):
            found.append(f"{path.name}: {function.name} takes {given} arguments; put arrays into the World")
    return found


def stale_imports(path: Path) -> list[str]:
    """Return what a file takes from another one of the kernels that Numba's cache would not see change."""
    return [
        f"{path.name}, line {node.lineno}: {alias.name} of {node.module} stays as it was in kernels that Numba keeps"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path)))
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
        if alias.name not in MAY_BE_IMPORTED.get(node.module or "", set())
    ]


def used_in_kernels(path: Path, names: set[str]) -> list[str]:
    return [
        f"{path.name}: the kernel {function.name} uses {node.id} of another file"
        for function in functions(path)
        if function.decorator_list
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and node.id in names
    ]


@pytest.mark.parametrize("path", sorted(KERNELS.glob("*.py")), ids=lambda path: path.stem)
def test_every_kernel_keeps_its_shape(path):
    assert out_of_shape(path) == []


@pytest.mark.parametrize("path", sorted(KERNELS.glob("*.py")), ids=lambda path: path.stem)
def test_no_kernel_holds_what_the_cache_would_not_refresh(path):
    assert stale_imports(path) == []
    assert used_in_kernels(path, MAY_BE_IMPORTED["queue_tables"]) == []


def test_the_tables_of_the_queue_hold_no_kernel():
    assert [f.name for f in functions(KERNELS / "queue_tables.py") if f.decorator_list] == []


def planted(folder: Path, name: str, source: str) -> Path:
    path = folder / name
    path.write_text(source)
    return path


def function_of(lines: int, given: int = 1) -> str:
    takes = ", ".join(f"a{k}" for k in range(given))
    return f'@kernel\ndef f({takes}):\n    """Do so.\n\n    At length.\n    """\n' + "    a0 += 1\n" * lines


def test_a_planted_long_body_is_caught_and_one_at_the_limit_is_not(tmp_path):
    assert len(out_of_shape(planted(tmp_path, "long.py", function_of(LONGEST_BODY + 1)))) == 1
    assert out_of_shape(planted(tmp_path, "short.py", function_of(LONGEST_BODY))) == []


def test_a_planted_seventh_argument_is_caught_in_the_queue_alone(tmp_path):
    assert len(out_of_shape(planted(tmp_path, "queue.py", function_of(1, 7)))) == 1
    assert out_of_shape(planted(tmp_path, "queue.py", function_of(1, 6))) == []
    assert out_of_shape(planted(tmp_path, "other.py", function_of(1, 7))) == []


def test_a_planted_constant_of_another_file_is_caught(tmp_path):
    assert len(stale_imports(planted(tmp_path, "a.py", "from .queue_tables import NEVER"))) == 1
    assert len(stale_imports(planted(tmp_path, "b.py", "from .delay import uniform_delay"))) == 1
    assert stale_imports(planted(tmp_path, "c.py", "from .compiled import kernel")) == []
    use = "@kernel\ndef f():\n    return np.zeros(1, RING)\n"
    assert len(used_in_kernels(planted(tmp_path, "d.py", use), {"RING"})) == 1
