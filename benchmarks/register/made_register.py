"""A register with people and plans made up: nothing is simulated, everything is signed and bound as it is for real."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from greenband.engine.package.build import build_package
from greenband.engine.register.canonical import digest
from greenband.engine.register.evidence import reread
from greenband.engine.register.keys import Signer, new_key, read_signer
from greenband.engine.register.people import begin, enter_person
from greenband.engine.register.release import Leaving, OutFile, Pack, release
from greenband.engine.register.standing import PlanStanding
from greenband.engine.register.storage.database import Register
from greenband.engine.register.submit import Submission, submit
from greenband.engine.register.write import Act, Pen

ROLES = {
    "Root": "administrator",
    "Ada": "author",
    "Ria": "reviewer",
    "Ben": "approver",
    "Bea": "approver",
    "Olga": "operator",
}
RECHECK = date(2099, 1, 1)
STREET = {"street.net.xml": digest(b"a street")}


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Everybody's key, by name."""

    signers: dict[str, Signer]

    def act(self, name: str, why: str = "as the round says") -> Act:
        """Return somebody who acts."""
        return Act(by=name, signer=self.signers[name], why=why)


def made_people(folder: Path) -> People:
    """Return people with keys in a folder; those who have one keep it."""
    paths = {name: folder / f"{name}.key" for name in ROLES}
    return People(signers={name: read_signer(p) if p.exists() else new_key(p) for name, p in paths.items()})


def made_register(register: Register, people: People) -> None:
    """Begin a register and give everybody their roles."""
    begin(register, people.act("Root"), "made up")
    for name, role in ROLES.items():
        if name != "Root":
            enter_person(register, people.act("Root"), name, people.signers[name].public, [role])


def made_plan(name: str, period: str = "morning") -> bytes:
    """Return the bytes of a plan of no junction: whoever reads it needs no network."""
    label = f"{period} 07:00–08:00"
    return json.dumps({"schema": 1, "name": name, "study": "street", "period": label, "junctions": []}).encode()


def made_evidence(plan: bytes, period: str = "morning", **changes: Any) -> bytes:
    """Return the bytes of evidence of a plan whose gate passed, by runs that were never run."""
    seeds = [100, 101, 102, 103]
    pairs = [(40.0 + k % 2, 50.0 + k) for k in range(len(seeds))]
    runs = [
        {
            "seed": seed,
            "plan": {"mean_delay_s": plan_s, "gridlocked": False},
            "running": {"mean_delay_s": running_s, "gridlocked": False},
        }
        for seed, (plan_s, running_s) in zip(seeds, pairs, strict=True)
    ]
    mean_s = sum(plan_s - running_s for plan_s, running_s in pairs) / len(pairs)
    told = {
        "schema": 2,
        "about": {"study": "street", "period": f"{period} 07:00–08:00"},
        "inputs_sha256": STREET,
        "outputs_sha256": {"plan.json": digest(plan)},
        "seeds": {"validation": seeds},
        "trial": {"runs": runs, "comparison": {"mean_difference_s": mean_s}},
        "check": {"errors": 0, "findings": []},
        "gate": {"passed": True, "decision": "better", "reasons": ["Delay falls."]},
        **changes,
    }
    sha256 = digest(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())
    return json.dumps({**told, "sha256": sha256, "timings_s": {}}).encode()


def made_submission(name: str, period: str = "morning") -> Submission:
    """Return a plan with its evidence, ready to be submitted."""
    plan = made_plan(name, period)
    evidence = made_evidence(plan, period)
    return Submission(plan=plan, plan_name=name, evidence=evidence, facts=reread(evidence, "evidence"), period=period)


def submitted(register: Register, people: People, name: str, period: str = "morning") -> str:
    """Submit a plan and return its hash."""
    submission = made_submission(name, period)
    submit(register, people.act("Ada"), submission, RECHECK)
    return submission.facts.plan


def made_leaving(plan: bytes, approved_at: int, target: Path) -> Leaving:
    """Return a file for the street."""
    files = (OutFile(format="sumo", content=b"<approved " + digest(plan).encode() + b"/>", target=target),)
    return Leaving(plans=(plan,), approved_at=approved_at, street=STREET, files=files, options={})


def pack_into(target: Path) -> Pack:
    """Return what makes a package of a made-up plan."""

    def pack(pen: Pen, standings: Sequence[PlanStanding]) -> OutFile:
        exported = {"sumo": ("plan.add.xml", b"<additional/>", b"[]")}
        content = build_package(pen, standings, exported, {plan.plan: () for plan in standings})
        return OutFile(format="package", content=content, target=target)

    return pack


def exported(register: Register, people: People, plan: bytes, approved_at: int, out: Path) -> None:
    """Export a plan as a file and as a package."""
    release(
        register, people.act("Olga"), made_leaving(plan, approved_at, out / "plan.add.xml"), pack_into(out / "plan.zip")
    )
