"""Options that the commands of the register share, and how they become a register and somebody who acts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ....networks.errors import InputError

if TYPE_CHECKING:
    from datetime import date

    from ...register.storage.database import Register
    from ...register.write import Act

Where = Annotated[
    str,
    typer.Option("--register", envvar="GREENBAND_REGISTER", help="The register: a SQLite file, or postgresql://…"),
]
By = Annotated[str, typer.Option("--by", envvar="GREENBAND_BY", help="Your name in the register.", show_default=False)]
KeyFile = Annotated[
    Path, typer.Option("--key", envvar="GREENBAND_KEY", help="The file of your private key.", show_default=False)
]
Why = Annotated[str, typer.Option("--why", help="Why; it stands in the register for good.", show_default=False)]
PlanName = Annotated[str, typer.Argument(help="plan.json, or eight digits or more of its SHA-256.", show_default=False)]
REGISTER = "register.sqlite"


def register_at(where: str) -> Register:
    """Return the register."""
    from ...register.storage.database import open_register

    return open_register(where)


def act_of(by: str, key: Path, why: str) -> Act:
    """Return who acts. Raises InputError for an unusable key, or a name or reason that cannot stand in an entry."""
    from pydantic import TypeAdapter, ValidationError

    from ...register.bodies import Name, Text
    from ...register.keys import read_signer
    from ...register.write import Act

    for option, form, value in (("--by", Name, by), ("--why", Text, why)):
        try:
            TypeAdapter(form).validate_python(value)
        except ValidationError as error:
            rule = str(error.errors()[0]["msg"])
            raise InputError(where=option, found=repr(value)[:80], rule=rule, fix="write it again") from None
    return Act(by=by, signer=read_signer(key), why=why)


def day(text: str, option: str) -> date:
    """Return a day that was written as 2027-03-17. Raises InputError."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            where=option, found=f"'{text}'", rule="a day is written 2027-03-17", fix="write it so"
        ) from None
