"""Help: every option and argument of every command says what it is, and the first page says what exit codes mean."""

from importlib.metadata import version
from typing import Annotated

import typer
from greenband.engine.cli import app
from greenband.engine.report.catalogue import LANGUAGES

from tests.engine.commands.command_line import greenband


def commands(group, path=("greenband",)):
    """Every command with the words that call it."""
    yield path, group
    for name, command in getattr(group, "commands", {}).items():
        yield from commands(command, (*path, name))


def silent(of) -> list[str]:
    """The parameters without help, `--help` itself apart."""
    return [
        " ".join((*path, parameter.name))
        for path, command in commands(typer.main.get_command(of))
        for parameter in command.params
        if not (getattr(parameter, "help", None) or "").strip()
    ]


def test_every_option_and_argument_has_help():
    assert not silent(app)


def test_an_option_without_help_is_found():
    other = typer.Typer()

    @other.command()
    def act(named: Annotated[int, typer.Option(help="What it is.")] = 1, bare: int = 2) -> None: ...

    assert [name.split()[-1] for name in silent(other)] == ["bare"]


def test_every_command_says_what_it_does():
    missing = [" ".join(path) for path, command in commands(typer.main.get_command(app)) if not command.help]
    assert not missing


def test_the_version_is_printed(capsys):
    assert greenband("--version") == 0
    assert capsys.readouterr().out.split() == ["greenband", version("greenband")]


def test_the_first_page_of_help_names_every_exit_code(capsys):
    assert greenband("--help") == 0
    codes = " ".join(capsys.readouterr().out.split()).partition("Exit codes: ")[2]
    assert [part.split()[0] for part in codes.split("; ")] == ["0", "1", "2", "3"]


def test_a_language_that_no_catalogue_has_is_bad_input(capsys, tmp_path):
    assert greenband("run", tmp_path, "--out", tmp_path / "out", "--lang", "xx") == 2
    assert f"is not one of {', '.join(LANGUAGES)}" in capsys.readouterr().err
