"""Crashes, two writers, a full disk, a cut-off end: nothing is lost, nothing half-done."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from greenband.benchmarks.register.kill_rounds import kill_rounds
from greenband.benchmarks.register.made_register import exported, made_leaving, made_plan, submitted
from greenband.engine.register import recover as recovering
from greenband.engine.register import release as releasing
from greenband.engine.register import store
from greenband.engine.register.canonical import digest
from greenband.engine.register.decide import decide
from greenband.engine.register.history import history
from greenband.engine.register.recover import recover
from greenband.engine.register.release import release
from greenband.engine.register.storage.database import RegisterFailed, open_register, writing
from greenband.engine.register.verify import verify
from greenband.networks.errors import InputError
from sqlalchemy import text

from tests.engine.register.conftest import new_address

ROUNDS = {"sqlite": 24, "postgresql": 16}


@pytest.mark.parametrize("kind", ROUNDS)
def test_after_kill_9_at_any_moment_all_that_was_told_is_there_and_nothing_is_half_done(kind, tmp_path):
    from contextlib import ExitStack

    with ExitStack() as stack:

        def new(k):
            folder = tmp_path / str(k)
            folder.mkdir()
            return stack.enter_context(new_address(kind, folder))

        found = kill_rounds(new, tmp_path, ROUNDS[kind], seed=11)
    assert found.died > ROUNDS[kind] / 2
    assert len(found.after) >= 2


def together(*acts):
    """Do things at the same moment; return what each gave or raised."""
    start = Barrier(len(acts))

    def one(act):
        start.wait()
        try:
            return act()
        except InputError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def test_of_two_approvers_at_once_one_approves_and_the_other_is_told(register, people):
    for k in range(3):
        plan = submitted(register, people, f"plan {k}")
        acts = [lambda who=who, plan=plan: decide(register, people.act(who), plan, "approve") for who in ("Ben", "Bea")]
        refused = [found for found in together(*acts) if isinstance(found, InputError)]
        assert len(refused) == 1
        assert "the plan is approved" in refused[0].found
    entries = history(register).entries
    assert [entry.kind for entry in entries].count("approve") == 3
    assert verify(register).findings == ()


def test_an_approval_and_a_revocation_at_once_leave_one_order(register, people):
    plan = submitted(register, people, "a")
    acts = [
        lambda: decide(register, people.act("Ben"), plan, "approve"),
        lambda: decide(register, people.act("Ria"), plan, "revoke"),
    ]
    together(*acts)
    assert history(register).standing.plan(plan).state == "revoked"
    assert verify(register).findings == ()


def test_two_exports_to_one_place_leave_the_file_of_the_later(register, people, tmp_path):
    numbers = {}
    for name, period in (("a", "morning"), ("b", "evening")):
        plan = submitted(register, people, name, period)
        numbers[name] = (made_plan(name, period), decide(register, people.act("Ben"), plan, "approve").number)
    acts = [
        lambda which=which: release(register, people.act("Olga"), made_leaving(*which, tmp_path / "f.xml"))
        for which in numbers.values()
    ]
    assert not [found for found in together(*acts) if isinstance(found, InputError)]
    last = history(register).entries[-1]
    assert digest((tmp_path / "f.xml").read_bytes()) == last.body["files"][0]["sha256"]
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_a_late_recovery_does_not_put_an_older_file_over_a_newer(register, people, tmp_path, monkeypatch):
    target = tmp_path / "f.xml"
    monkeypatch.setattr(releasing, "recover", lambda register: ())
    for name, period in (("a", "morning"), ("b", "evening")):
        plan = submitted(register, people, name, period)
        number = decide(register, people.act("Ben"), plan, "approve").number
        late = release(register, people.act("Olga"), made_leaving(made_plan(name, period), number, target))
    target.write_text("the newer file")
    with writing(register) as connection:
        store.take_from_outbox(connection, late.number)
    (done,) = recover(register)
    assert (done.placed, done.waits) == ((), False)
    assert target.read_text() == "the newer file"


def test_an_export_cut_off_after_its_entry_is_finished_by_the_next(register, people, tmp_path, monkeypatch):
    plan = submitted(register, people, "a")
    number = decide(register, people.act("Ben"), plan, "approve").number
    out = tmp_path / "out"
    with monkeypatch.context() as patched:
        patched.setattr(releasing, "recover", lambda register: ())
        exported(register, people, made_plan("a"), number, out)
    assert not (out / "plan.add.xml").exists()
    assert len(history(register).waiting) == 1
    (done,) = recover(register)
    assert sorted(path.name for path in done.placed) == ["plan.add.xml", "plan.zip"]
    assert recover(register) == ()
    assert history(register).waiting == ()


def test_a_plan_revoked_meanwhile_is_not_put_in_its_place(register, people, tmp_path, monkeypatch):
    plan = submitted(register, people, "a")
    number = decide(register, people.act("Ben"), plan, "approve").number
    with monkeypatch.context() as patched:
        patched.setattr(releasing, "recover", lambda register: ())
        exported(register, people, made_plan("a"), number, tmp_path / "out")
    decide(register, people.act("Ria"), plan, "revoke")
    (done,) = recover(register)
    assert done.placed == ()
    assert "revoked" in done.left
    assert not (tmp_path / "out" / "plan.add.xml").exists()


def test_files_of_another_machine_wait_for_it(register, people, tmp_path, monkeypatch):
    plan = submitted(register, people, "a")
    number = decide(register, people.act("Ben"), plan, "approve").number
    with monkeypatch.context() as patched:
        patched.setattr(releasing, "gethostname", lambda: "elsewhere")
        with pytest.raises(RegisterFailed, match="elsewhere"):
            exported(register, people, made_plan("a"), number, tmp_path / "out")
    assert recover(register)[0].waits
    monkeypatch.setattr(recovering, "gethostname", lambda: "elsewhere")
    assert recover(register)[0].placed


def test_a_place_that_cannot_be_written_to_leaves_no_entry(register, people, tmp_path):
    plan = submitted(register, people, "a")
    number = decide(register, people.act("Ben"), plan, "approve").number
    (tmp_path / "file").write_text("")
    with pytest.raises(RegisterFailed, match="nothing was recorded"):
        exported(register, people, made_plan("a"), number, tmp_path / "file" / "out")
    assert history(register).standing.plan(plan).state == "approved"


def test_a_full_sqlite_keeps_what_it_had_and_nothing_half(tmp_path, people):
    from greenband.benchmarks.register.made_register import made_register

    register = open_register(str(tmp_path / "r.sqlite"))
    made_register(register, people)
    with register.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar()
    from sqlalchemy import event

    room = {"pages": pages}
    event.listen(
        register.engine,
        "connect",
        lambda connection, _: connection.execute(f"PRAGMA max_page_count = {room['pages']}").close(),
    )
    filled, failures = 0, []
    for k in range(40):
        try:
            submitted(register, people, f"plan {k}")
            filled += 1
        except RegisterFailed as error:
            failures.append(str(error))
            assert verify(register).findings == ()
            assert len(history(register).plans) == filled
            room["pages"] += 1
    assert failures
    assert all("full" in failure for failure in failures)
    assert filled
    assert verify(register).findings == ()


FILLED = """
import resource, sys
from pathlib import Path
from greenband.benchmarks.register.made_register import made_people, made_plan, exported
from greenband.engine.register.storage.database import RegisterFailed, open_register, writing
register, people = open_register(sys.argv[1]), made_people(Path(sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[5]), resource.RLIM_INFINITY))
try:
    exported(register, people, made_plan("a"), int(sys.argv[3]), Path(sys.argv[4]))
except RegisterFailed as error:
    print("FAILED", error)
"""


@pytest.mark.parametrize("limit", ["file", "register"])
def test_an_export_onto_a_full_disk_is_recorded_whole_or_not_at_all(register, people, tmp_path, limit):
    """Files may not grow beyond a size, as on a full disk: the exported one, or the register's too."""
    plan = submitted(register, people, "a")
    number = decide(register, people.act("Ben"), plan, "approve").number
    keys, out = people.signers["Ben"].path.parent, tmp_path / "out"
    largest = 20 if limit == "file" else (register.file.stat().st_size if register.file else 1000)
    address = register.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", FILLED, address, keys, str(number), out, str(largest)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ,
    )
    assert "FAILED" in done.stdout, done.stderr
    assert verify(register).findings == ()
    assert history(register).standing.plan(plan).state == "approved"
    assert not out.exists() or list(out.iterdir()) == []
    exported(register, people, made_plan("a"), number, out)


def test_a_cut_off_end_is_found_by_whoever_saw_it(register, people):
    plan = submitted(register, people, "a")
    head = verify(register).standing.head
    decide(register, people.act("Ben"), plan, "approve")
    with register.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER entries_no_delete"))
        else:
            connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
        connection.execute(text("DELETE FROM entries WHERE number > :n"), {"n": head.number})
    assert verify(register).findings == ()  # by itself the shorter chain is whole: this is what nobody else can see
    with pytest.raises(RegisterFailed, match="was cut off"):
        decide(register, people.act("Ben"), plan, "approve")
    decide(register, people.act("Bea"), plan, "approve")  # her key saw the end only before
    with pytest.raises(RegisterFailed, match="holds another in its place"):
        decide(register, people.act("Ben"), plan, "revoke")


def test_nobody_writes_onto_a_broken_chain(register, people):
    plan = submitted(register, people, "a")
    with register.engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER entries_no_update"))
        else:
            connection.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE entries SET kind = 'review' WHERE kind = 'submit'"))
    with pytest.raises(RegisterFailed, match="the chain is broken at entry 8"):
        decide(register, people.act("Ben"), plan, "approve")
