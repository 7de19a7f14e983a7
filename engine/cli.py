"""The command line: `greenband COMMAND`. Heavy modules are imported by the commands, when they run."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from ..networks.errors import InputError
from .check.findings import PlanRefused
from .commands.benchmark import benchmark
from .commands.calibrate import calibrate
from .commands.check import check
from .commands.counts import counts_app
from .commands.demo import demo
from .commands.estimate import estimate
from .commands.export import export
from .commands.forecast import forecast
from .commands.import_ import import_
from .commands.present import present
from .commands.registering.decide import approve, history, reject, review, revoke, rollback, submit
from .commands.registering.package import key_app, package_app
from .commands.registering.register import register_app
from .commands.rules import rules
from .commands.run import run
from .commands.study import study_app
from .commands.validate import validate

EXIT_CODES = (
    "Exit codes: 0 done; 1 a failure that is not the input's (SUMO or Greenband broke off); "
    "2 bad input; 3 the plan failed its gate, or the safety check refused it."
)

app = typer.Typer(
    name="greenband",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"greenband {version('greenband')}")
        raise typer.Exit


@app.callback()
def greenband(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Traffic-signal timing: from detector counts to a checked, simulated plan."""


app.command()(demo)
app.add_typer(study_app, name="study")
app.command("import")(import_)
app.add_typer(counts_app, name="counts")
for command in (calibrate, forecast, present, run, estimate, validate, rules, check):
    app.command()(command)
for step in (submit, review, approve, reject, revoke, rollback, history, export):
    app.command()(step)
app.add_typer(register_app, name="register")
app.add_typer(key_app, name="key")
app.add_typer(package_app, name="package")
app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
)(benchmark)


def main() -> None:
    """Run the command line; see `EXIT_CODES`."""
    try:
        app()
    except InputError as error:
        typer.secho(f"error: {error}", err=True, fg="red")
        sys.exit(2)
    except PlanRefused as refused:
        typer.secho(f"refused: {refused}", err=True, fg="red")
        sys.exit(3)
    except RuntimeError as error:
        typer.secho(f"failed: {error}", err=True, fg="red")
        sys.exit(1)


if __name__ == "__main__":
    main()
