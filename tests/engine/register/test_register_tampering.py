"""Every kind of edit, deletion, insertion and reordering in a register's rows is found."""

import json
from contextlib import contextmanager

import pytest
from greenband.benchmarks.register.made_register import RECHECK, made_evidence, made_people, made_plan, made_register
from greenband.engine.register import store
from greenband.engine.register.canonical import canonical, digest
from greenband.engine.register.entry import Entry, new_entry
from greenband.engine.register.standing import Head
from greenband.engine.register.storage.database import open_register
from greenband.engine.register.verify import verify, verify_rows
from sqlalchemy import text

from tests.engine.register.lives import live


class Thief:
    """Somebody who may do with the rows what they want, but has no key of ours, unless `people` lends one."""

    def __init__(self, connection, people, plans):
        self.connection, self.people, self.plans = connection, people, plans
        self.chain = list(store.load(connection))
        self.last = self.chain[-1]

    def do(self, sql, **values):
        done = self.connection.execute(text(sql), values)
        assert done.rowcount != 0, "the edit changed nothing"

    def number(self, kind):
        return next(entry.number for entry in self.chain if entry.kind == kind)

    def body(self, kind, **changes):
        """Change what an entry says, its hash included."""
        entry = self.chain[self.number(kind) - 1]
        body = {**entry.body, **changes}
        changed = Entry(**{**fields(entry), "body_sha256": digest(canonical(body)), "body": body})
        sql = "UPDATE entries SET body = :body, hash = :hash WHERE number = :n"
        self.do(sql, body=canonical(body).decode(), hash=changed.hash, n=entry.number)

    def rehash_from(self, number):
        """Mend all hashes after an edit, as somebody without keys can."""
        previous = self.chain[number - 2].hash
        for row in self.connection.execute(
            text("SELECT * FROM entries WHERE number >= :n ORDER BY number"), {"n": number}
        ):
            entry = Entry(
                **{name: getattr(row, name) for name in ("number", "kind", "plan", "key", "signature")},
                previous=previous,
                body_sha256=digest(row.body.encode()),
                body=None,
            )
            self.do(
                "UPDATE entries SET previous = :p, hash = :h WHERE number = :n", p=previous, h=entry.hash, n=row.number
            )
            previous = entry.hash

    def append(self, who, kind, plan, **said):
        """Put an entry at the end that is signed and chained as it should be."""
        signer = self.people.signers[who] if isinstance(who, str) else who[1]
        name = who if isinstance(who, str) else who[0]
        body = {"by": name, "at": self.last.body["at"], "why": "a gift", "greenband": "0", **said}
        entry = new_entry(signer, number=self.last.number + 1, kind=kind, plan=plan, previous=self.last.hash, body=body)
        store.append(self.connection, entry)

    def bound(self, name):
        """What an entry on a plan must repeat."""
        body = next(e.body for e in self.chain if e.kind == "validate" and e.plan == self.plans[name])
        return {key: body[key] for key in ("inputs", "evidence", "seeds")}


def fields(entry):
    return {name: getattr(entry, name) for name in Entry.__dataclass_fields__}


def swap_numbers(thief):
    a, b = thief.number("approve"), thief.number("approve") + 1
    for old, new in ((a, -1), (b, a), (-1, b)):
        thief.do("UPDATE entries SET number = :new WHERE number = :old", new=new, old=old)


def delete_and_close_the_gap(thief):
    gone = thief.number("review")
    thief.do("DELETE FROM entries WHERE number = :n", n=gone)
    for number in range(gone + 1, thief.last.number + 1):
        thief.do("UPDATE entries SET number = :new WHERE number = :old", new=number - 1, old=number)


def delete_close_and_rehash(thief):
    delete_and_close_the_gap(thief)
    thief.rehash_from(thief.number("review"))


def double_the_last(thief):
    thief.do(
        "INSERT INTO entries SELECT number + 1, kind, plan, :p, key, body, signature, :h "
        "FROM entries WHERE number = :n",
        p="1" * 64,
        h="2" * 64,
        n=thief.last.number,
    )


def edit_and_rehash(thief):
    thief.body("approve", why="it was a joke")
    thief.rehash_from(thief.number("approve"))


def break_a_byte(table):
    def edit(thief):
        sha256, content = thief.connection.execute(text(f"SELECT sha256, content FROM {table}")).first()
        changed = bytes(content).replace(b"e", b"f", 1)
        assert changed != bytes(content)
        thief.do(f"UPDATE {table} SET content = :c WHERE sha256 = :s", c=changed, s=sha256)

    return edit


def swap_contents(thief):
    for sha256, other in ((thief.plans["first"], "second"), (thief.plans["second"], "first")):
        thief.do("UPDATE plans SET content = :c WHERE sha256 = :s", c=made_plan(other), s=sha256)


def other_evidence(thief):
    """Evidence that holds, put in the place of another that an entry speaks of."""
    plan = made_plan("fourth")
    evidence = made_evidence(plan, protocol="softer")
    old = thief.bound("fourth")["evidence"]
    thief.do("UPDATE evidence SET content = :c, sha256 = :n WHERE sha256 = :o", c=evidence, n=digest(evidence), o=old)


def sign_in_capitals(thief):
    thief.do("UPDATE entries SET signature = upper(signature) WHERE number = 5")


def turn_a_bit(thief):
    signature = thief.chain[4].signature
    turned = f"{int(signature[0], 16) ^ 1:x}{signature[1:]}"
    thief.do("UPDATE entries SET signature = :s WHERE number = 5", s=turned)


def white_space(thief):
    body = json.dumps(thief.chain[4].body, sort_keys=True, ensure_ascii=False)
    thief.do("UPDATE entries SET body = :b WHERE number = 5", b=body)


def give_role_to_self(thief):
    key = thief.people.signers["Ada"].public
    thief.append("Ada", "person", None, person="Ada", key=key, roles=["approver", "author"])


def second_name(thief):
    key = thief.people.signers["Ada"].public
    thief.append("Root", "person", None, person="Ada Two", key=key, roles=["approver"])


def row(table, **values):
    def edit(thief):
        names = ", ".join(values)
        places = ", ".join(f":{name}" for name in values)
        thief.do(f"INSERT INTO {table} ({names}) VALUES ({places})", **values)

    return edit


def statement(sql, **values):
    def edit(thief):
        chosen = {name: value(thief) if callable(value) else value for name, value in values.items()}
        thief.do(sql, **chosen)

    return edit


def last(thief):
    return thief.last.number


def on_plan(who, kind, name, **said):
    def edit(thief):
        thief.append(who, kind, thief.plans[name], **thief.bound(name), **said)

    return edit


H = "a" * 64
EDITS = {
    "the reason of an approval": lambda t: t.body("approve", why="it was a joke"),
    "the reason, and all hashes mended": edit_and_rehash,
    "who approved": lambda t: t.body("approve", by="Bea"),
    "when it was approved": lambda t: t.body("approve", at="2020-01-01T00:00:00Z"),
    "the seeds of a trial": lambda t: t.body("validate", seeds=[100, 101]),
    "the evidence that a decision names": lambda t: t.body("approve", evidence=H),
    "the hash of an exported file": lambda t: t.body("export", files=[]),
    "a re-check date": lambda t: t.body("submit", recheck_on="2199-01-01"),
    "the version of the code": lambda t: t.body("approve", greenband="9.9"),
    "white space in an entry": white_space,
    "a kind": statement("UPDATE entries SET kind = 'approve' WHERE kind = 'reject'"),
    "the plan of an entry": statement(
        "UPDATE entries SET plan = :p WHERE kind = 'reject'", p=lambda t: t.plans["fourth"]
    ),
    "a signature by a bit": turn_a_bit,
    "a signature in capitals": sign_in_capitals,
    "a signature from another entry": lambda t: t.do(
        "UPDATE entries SET signature = :s WHERE number = 6", s=t.chain[6].signature
    ),
    "a key": lambda t: t.do("UPDATE entries SET key = :k WHERE number = 5", k=t.people.signers["Bea"].public),
    "the hash of the entry before": statement("UPDATE entries SET previous = :h WHERE number = 5", h=H),
    "a hash": statement("UPDATE entries SET hash = :h WHERE number = 5", h=H),
    "two entries exchanged": swap_numbers,
    "an entry in the middle deleted": statement("DELETE FROM entries WHERE kind = 'review'"),
    "an entry deleted and the gap closed": delete_and_close_the_gap,
    "an entry deleted, the gap closed, all hashes mended": delete_close_and_rehash,
    "the first entry deleted": statement("DELETE FROM entries WHERE number = 1"),
    "the last entry deleted": statement("DELETE FROM entries WHERE number = :n", n=last),
    "the last three deleted": statement("DELETE FROM entries WHERE number > :n - 3", n=last),
    "all entries deleted": statement("DELETE FROM entries"),
    "the last entry twice": double_the_last,
    "a byte of a plan": break_a_byte("plans"),
    "a byte of evidence": break_a_byte("evidence"),
    "a byte of an exported file": break_a_byte("files"),
    "a hash of an input": statement("UPDATE studies SET inputs = replace(inputs, 'street', 'strait')"),
    "two plans exchanged": swap_contents,
    "evidence in the place of other evidence": other_evidence,
    "a plan deleted": statement("DELETE FROM plans WHERE name = 'first'"),
    "all evidence deleted": statement("DELETE FROM evidence"),
    "exported files deleted": statement("DELETE FROM files"),
    "the inputs deleted": statement("DELETE FROM studies"),
    "a plan more": row("plans", sha256=H, name="x", content=b"x"),
    "a file more": row("files", sha256=H, content=b"x"),
    "inputs more": row("studies", sha256=H, name="x", inputs="{}"),
    "evidence more": lambda t: row(
        "evidence", sha256=H, plan=t.plans["first"], study=t.bound("first")["inputs"], content=b"x"
    )(t),
    "the name of a plan": statement("UPDATE plans SET name = 'x' WHERE name = 'first'"),
    "the name of a study": statement("UPDATE studies SET name = 'x'"),
    "whose evidence it is": lambda t: t.do("UPDATE evidence SET plan = :p", p=t.plans["second"]),
    "an interrupted export that is none": row("outbox", entry=1),
    # Insiders, who have a key and sign what the rules do not allow.
    "an approval by the author": on_plan("Ada", "approve", "fourth"),
    "an approval with a stranger's key": lambda t: t.append(
        ("Ben", t.people.signers["Ada"]), "approve", t.plans["fourth"], **t.bound("fourth")
    ),
    "an approval by nobody known": lambda t: t.append(
        ("Eve", t.people.signers["Ada"]), "approve", t.plans["fourth"], **t.bound("fourth")
    ),
    "an approval of a plan that was sent back": on_plan("Ben", "approve", "third"),
    "an approval of a plan that is superseded": on_plan("Ben", "approve", "first"),
    "an approval bound to other evidence": lambda t: t.append(
        "Ben", "approve", t.plans["fourth"], **{**t.bound("fourth"), "evidence": H}
    ),
    "an export of a plan that is not approved": on_plan(
        "Olga", "export", "fourth", options={}, files=[{"format": "x", "sha256": H, "target": "", "host": ""}]
    ),
    "a second plan on the street": on_plan(
        "Olga", "restore", "second", other=H
    ),
    "a role given to oneself": give_role_to_self,
    "a key under a second name": second_name,
    "an entry that says more": on_plan("Ben", "approve", "fourth", hurry=True),
    "an entry from the past": lambda t: t.append(
        "Ben", "approve", t.plans["fourth"], **t.bound("fourth"), at="2020-01-01T00:00:00Z"
    ),
}  # fmt: skip


@contextmanager
def undone(register):
    """A connection on which no trigger and no reference holds, and of which nothing is kept."""
    with register.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
        connection.rollback()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request, tmp_path_factory):
    """A register in which much has happened, its people, its plans, and what somebody knows of it."""
    from tests.engine.register.conftest import new_address

    folder = tmp_path_factory.mktemp("lived")
    with new_address(request.param, folder) as address:
        register, people = open_register(address), made_people(folder)
        made_register(register, people)
        plans = live(register, people, folder)
        known = {"administrator": people.signers["Root"].public, "heads": (verify(register).standing.head,)}
        yield register, people, plans, known


def test_a_register_in_which_much_happened_holds(lived):
    register, _, plans, known = lived
    found = verify(register, **known)
    assert found.findings == ()
    assert [found.standing.plan(plans[n]).state for n in ("first", "second", "third", "fourth")] == [
        "superseded",
        "exported",
        "draft",
        "submitted",
    ]
    assert found.standing.plan(plans["second"]).recheck_on == RECHECK.isoformat()


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_it_is_found(lived, edit):
    register, people, plans, known = lived
    with undone(register) as connection:
        edit(Thief(connection, people, plans))
        assert verify_rows(connection, **known).findings
    assert verify(register, **known).findings == ()


def test_a_register_forged_whole_is_found_by_the_administrator_s_key(lived, tmp_path):
    forged, forgers = open_register(str(tmp_path / "forged.sqlite")), made_people(tmp_path)
    made_register(forged, forgers)
    live(forged, forgers, tmp_path)
    assert verify(forged).findings == ()
    assert verify(forged, administrator=lived[3]["administrator"]).findings
    assert verify(forged, heads=lived[3]["heads"]).findings


def test_a_head_that_never_was_is_found(lived):
    assert verify(lived[0], heads=(Head(number=3, hash=H),)).findings


@pytest.mark.parametrize("table", ["studies", "plans", "evidence", "files", "entries"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET {} = {}", "DELETE FROM {}"])
def test_the_database_itself_refuses_to_change_or_delete(lived, table, verb):
    column = "number" if table == "entries" else "sha256"
    with (
        lived[0].engine.connect() as connection,
        pytest.raises(Exception, match="the register only grows"),
    ):
        connection.execute(text(verb.format(table, column, column)))
