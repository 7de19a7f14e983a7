"""A register in which much has happened."""

from pathlib import Path

from greenband.benchmarks.register.made_register import People, exported, made_plan, submitted
from greenband.engine.register.decide import decide, review
from greenband.engine.register.storage.database import Register


def live(register: Register, people: People, out: Path) -> dict[str, str]:
    """Let a plan be exported, superseded by a second, a third be sent back, a fourth wait; return their hashes."""
    plans = {name: submitted(register, people, name) for name in ("first", "second", "third", "fourth")}
    review(register, people.act("Ria", "the side streets wait long"), plans["first"], None)
    for name in ("first", "second"):
        approved = decide(register, people.act("Ben"), plans[name], "approve")
        exported(register, people, made_plan(name), approved.number, out)
    decide(register, people.act("Bea", "no walk time"), plans["third"], "reject")
    return plans
