"""`greenband register …`: the register as a whole, and the people in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ....networks.errors import InputError
from ..shared import GATE_FAILED, AsJson, Quiet, print_json, say
from .options import REGISTER, By, KeyFile, Where, Why, act_of, register_at
from .package import verified

if TYPE_CHECKING:
    from ...register.standing import Head

PublicKey = Annotated[Path, typer.Option("--public-key", help="The file of their public key.", show_default=False)]
Administrator = Annotated[
    Path | None,
    typer.Option(
        "--administrator",
        envvar="GREENBAND_ADMINISTRATOR",
        help="Public key of the administrator who began the register: finds a register forged whole.",
        show_default=False,
    ),
]

register_app = typer.Typer(help="Begin a register, give people roles, verify it.", no_args_is_help=True)


@register_app.command("init")
def init(
    name: Annotated[str, typer.Option("--name", help="What the register is called.", show_default=False)],
    by: By,
    key: KeyFile,
    why: Why = "the register begins",
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Make a register whose administrator you are."""
    from ...register.people import begin

    standing = begin(register_at(register), act_of(by, key, why), name)
    say(f"register {standing.register} of administrator key {standing.administrator_key}", quiet=quiet)


@register_app.command("person")
def person(
    name: Annotated[str, typer.Argument(help="Their name.", show_default=False)],
    public_key: PublicKey,
    roles: Annotated[
        str, typer.Option("--roles", help="author,reviewer,approver,operator,administrator; '' to leave.")
    ],
    by: By,
    key: KeyFile,
    why: Why,
    register: Where = REGISTER,
    quiet: Quiet = False,
) -> None:
    """Give somebody a key and roles, in place of those before (role: administrator)."""
    from ...register.keys import read_public
    from ...register.people import enter_person

    named = [role.strip() for role in roles.split(",") if role.strip()]
    entry = enter_person(register_at(register), act_of(by, key, why), name, read_public(public_key), named)
    say(f"{name} is now {', '.join(sorted(named)) or 'without roles'}: entry {entry.number}", quiet=quiet)


@register_app.command("verify")
def verify(
    administrator: Administrator = None,
    head: Annotated[
        list[str] | None, typer.Option("--head", help="NUMBER:HASH of an entry seen before; may be repeated.")
    ] = None,
    package: Annotated[
        list[Path] | None, typer.Option("--package", help="A package made from the register; may be repeated.")
    ] = None,
    register: Where = REGISTER,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Verify every entry, signature, hash and content of the register."""
    from ...register.keys import read_public
    from ...register.verify import verify as verify_register

    root = read_public(administrator) if administrator else None
    heads = [*map(_head, head or ()), *(_head_of(path, root) for path in package or ())]
    found = verify_register(register_at(register), administrator=root, heads=heads)
    last = str(found.standing.head) if found.standing else None
    if as_json:
        print_json({"findings": list(found.findings), "head": last, "waiting": list(found.waiting)})
    for finding in () if as_json else found.findings:
        typer.secho(f"broken: {finding}", err=True, fg="red")
    if found.findings:
        raise typer.Exit(GATE_FAILED)
    if not as_json and found.standing:
        say(f"the register holds: {found.standing.head.number} entries, head {last}", quiet=quiet)
        if root is None:
            say(f"begun with the key {found.standing.administrator_key}: compare it", quiet=quiet)
        for number in found.waiting:
            say(f"the export of entry {number} was interrupted: greenband register recover", quiet=quiet)


def _head(text: str) -> Head:
    from ...register.standing import Head

    number, _, hash_ = text.partition(":")
    if not number.isdecimal() or len(hash_) != 64:
        raise InputError(where="--head", found=f"'{text}'", rule="a head is NUMBER:HASH", fix="greenband register head")
    return Head(number=int(number), hash=hash_)


def _head_of(path: Path, administrator: str | None) -> Head:
    """Return the head that a package was made from; the package must hold itself."""
    from ...register.standing import Head

    if administrator is None:
        raise InputError(
            where="--package",
            found="no --administrator",
            rule="a package is verified with the administrator's public key",
            fix="give both",
        )
    head = verified(path, administrator).manifest.head
    return Head(number=head.number, hash=head.hash)


@register_app.command("head")
def head(register: Where = REGISTER) -> None:
    """Print the last entry's number and hash, to be kept where nobody can change it."""
    from ...register.history import history

    typer.echo(str(history(register_at(register)).standing.head))


@register_app.command("recover")
def recover(register: Where = REGISTER, quiet: Quiet = False) -> None:
    """Finish exports that were interrupted."""
    from ...register.recover import recover as recover_exports

    done = recover_exports(register_at(register))
    for found in done:
        for path in found.placed:
            say(f"entry {found.entry}: wrote {path}", quiet=quiet)
        if found.left:
            say(f"entry {found.entry}: not written, {found.left}", quiet=quiet)
    if not done:
        say("no export was interrupted", quiet=quiet)


@register_app.command("upgrade")
def upgrade(register: Where = REGISTER, quiet: Quiet = False) -> None:
    """Bring the tables of an older register up to this version."""
    from ...register.storage.upgrade import upgrade_existing

    say(f"the register has version {upgrade_existing(register_at(register))}", quiet=quiet)
