"""The register of the objective's terms: whatever lists terms or named objectives follows it."""

import re
from pathlib import Path

from greenband.engine.commands.shared import ObjectiveName
from greenband.engine.optimise import objective as computed
from greenband.engine.optimise.why.pareto import AIMS, GREEN_WAVE, OFFSETS_ONLY
from greenband.engine.report.sections import alternatives_view
from greenband.engine.studies.objective import OBJECTIVES, TERMS, Objective

ALTERNATIVES = Path(alternatives_view.__file__).read_text(encoding="utf-8")


def test_every_weight_of_a_study_has_a_term_and_every_term_is_computed():
    assert list(Objective.model_fields) == list(TERMS) == list(computed.TERMS)


def test_no_two_terms_have_one_name_in_the_evidence():
    assert len({term.key for term in TERMS.values()}) == len(TERMS)


def test_delay_stops_or_the_worst_movement_alone_is_enough_and_no_other_term_is():
    alone = {name: {**dict.fromkeys(TERMS, 0.0), name: 1.0} for name in TERMS}
    assert {name for name, weights in alone.items() if is_allowed(weights)} == {"delay", "stops", "worst_movement"}


def is_allowed(weights: dict[str, float]) -> bool:
    try:
        return bool(Objective(**weights))
    except ValueError:
        return False


def test_the_help_names_the_objectives_of_the_register():
    words = re.split(r", | or ", ObjectiveName.__metadata__[0].help.split(",  ")[0].split(": in place")[0])
    assert words == list(OBJECTIVES)


def test_the_report_knows_no_term_that_is_not_one_and_has_words_for_every_aim():
    assert set(re.findall(r'values\.get\("(\w+)"', ALTERNATIVES)) <= set(TERMS)
    for aim in (*AIMS, GREEN_WAVE, OFFSETS_ONLY):
        assert f'"{aim}": say(' in ALTERNATIVES, aim
