"""evidence.json holds what a critic would ask for, the same for the same inputs, and its own hash."""

import json
from hashlib import sha256

from greenband.engine.results.evidence import evidence_of
from greenband.engine.studies.file import Gate
from greenband.engine.studies.provenance import Origin
from greenband.engine.validate.gate import gate
from greenband.engine.validate.trial import Trial
from greenband.networks.plan import Plan

from tests.engine.validate.made_runs import made, series

TODAY = [50.0, 52, 49]


def evidence(**changes) -> dict:
    plan, running = series([40.0, 41, 39]), series(TODAY)
    trial = Trial(
        plan=Plan(name="am", junctions=()),
        traffic="forecast traffic",
        plan_runs=tuple(plan),
        running_runs=tuple(running),
    )
    fields = {
        "about": {"study": "Main Street", "period": "07:00–08:00"},
        "origin": Origin(versions={"SUMO": "1.28.0"}, sha256={"counts.csv": "ab"}),
        "trial": trial,
        "findings": (),
        "verdict": gate(plan, running, (), Gate()),
        "limits": Gate(),
        "outputs": {"plan.json": b"{}"},
    }
    return json.loads(evidence_of(**{**fields, **changes}))


def test_it_tells_every_seed_and_movement_before_and_after():
    told = evidence()
    assert told["seeds"]["validation"] == [100, 101, 102]
    assert [(r["seed"], r["plan"]["mean_delay_s"], r["running"]["mean_delay_s"]) for r in told["trial"]["runs"]] == [
        (100, 40, 50),
        (101, 41, 52),
        (102, 39, 49),
    ]
    assert told["trial"]["comparison"]["ratio_of_medians"] == 40 / 50
    assert {row["junction"] for row in told["junctions"]} == {"J1", "J2"}
    assert len(told["movements"]) == 3
    assert told["gate"]["decision"] == "better"
    assert told["gate"]["limits"]["worst_movement_s"] == 60
    assert told["inputs_sha256"] == {"counts.csv": "ab"}
    assert told["outputs_sha256"]["plan.json"] == sha256(b"{}").hexdigest()


def test_the_hash_is_over_all_but_the_hash_and_the_timings():
    told = evidence(timings_s={"search": 12.5})
    timings, digest = told.pop("timings_s"), told.pop("sha256")
    assert timings == {"search": 12.5, "simulations_of_validation": 6.0}
    assert digest == sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
    assert digest == evidence(timings_s={"search": 99.0})["sha256"]
    assert digest != evidence(about={"study": "Side Street"})["sha256"]


def test_what_is_no_number_is_null():
    runs = [made(100, float("nan"))]
    trial = Trial(
        plan=Plan(name="am", junctions=()),
        traffic="true routes",
        plan_runs=tuple(runs),
        running_runs=tuple(runs),
    )
    assert evidence(trial=trial)["trial"]["comparison"]["mean_difference_s"] is None


def test_further_trials_stand_in_it_with_who_is_worse_and_what_was_left_out():
    from greenband.engine.validate.further_verdict import Further, Switch, case_of

    more = case_of("+20 % demand", 1.2, series([60.0, 61]), series([50.0, 51]))
    switch = Switch(mode="dwell", in_step_s={"J1": 40}, extra_s=(0.5,), left_out={})
    told = evidence(further=Further(cases=(more,), switches=(switch,), left_out=("other days: 3 of 3 seeds",)))
    assert told["further"]["cases"][0]["worse_than_running"] is True
    assert told["further"]["switches"][0]["in_step_s"] == {"J1": 40}
    assert told["further"]["left_out"] == ["other days: 3 of 3 seeds"]
    assert evidence()["further"] is None
