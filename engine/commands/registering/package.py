"""`greenband key new` and `greenband package verify`: what somebody needs who has no register."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ....networks.errors import InputError
from ..shared import GATE_FAILED, AsJson, Quiet, print_json, say

if TYPE_CHECKING:
    from ...package.verify import Package

key_app = typer.Typer(help="Keys to sign with.", no_args_is_help=True)
package_app = typer.Typer(help="Signed packages.", no_args_is_help=True)


@key_app.command("new")
def key_new(
    file: Annotated[Path, typer.Argument(help="The file of the private key; the public one gets .pub added.")],
    quiet: Quiet = False,
) -> None:
    """Make an Ed25519 key that its owner alone may read."""
    from ...register.keys import new_key, public_path

    signer = new_key(file)
    say(f"wrote {file} (keep it to yourself) and {public_path(file)} (give it away): {signer.public}", quiet=quiet)


@package_app.command("verify")
def package_verify(
    file: Annotated[Path, typer.Argument(help="The package.", show_default=False)],
    key: Annotated[
        Path,
        typer.Option(
            "--key", envvar="GREENBAND_ADMINISTRATOR", help="The administrator's public key.", show_default=False
        ),
    ],
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Verify a package: who made, approved and exported its plans, and that no byte changed since."""
    from ...register.keys import read_public

    found = verified(file, read_public(key))
    manifest = found.manifest
    if as_json:
        print_json({"manifest": manifest.model_dump(by_alias=True), "plans": [plan.plan for plan in found.plans]})
        return
    say(f"the package holds: let go by {manifest.by} at {manifest.at}", quiet=quiet)
    for plan in found.plans:
        authors = ", ".join(sorted(plan.authors))
        what = f"{plan.name} for {plan.study}, {plan.period}"
        say(f"plan {plan.plan[:12]} ({what}) by {authors}, approved by {plan.approver}", quiet=quiet)
        say(f"  to be looked at again by {plan.recheck_on}", quiet=quiet)
    for name in found.files:
        say(f"  {name}", quiet=quiet)
    say(f"register head {manifest.head.number}:{manifest.head.hash}; what came after it is not known", quiet=quiet)


def verified(path: Path, administrator: str) -> Package:
    """Return what is in a package; one that does not hold ends the command with exit code 3. Raises InputError."""
    from ....networks.files import require_file
    from ...package.verify import PackageBroken, verify_package
    from ...package.zip_bytes import LARGEST_BYTES

    if require_file(path, "a package").stat().st_size > LARGEST_BYTES:
        rule = f"a package has at most {LARGEST_BYTES} bytes"
        raise InputError(where=str(path), found="a larger file", rule=rule, fix="give the package")
    try:
        return verify_package(path.read_bytes(), administrator)
    except PackageBroken as broken:
        typer.secho(f"broken: {path}: {broken}", err=True, fg="red")
        raise typer.Exit(GATE_FAILED) from None
