"""Sentences: text to whoever prints them, template and values to whoever translates them."""

import copy
import json
import pickle

import pytest
from greenband.networks.sentence import Sentence, in_a_row

INNER = Sentence("{name} waits.", name="North {x}")
WHOLE = Sentence("{delay_s:.1f} s: {inner:open}, because of {name}", delay_s=1.25, inner=INNER, name="North")
GERMAN = {
    "{name} waits.": "{name} wartet.",
    "{delay_s:.1f} s: {inner:open}, because of {name}": "wegen {name}: {inner} {delay_s:.1f} s",
}


def test_a_sentence_is_its_english_text_to_print_compare_and_write():
    assert WHOLE == "1.2 s: North {x} waits, because of North"
    assert json.dumps({"why": WHOLE}) == '{"why": "1.2 s: North {x} waits, because of North"}'
    assert f"[{INNER:>16}]" == "[North {x} waits.]"
    assert {WHOLE: 1}[str(WHOLE)] == 1


def test_another_language_has_the_same_values_in_its_own_order():
    assert WHOLE.translated(GERMAN) == "wegen North: North {x} wartet. 1.2 s"


def test_a_template_that_is_missing_stays_english_around_what_is_translated():
    assert WHOLE.translated({"{name} waits.": "{name} wartet."}) == "1.2 s: North {x} wartet, because of North"


@pytest.mark.parametrize("again", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy, copy.copy])
def test_a_sentence_keeps_its_template_and_values_on_the_way_to_another_process(again):
    made = again(WHOLE)
    assert (made, made.template, dict(made.values)) == (WHOLE, WHOLE.template, dict(WHOLE.values))
    assert made.translated(GERMAN) == WHOLE.translated(GERMAN)


def test_sentences_in_a_row_have_a_space_between_them_which_a_language_may_leave_out():
    row = in_a_row([Sentence("One."), Sentence("Two."), Sentence("Three.")])
    assert row == "One. Two. Three."
    assert row.translated({"{text} {more}": "{text}{more}", "Two.": "Zwei."}) == "One.Zwei.Three."


def test_a_field_without_a_value_is_refused():
    with pytest.raises(KeyError, match="group"):
        Sentence("{group} waits", groups="a")
