"""A package tells who made, approved and exported a plan; every edit of it is found with the public key alone."""

import json
from dataclasses import replace

import pytest
from greenband.benchmarks.register.made_register import (
    exported,
    made_evidence,
    made_people,
    made_plan,
    made_register,
    submitted,
)
from greenband.engine.package.chain_lines import chain_lines, read_chain
from greenband.engine.package.manifest import CHAIN, MANIFEST, PURPOSE, SIGNATURE, plan_folder, read_manifest
from greenband.engine.package.verify import PackageBroken, verify_package
from greenband.engine.package.zip_bytes import unzip, zip_bytes
from greenband.engine.register.canonical import canonical, digest
from greenband.engine.register.decide import decide
from greenband.engine.register.entry import new_entry
from greenband.engine.register.storage.database import open_register

from tests.engine.register.lives import live

PLAN = digest(made_plan("second"))
FOLDER = plan_folder(PLAN)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    return made_people(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def content(people, tmp_path_factory):
    folder = tmp_path_factory.mktemp("package")
    register = open_register(str(folder / "register.sqlite"))
    made_register(register, people)
    live(register, people, folder)
    return (folder / "plan.zip").read_bytes()


def key(people, name="Root"):
    return people.signers[name].public


def test_it_holds_and_tells_who_did_what(content, people):
    package = verify_package(content, key(people))
    (plan,) = package.plans
    assert (plan.plan, plan.authors, plan.approver, package.manifest.by) == (PLAN, {"Ada"}, "Ben", "Olga")
    assert package.files == {"files/sumo/plan.add.xml": b"<additional/>"}


def test_what_was_said_on_other_plans_is_not_in_it(content):
    assert b"the side streets wait long" not in content
    assert b"no walk time" not in content
    assert b"as the round says" in content


def test_the_same_decisions_give_the_same_bytes(content):
    members = unzip(content)
    assert zip_bytes(members) == content
    about = frozenset(read_manifest(members[MANIFEST]).plans)
    assert chain_lines(read_chain(members[CHAIN]), about) == members[CHAIN]


def with_member(name, change):
    """Change a member, and nothing else."""
    return lambda members, _: {**members, name: change(members[name])}


def signed_again(name, change, who="Olga"):
    """Change a member, mend the manifest, and sign it with a key: what an insider could do."""

    def edit(members, people):
        changed = {**members, name: change(members[name])}
        return signed(changed, people, who)

    return edit


def signed(members, people, who="Olga", **said):
    manifest = json.loads(members[MANIFEST])
    rows = {n: {"sha256": digest(c), "size": len(c)} for n, c in members.items() if n not in (MANIFEST, SIGNATURE)}
    told = canonical({**manifest, "members": rows, "key": key(people, who), **said})
    signature = people.signers[who].sign(PURPOSE, told) + "\n"
    return {**members, MANIFEST: told, SIGNATURE: signature.encode()}


def turned(content):
    return bytes([content[0] ^ 1]) + content[1:]


def without(name):
    return lambda members, _: {n: c for n, c in members.items() if n != name}


def lines(change):
    """Edit the chain line by line."""
    return lambda chain: b"".join(line + b"\n" for line in change(chain.split(b"\n")[:-1]))


def no_approval(rows):
    return [row for row in rows if not (b'"kind":"approve"' in row and PLAN.encode() in row)]


def swapped(rows):
    return [*rows[:-2], rows[-1], rows[-2]]


def silenced(kind):
    def change(rows):
        told = [json.loads(row) for row in rows]
        return [canonical({**row, "body": None} if row["kind"] == kind else row) for row in told]

    return change


def other_reason(rows):
    return [row.replace(b"as the round says", b"as the round said") for row in rows]


def forged_approval(members, people):
    """An approval of a plan that was sent back, signed by its author."""
    chain = list(read_chain(members[CHAIN]))
    body = {**next(e.body for e in chain if e.kind == "approve" and e.plan == PLAN), "by": "Ada"}
    entry = new_entry(
        people.signers["Ada"],
        number=chain[-1].number + 1,
        kind="approve",
        plan=PLAN,
        previous=chain[-1].hash,
        body=body,
    )
    told = chain_lines([*chain, entry], frozenset((PLAN,)))
    head = {"number": entry.number, "hash": entry.hash}
    return signed({**members, CHAIN: told}, people, head=head)


EDITS = {
    "a byte of the exported file": with_member("files/sumo/plan.add.xml", turned),
    "a byte of the plan": with_member(f"{FOLDER}/plan.json", turned),
    "a byte of the evidence": with_member(f"{FOLDER}/evidence.json", turned),
    "a byte of the checks": with_member(f"{FOLDER}/checks.json", turned),
    "a byte of the losses": with_member("losses/sumo.json", turned),
    "a byte of the manifest": with_member(MANIFEST, lambda c: c.replace(b"Olga", b"Olgb")),
    "a byte of the signature": with_member(SIGNATURE, lambda c: c.replace(c[:1], b"0" if c[:1] != b"0" else b"1", 1)),
    "the signature in capitals": with_member(SIGNATURE, bytes.upper),
    "the signature without its line end": with_member(SIGNATURE, bytes.strip),
    "a reason in the chain": with_member(CHAIN, lines(other_reason)),
    **{f"no {name}": without(name) for name in (MANIFEST, SIGNATURE, CHAIN, "losses/sumo.json")},
    "no evidence": without(f"{FOLDER}/evidence.json"),
    "no exported file": without("files/sumo/plan.add.xml"),
    "a file more": lambda members, _: {**members, "files/sumo/other.add.xml": b"<additional/>"},
    "a file that runs": lambda members, _: {**members, "README": b"#!/bin/sh"},
    "two members exchanged": lambda m, _: {
        **m, "losses/sumo.json": m[f"{FOLDER}/checks.json"], f"{FOLDER}/checks.json": m["losses/sumo.json"]
    },
    # From here on somebody with a key of the register signs the manifest again.
    "signed again by the author": signed_again("files/sumo/plan.add.xml", turned, "Ada"),
    "signed again by the approver": signed_again("files/sumo/plan.add.xml", turned, "Ben"),
    "let go by the author": lambda m, p: signed(m, p, "Ada", by="Ada"),
    "let go by the approver": lambda m, p: signed(m, p, "Ben", by="Ben"),
    "let go by the administrator": lambda m, p: signed(m, p, "Root", by="Root"),
    "another plan": signed_again(f"{FOLDER}/plan.json", lambda _: made_plan("third")),
    "other evidence": signed_again(f"{FOLDER}/evidence.json", lambda _: made_evidence(made_plan("second"), x=1)),
    "checks with errors": signed_again(f"{FOLDER}/checks.json", lambda _: b'{"errors": 1}'),
    "the approval left out": signed_again(CHAIN, lines(no_approval)),
    "entries reordered": signed_again(CHAIN, lines(swapped)),
    "the last entry left out": signed_again(CHAIN, lines(lambda rows: rows[:-1])),
    "the first entry left out": signed_again(CHAIN, lines(lambda rows: rows[1:])),
    "an entry twice": signed_again(CHAIN, lines(lambda rows: [*rows, rows[-1]])),
    "roles withheld": signed_again(CHAIN, lines(silenced("person"))),
    "approvals withheld": signed_again(CHAIN, lines(silenced("approve"))),
    "a reason changed": signed_again(CHAIN, lines(other_reason)),
    "white space in the chain": signed_again(CHAIN, lines(lambda rows: [row + b" " for row in rows])),
    "an approval by the author": forged_approval,
    "another plan claimed": lambda m, p: signed(m, p, plans=[digest(made_plan("third"))]),
    "no plan claimed": lambda m, p: signed(m, p, plans=[]),
    "another register claimed": lambda m, p: signed(m, p, register_id="a" * 64),
    "another head claimed": lambda m, p: signed(m, p, head={"number": 3, "hash": "a" * 64}),
    "another operator claimed": lambda m, p: signed(m, p, by="Ben"),
    "an earlier day claimed": lambda m, p: signed(m, p, at="2020-01-01T00:00:00Z"),
    "a place outside": lambda m, p: signed(m, p, formats={"sumo": "../../etc/passwd"}),
    "something more in the manifest": lambda m, p: signed(m, p, extra=1),
    "a manifest of another version": lambda m, p: signed(m, p, schema=2),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_it_is_found(content, people, edit):
    members = edit(unzip(content), people)
    changed = zip_bytes(members)
    assert changed != content
    with pytest.raises(PackageBroken):
        verify_package(changed, key(people))


def test_signing_again_without_a_change_holds(content, people):
    """What the edits above do besides their edit is not what is found."""
    members = unzip(content)
    assert signed(members, people) == members
    verify_package(zip_bytes(signed_again("losses/sumo.json", lambda c: c)(members, people)), key(people))


def test_another_administrator_s_key_does_not_open_it(content, people):
    with pytest.raises(PackageBroken, match="did not begin with this administrator"):
        verify_package(content, key(people, "Ben"))


def test_a_package_from_a_forged_register_is_found(people, tmp_path):
    forgers = made_people(tmp_path / "forgers")
    register = open_register(str(tmp_path / "forged.sqlite"))
    made_register(register, forgers)
    approved = decide(register, forgers.act("Ben"), submitted(register, forgers, "second"), "approve")
    exported(register, forgers, made_plan("second"), approved.number, tmp_path)
    forged = (tmp_path / "plan.zip").read_bytes()
    verify_package(forged, key(forgers))
    with pytest.raises(PackageBroken, match="did not begin"):
        verify_package(forged, key(people))


def test_a_draft_has_no_package(content, people):
    """A chain in which the plan was revoked since: nothing in the file says approved."""
    members = unzip(content)
    chain = list(read_chain(members[CHAIN]))
    approved = next(entry for entry in chain if entry.kind == "approve" and entry.plan == PLAN)
    body = {**approved.body, "by": "Ben", "why": "too early"}
    revoked = new_entry(
        people.signers["Ben"],
        number=chain[-1].number + 1,
        kind="revoke",
        plan=PLAN,
        previous=chain[-1].hash,
        body=body,
    )
    told = {**members, CHAIN: chain_lines([*chain, revoked], frozenset((PLAN,)))}
    head = {"number": revoked.number, "hash": revoked.hash}
    with pytest.raises(PackageBroken, match="revoked, not approved"):
        verify_package(zip_bytes(signed(told, people, head=head)), key(people))
    assert replace(revoked, signature="") != revoked
