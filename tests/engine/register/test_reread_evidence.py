"""Evidence is read a second time: real evidence is let through, and what an edit leaves behind is not."""

import json

import pytest
from greenband.benchmarks.register.made_register import made_evidence, made_plan
from greenband.engine.register.canonical import digest
from greenband.engine.register.evidence import GateFailed, reread
from greenband.engine.results.evidence import evidence_of
from greenband.engine.studies.file import Gate
from greenband.engine.studies.provenance import Origin
from greenband.engine.validate.gate import gate
from greenband.engine.validate.trial import Trial
from greenband.networks.errors import InputError
from greenband.networks.plan import Plan

from tests.engine.validate.made_runs import series

PLAN = made_plan("am")


def real_evidence(plan_s, running_s, **more):
    plan, running = series(plan_s), series(running_s)
    trial = Trial(
        plan=Plan(name="am", junctions=()),
        traffic="forecast traffic",
        plan_runs=tuple(plan),
        running_runs=tuple(running),
    )
    return evidence_of(
        about={"study": "street", "period": "morning 07:00–08:00"},
        origin=Origin(versions={"SUMO": "1.28.0"}, sha256={"street.net.xml": "ab"}),
        trial=trial,
        findings=(),
        verdict=gate(plan, running, (), Gate()),
        limits=Gate(),
        outputs={"plan.json": PLAN, **more},
    )


def test_what_validate_writes_of_a_better_plan_is_let_through():
    facts = reread(real_evidence([40.0, 41, 39], [50.0, 52, 49]), "e")
    assert facts.plan == digest(PLAN)
    assert (facts.study, facts.decision, facts.seeds) == ("street", "better", (100, 101, 102))
    assert facts.inputs == {"street.net.xml": "ab"}


@pytest.mark.parametrize("plan_s", [[60.0, 61, 59], [50.0, 52.1, 48.9]])
def test_what_validate_writes_of_a_plan_that_is_not_better_is_refused(plan_s):
    with pytest.raises(GateFailed):
        reread(real_evidence(plan_s, [50.0, 52, 49]), "e")


def forged(content, change):
    """Edit evidence and mend its hash, as somebody with a text editor and a little patience can."""
    told = json.loads(content)
    timings = told.pop("timings_s")
    told.pop("sha256")
    change(told)
    sha256 = digest(json.dumps(told, sort_keys=True, separators=(",", ":")).encode())
    return json.dumps({**told, "sha256": sha256, "timings_s": timings}).encode()


def pass_it(told):
    told["gate"].update(passed=True, decision="better")


def pass_it_and_its_comparison(told):
    pass_it(told)
    told["trial"]["comparison"].update(mean_difference_s=-9.0)


def fewer_seeds(told):
    told["trial"]["runs"] = told["trial"]["runs"][:1]
    told["seeds"]["validation"] = told["seeds"]["validation"][:1]


@pytest.mark.parametrize(
    "change",
    [
        pass_it,
        pass_it_and_its_comparison,
        lambda told: told["gate"].update(passed=True),
        lambda told: told["gate"].update(passed=True, decision="unsafe"),
    ],
)
def test_a_verdict_that_the_runs_do_not_bear_out_is_refused(change):
    with pytest.raises(InputError):
        reread(forged(real_evidence([60.0, 61, 59], [50.0, 52, 49]), change), "e")


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told["check"].update(errors=1),
        lambda told: told["trial"]["runs"][0]["plan"].update(gridlocked=True),
        lambda told: told["trial"]["runs"].pop(),
        fewer_seeds,
        lambda told: told["outputs_sha256"].clear(),
        lambda told: told.update(schema=3),
        lambda told: told.pop("gate"),
        lambda told: told.update(trial=[]),
    ],
)
def test_evidence_that_contradicts_itself_is_refused(change):
    good = real_evidence([40.0, 41, 39], [50.0, 52, 49])
    reread(forged(good, lambda told: None), "e")
    with pytest.raises(InputError):
        reread(forged(good, change), "e")


def as_schema_1(told):
    told["schema"] = 1
    for run in told["trial"]["runs"]:
        run["ours"] = run.pop("plan")


def test_evidence_of_the_schema_before_is_still_read_and_still_reread():
    good, bad = real_evidence([40.0, 41, 39], [50.0, 52, 49]), real_evidence([60.0, 61, 59], [50.0, 52, 49])
    assert reread(forged(good, as_schema_1), "e").seeds == (100, 101, 102)
    with pytest.raises(InputError, match="runs"):
        reread(forged(bad, lambda told: (as_schema_1(told), pass_it(told))), "e")


def test_any_edit_without_the_hash_is_refused():
    content = made_evidence(PLAN)
    reread(content, "e")
    for old, new in ((b"40.0", b"39.0"), (b"better", b"kept"), (b"true", b"false"), (b"street", b"strait")):
        assert old in content
        with pytest.raises(InputError, match="hash"):
            reread(content.replace(old, new, 1), "e")


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"null", b'"x"', b"<xml/>", b"{" * 100000, b"\xff"])
def test_what_is_no_evidence_is_refused(content):
    with pytest.raises(InputError):
        reread(content, "e")
