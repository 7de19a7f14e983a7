"""Who may do what to which plan: each rule shuts out what it must, and lets through what it may."""

from datetime import date

import pytest
from greenband.benchmarks.register.made_register import (
    RECHECK,
    exported,
    made_leaving,
    made_plan,
    made_submission,
    submitted,
)
from greenband.engine.register.canonical import digest
from greenband.engine.register.decide import decide, review, roll_back
from greenband.engine.register.history import history
from greenband.engine.register.people import begin, enter_person
from greenband.engine.register.release import release
from greenband.engine.register.submit import submit
from greenband.engine.register.verify import verify
from greenband.engine.register.write import pen
from greenband.networks.errors import InputError


def state(register, name):
    return history(register).standing.plan(digest(made_plan(name))).state


def approve(register, people, name, by="Ben"):
    return decide(register, people.act(by), digest(made_plan(name)), "approve").number


def to_the_street(register, people, name, out):
    submitted(register, people, name)
    exported(register, people, made_plan(name), approve(register, people, name), out)


def test_a_plan_s_way_to_the_street_and_back(register, people, tmp_path):
    assert state(register, "a") == "draft"
    submitted(register, people, "a")
    assert state(register, "a") == "submitted"
    number = approve(register, people, "a")
    assert state(register, "a") == "approved"
    exported(register, people, made_plan("a"), number, tmp_path)
    assert state(register, "a") == "exported"
    to_the_street(register, people, "b", tmp_path)
    assert (state(register, "a"), state(register, "b")) == ("superseded", "exported")
    roll_back(register, people.act("Olga", "queues on the ramp"), digest(made_plan("b")), None)
    assert (state(register, "a"), state(register, "b")) == ("approved", "revoked")
    exported(register, people, made_plan("a"), number, tmp_path)
    decide(register, people.act("Bea", "a school opens"), digest(made_plan("a")), "revoke")
    assert state(register, "a") == "revoked"
    kinds = [entry.kind for entry in history(register).entries][6:]
    first, second = (
        ["validate", "submit", "approve", "export"],
        ["validate", "submit", "approve", "supersede", "export"],
    )
    assert kinds == [*first, *second, "rollback", "restore", "export", "revoke"]
    assert verify(register).findings == ()


def test_every_entry_on_a_plan_says_who_when_why_of_what_and_by_which_code(register, people):
    submitted(register, people, "a")
    for entry in history(register, digest(made_plan("a"))).entries:
        assert {"by", "at", "why", "greenband", "inputs", "evidence", "seeds"} <= set(entry.body)
        assert entry.body["seeds"] == [100, 101, 102, 103]
        assert entry.plan == digest(made_plan("a"))


def test_an_author_who_is_an_approver_too_does_not_approve_their_own_plan(register, people):
    root, ada = people.act("Root"), people.signers["Ada"]
    enter_person(register, root, "Ada", ada.public, ["author", "approver", "reviewer"])
    submitted(register, people, "a")
    for kind in ("approve", "reject"):
        with pytest.raises(InputError, match="brought the plan in"):
            decide(register, people.act("Ada"), digest(made_plan("a")), kind)
    with pytest.raises(InputError, match="brought the plan in"):
        review(register, people.act("Ada"), digest(made_plan("a")), None)
    approve(register, people, "a")


def test_whoever_once_brought_a_plan_in_never_approves_it(register, people):
    submitted(register, people, "a")
    decide(register, people.act("Bea", "no walk time"), digest(made_plan("a")), "reject")
    root = people.act("Root")
    enter_person(register, root, "Ria", people.signers["Ria"].public, ["author"])
    enter_person(register, root, "Ada", people.signers["Ada"].public, ["approver"])
    submit(register, people.act("Ria"), made_submission("a"), RECHECK)
    with pytest.raises(InputError, match="brought the plan in"):
        approve(register, people, "a", by="Ada")


@pytest.mark.parametrize("kind", ["approve", "reject", "revoke"])
def test_a_plan_that_nobody_submitted_is_not_decided_on(register, people, kind):
    with pytest.raises(InputError):
        decide(register, people.act("Ben"), digest(made_plan("a")), kind)


@pytest.mark.parametrize(
    ("who", "kind"),
    [("Ria", "approve"), ("Olga", "approve"), ("Ada", "approve"), ("Olga", "reject"), ("Root", "revoke")],
)
def test_only_the_role_decides(register, people, who, kind):
    submitted(register, people, "a")
    with pytest.raises(InputError, match=f"{who} is no"):
        decide(register, people.act(who), digest(made_plan("a")), kind)
    assert state(register, "a") == "submitted"


def test_a_name_with_another_s_key_is_refused(register, people):
    submitted(register, people, "a")
    forged = people.act("Ria").__class__(by="Ben", signer=people.signers["Ria"], why="x")
    with pytest.raises(InputError, match="not signed with the key of Ben"):
        decide(register, forged, digest(made_plan("a")), "approve")


@pytest.mark.parametrize("before", ["draft", "submitted", "rejected", "revoked", "superseded"])
def test_nothing_but_an_approved_plan_leaves(register, people, tmp_path, before):
    if before == "superseded":
        to_the_street(register, people, "a", tmp_path / "a")
        to_the_street(register, people, "b", tmp_path / "a")
    elif before != "draft":
        submitted(register, people, "a")
        if before in ("rejected", "revoked"):
            kind = {"rejected": "reject", "revoked": "revoke"}[before]
            decide(register, people.act("Ben"), digest(made_plan("a")), kind)
    with pytest.raises(InputError, match="only what was approved"):
        exported(register, people, made_plan("a"), 9, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_approved_plan_changed_in_any_one_byte_does_not_leave(register, people, tmp_path):
    submitted(register, people, "a")
    number, plan = approve(register, people, "a"), made_plan("a")
    for at in range(0, len(plan), 7):
        changed = plan[:at] + bytes([plan[at] ^ 1]) + plan[at + 1 :]
        with pytest.raises(InputError, match="only what was approved"):
            release(register, people.act("Olga"), made_leaving(changed, number, tmp_path / "f"))
    for changed in (plan + b"\n", plan[:-1], b"\xef\xbb\xbf" + plan):
        with pytest.raises(InputError, match="only what was approved"):
            release(register, people.act("Olga"), made_leaving(changed, number, tmp_path / "f"))
    assert list(tmp_path.glob("f*")) == []
    release(register, people.act("Olga"), made_leaving(plan, number, tmp_path / "f"))


def test_other_streets_than_those_of_the_trial_keep_a_plan_back(register, people, tmp_path):
    from dataclasses import replace

    submitted(register, people, "a")
    leaving = made_leaving(made_plan("a"), approve(register, people, "a"), tmp_path / "f")
    with pytest.raises(InputError, match="is not the file that the plan was validated on"):
        release(register, people.act("Olga"), replace(leaving, street={"street.net.xml": "b" * 64}))


def test_a_period_of_its_own_has_a_plan_of_its_own(register, people, tmp_path):
    to_the_street(register, people, "a", tmp_path)
    submitted(register, people, "e", "evening")
    number = decide(register, people.act("Ben"), digest(made_plan("e", "evening")), "approve").number
    exported(register, people, made_plan("e", "evening"), number, tmp_path)
    assert state(register, "a") == "exported"


def test_going_back_needs_something_to_go_back_to(register, people, tmp_path):
    to_the_street(register, people, "a", tmp_path)
    with pytest.raises(InputError, match="no plan of this period"):
        roll_back(register, people.act("Olga"), digest(made_plan("a")), None)
    assert state(register, "a") == "exported"


def test_a_plan_that_is_overdue_is_told_of_until_a_review_moves_the_day(register, people):
    submitted(register, people, "a")
    assert history(register).warnings(date(2100, 1, 1)) == ()
    approve(register, people, "a")
    (warning,) = history(register).warnings(date(2099, 1, 2))
    assert "2099-01-01" in warning
    assert history(register).warnings(date(2099, 1, 1)) == ()
    review(register, people.act("Ria", "still fits"), digest(made_plan("a")), date(2101, 1, 1))
    assert history(register).warnings(date(2100, 1, 1)) == ()


def test_roles_are_the_administrator_s_to_give_and_one_remains(register, people):
    ada = people.signers["Ada"].public
    with pytest.raises(InputError, match="Ben is no administrator"):
        enter_person(register, people.act("Ben"), "Ada", ada, ["approver"])
    with pytest.raises(InputError, match="nobody would be administrator"):
        enter_person(register, people.act("Root"), "Root", people.signers["Root"].public, [])
    with pytest.raises(InputError, match="one key is one person's"):
        enter_person(register, people.act("Root"), "Ada Two", ada, ["approver"])
    with pytest.raises(InputError, match="the roles are"):
        enter_person(register, people.act("Root"), "Ada", ada, ["king"])


def test_who_has_left_decides_nothing(register, people):
    submitted(register, people, "a")
    enter_person(register, people.act("Root"), "Ben", people.signers["Ben"].public, [])
    with pytest.raises(InputError, match="Ben is no approver"):
        approve(register, people, "a")
    approve(register, people, "a", by="Bea")


def test_a_register_is_begun_once(register, people):
    with pytest.raises(InputError, match="made once"):
        begin(register, people.act("Ben"), "another")
    assert history(register).standing.name == "made up"


def test_a_second_plan_for_one_period_does_not_join_the_first_on_the_street(register, people, tmp_path):
    to_the_street(register, people, "a", tmp_path)
    submitted(register, people, "b")
    approve(register, people, "b")
    file = {"format": "sumo", "sha256": "a" * 64, "target": "", "host": ""}
    with pytest.raises(InputError, match="is on the street"), pen(register, people.act("Olga")) as found:
        found.write_on(found.standing.plan(digest(made_plan("b"))), "export", files=[file], options={})
    assert (state(register, "a"), state(register, "b")) == ("exported", "approved")
