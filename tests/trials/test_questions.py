"""Tests of one question, room air, combinations inside one row: which part answers, and the reason that is told."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import ago, answer, course, diagnosis, event, heard, number, on, says
from trials.judging.joining import joined
from trials.record import Fact, Gap, Result
from trials.truth import Truth, all_of, any_of, at_least
from trials.verdict import Verdict, Why

PREGNANCY = "{first_of: [{observation: hcg_serum, is: negative}, {observation: hcg_urine, is: negative, pick: recent}]}"


def hcg(kind: str, value: str, days: int = 1) -> Result:
    return number(f"hcg_{kind}", value, when=ago(days), high=Decimal(5))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([hcg("serum", "1")], "true", id="serum negative"),
        pytest.param([hcg("serum", "100")], "false", id="serum positive"),
        pytest.param([answer("hcg_urine", "negative", when=ago(1))], "true", id="urine negative"),
        pytest.param(
            [hcg("serum", "100", 2), answer("hcg_urine", "negative", when=ago(1))], "false", id="serum decides"
        ),
        pytest.param(
            [hcg("serum", "1", 2), answer("hcg_urine", "positive", when=ago(1))], "true", id="serum decides either way"
        ),
        pytest.param(
            [hcg("serum", "100", 8), answer("hcg_urine", "negative", when=ago(1))], "true", id="a stale serum does not"
        ),
        pytest.param(
            [answer("hcg_urine", "positive", when=ago(2)), answer("hcg_urine", "negative", when=ago(1))],
            "unknown conflict",
            id="a positive urine test is not undone by a negative one",
        ),
        pytest.param([], "unknown no-data", id="no test"),
        pytest.param([hcg("serum", "1", 8)], "unknown stale", id="stale"),
    ],
)
def test_serum_answers_before_urine(facts: list[Fact], expected: str) -> None:
    assert expected == heard(PREGNANCY, *facts)


SKIN = "{observation: tuberculin_skin_test, is: positive, number: ask, in_place: igra}"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "unknown no-data", id="neither test"),
        pytest.param([answer("igra", "negative")], "false not-applicable", id="the other one is negative"),
        pytest.param([answer("igra", "positive")], "unknown no-data", id="the other one is positive"),
        pytest.param([answer("igra", "negative", when=ago(366))], "unknown no-data", id="the other one is stale"),
        pytest.param(
            [answer("igra", "negative"), answer("tuberculin_skin_test", "positive")], "true", id="this one was done"
        ),
        pytest.param(
            [answer("igra", "negative"), number("tuberculin_skin_test", "12")],
            "unknown needs-person",
            id="this one was done and nobody read it",
        ),
    ],
)
def test_a_negative_test_stands_in_for_one_that_was_not_done(facts: list[Fact], expected: str) -> None:
    assert expected == heard(SKIN, *facts)


# --- room air

AIR = "{observation: oxygen_saturation, min: 92 %, on_room_air: true}"
MORNING = on("2026-11-20T08:00")


def saturation(value: str) -> Result:
    return number("oxygen_saturation", value, when=MORNING)


@pytest.mark.parametrize(
    ("value", "beside", "expected"),
    [
        pytest.param("92", [], "true", id="nothing says oxygen"),
        pytest.param("91", [], "false", id="too low"),
        pytest.param(
            "95", [number("inhaled_oxygen_flow", "2", when=MORNING)], "unknown needs-person", id="a flow that day"
        ),
        pytest.param("91", [number("inhaled_oxygen_flow", "2", when=MORNING)], "false", id="too low even so"),
        pytest.param("95", [number("inhaled_oxygen_flow", "0", when=MORNING)], "true", id="no flow"),
        pytest.param("95", [number("inhaled_oxygen_flow", "2", when=on("2026-11-19"))], "true", id="another day"),
        pytest.param("95", [number("inhaled_oxygen_concentration", "21", when=MORNING)], "true", id="21 % are air"),
        pytest.param(
            "95",
            [number("inhaled_oxygen_concentration", "28", when=MORNING)],
            "unknown needs-person",
            id="28 % are oxygen",
        ),
        pytest.param("95", [event("oxygen_therapy", MORNING)], "unknown needs-person", id="oxygen therapy that day"),
        pytest.param("95", [event("oxygen_therapy", ago(30))], "true", id="oxygen therapy a month ago"),
        pytest.param(
            "95",
            [event("oxygen_therapy", ago(400))._replace(ongoing=True)],
            "unknown needs-person",
            id="oxygen therapy in progress since last year",
        ),
        pytest.param(
            "95",
            [event("oxygen_therapy", None)._replace(ongoing=True)],
            "unknown needs-person",
            id="oxygen therapy in progress since nobody knows when",
        ),
        pytest.param(
            "95",
            [event("oxygen_therapy", ago(0))._replace(ongoing=True)],
            "true",
            id="oxygen therapy begun the day after",
        ),
        pytest.param("95", [diagnosis("oxygen_dependence")], "unknown needs-person", id="long-term oxygen"),
        pytest.param(
            "95", [course("oxygen", ago(90), ongoing=True)], "unknown needs-person", id="an order that goes on"
        ),
        pytest.param("95", [course("oxygen", ago(90), ago(9))], "true", id="an order that ended before"),
        pytest.param("95", [course("oxygen", MORNING, MORNING, single=True)], "unknown needs-person", id="given then"),
        pytest.param("95", [course("oxygen", ago(90))], "true", id="an order of which nobody says when it ended"),
        pytest.param("95", [diagnosis("oxygen_dependence", ended=True)], "true", id="long-term oxygen that is over"),
    ],
)
def test_a_saturation_is_taken_as_one_on_room_air_unless_the_chart_says_oxygen(
    value: str, beside: list[Fact], expected: str
) -> None:
    assert expected == heard(AIR, saturation(value), *beside)


def test_a_saturation_that_says_room_air_itself_needs_nothing_else() -> None:
    said = number("oxygen_saturation_on_room_air", "95", when=MORNING)
    flow = number("inhaled_oxygen_flow", "2", when=MORNING)

    assert heard(AIR, said, flow) == "true"
    assert heard(AIR, said, gaps={"procedure": Gap.FAILED}) == "true"


@pytest.mark.parametrize("kind", ["procedure", "diagnosis", "medication"])
def test_oxygen_that_could_not_be_searched_for_leaves_a_good_value_open_and_not_a_bad_one(kind: str) -> None:
    assert heard(AIR, saturation("95"), gaps={kind: Gap.FAILED}) == "unknown not-searched"
    assert heard(AIR, saturation("91"), gaps={kind: Gap.FAILED}) == "false"


def test_without_room_air_asked_for_oxygen_does_not_matter() -> None:
    plain = "{observation: oxygen_saturation, min: 92 %}"

    assert heard(plain, saturation("95"), number("inhaled_oxygen_flow", "2", when=MORNING)) == "true"


# --- combinations inside one row

ENZYMES = "{any_of: [{observation: ck, above: 1.5 ULN}, {observation: ldh, above: 1.5 ULN}]}"


def enzyme(name: str, value: str) -> Result:
    return number(name, value, high=Decimal(100))


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([enzyme("ck", "151")], "true", id="one is enough"),
        pytest.param([enzyme("ck", "150")], "unknown no-data", id="the other one is missing"),
        pytest.param([enzyme("ck", "150"), enzyme("ldh", "150")], "false", id="false only when each says so"),
        pytest.param([enzyme("ck", "150"), number("ldh", "200")], "unknown no-reference-range", id="one has no range"),
        pytest.param([], "unknown no-data", id="none"),
    ],
)
def test_one_of_several_tests_is_an_any_of(facts: list[Fact], expected: str) -> None:
    assert expected == heard(ENZYMES, *facts)


def test_a_combination_shows_the_facts_that_made_it_so() -> None:
    high, low = enzyme("ck", "151"), enzyme("ldh", "150")

    assert (high,) == says(ENZYMES, high, low).facts
    assert {enzyme("ck", "150"), low} == set(says(ENZYMES, enzyme("ck", "150"), low).facts)


def test_a_lost_part_of_a_statement_is_told_only_where_its_disease_is_there() -> None:
    criterion = "{all_of: [{condition: systemic_lupus_erythematosus, when: ever}, {missing: The rest}]}"

    assert heard(criterion) == "false not-in-chart"
    assert heard(criterion, diagnosis("systemic_lupus_erythematosus")) == "unknown text-missing"


def test_the_first_of_several_reasons_is_told() -> None:
    criterion = (
        "{all_of: [{observation: ck, max: 10 U/L}, {observation: alt, max: 3 ULN},"
        " {medication: rituximab, within: 2 weeks}, {ask: 'Fine?'}]}"
    )
    drug = course("rituximab", None)
    fine = (number("ck", "5"), number("alt", "5", high=Decimal(40)), course("rituximab", ago(1), ago(1)))

    assert heard(criterion, number("alt", "5"), drug) == "unknown no-reference-range"
    assert heard(criterion, number("alt", "5", high=Decimal(40)), drug) == "unknown imprecise"
    assert heard(criterion, drug, gaps={"result": Gap.FAILED}) == "unknown not-searched"
    assert heard(criterion, *fine) == "unknown needs-person"


reasons = st.sampled_from(list(Why))


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    truth = draw(st.sampled_from(list(Truth)))
    if truth is Truth.UNKNOWN:
        return Verdict(truth, draw(reasons))
    return Verdict(truth, draw(st.none() | st.just(Why.NOT_IN_CHART)))


@given(st.lists(verdicts(), min_size=1, max_size=4), st.integers(1, 4))
def test_a_combination_always_says_why_it_is_unknown_and_takes_the_reason_of_a_part(
    parts: list[Verdict], count: int
) -> None:
    truths = [part.truth for part in parts]
    for truth, decisive in (
        (all_of(truths), Truth.FALSE),
        (any_of(truths), Truth.TRUE),
        (at_least(count, truths), Truth.TRUE),
    ):
        verdict = joined(parts, truth, decisive)
        assert verdict.truth is truth
        if truth is Truth.UNKNOWN:
            assert verdict.why in {part.why for part in parts if part.truth is Truth.UNKNOWN}
        elif verdict.why is not None:
            assert all(part.why is not None for part in parts if part.truth is truth)


# --- a screening test and the one that confirms it

SYPHILIS = "{observation: reagin_test, is: positive, confirmed_by: treponemal_test}"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "unknown no-data", id="neither"),
        pytest.param([answer("treponemal_test", "positive")], "true", id="the confirming test alone"),
        pytest.param([answer("treponemal_test", "negative")], "false", id="the confirming test alone, negative"),
        pytest.param([answer("reagin_test", "positive")], "true", id="the screening test alone"),
        pytest.param([answer("reagin_test", "negative")], "unknown no-data", id="the screening test alone, negative"),
        pytest.param(
            [answer("reagin_test", "negative"), answer("treponemal_test", "positive", when=ago(300))],
            "true",
            id="a positive confirming test, whatever the other says",
        ),
        pytest.param(
            [answer("reagin_test", "positive", when=ago(9)), answer("treponemal_test", "negative", when=ago(9))],
            "unknown conflict",
            id="denied on the same day",
        ),
        pytest.param(
            [answer("reagin_test", "positive", when=ago(9)), answer("treponemal_test", "negative", when=ago(8))],
            "unknown conflict",
            id="denied later",
        ),
        pytest.param(
            [answer("reagin_test", "positive", when=ago(9)), answer("treponemal_test", "negative", when=ago(10))],
            "true",
            id="the denial is older",
        ),
        pytest.param(
            [answer("reagin_test", "negative"), answer("treponemal_test", "negative")], "false", id="both negative"
        ),
        pytest.param(
            [answer("reagin_test", "indeterminate"), answer("treponemal_test", "negative")],
            "false",
            id="an unreadable screening test beside a negative confirming one",
        ),
        pytest.param(
            [answer("reagin_test", "negative"), answer("treponemal_test", "negative", when=ago(366))],
            "unknown stale",
            id="a stale confirming test",
        ),
    ],
)
def test_a_screening_test_is_confirmed_or_denied_by_another(facts: list[Fact], expected: str) -> None:
    assert expected == heard(SYPHILIS, *facts)


def test_a_screening_test_that_cannot_be_read_says_so_where_none_confirms_it() -> None:
    assert heard(SYPHILIS, answer("reagin_test", "indeterminate")) == "unknown imprecise"
    assert heard(SYPHILIS, answer("reagin_test", "positive", when=ago(366))) == "unknown stale"
    assert heard(SYPHILIS) == "unknown no-data"


def test_a_titre_is_confirmed_or_denied_as_an_answer_is() -> None:
    titre = "{observation: reagin_titre, is: detected, confirmed_by: treponemal_test}"
    reactive = number("reagin_titre", "8")

    assert heard(titre, reactive) == "true"
    assert heard(titre, reactive, answer("treponemal_test", "positive")) == "true"
    assert heard(titre, reactive, answer("treponemal_test", "negative")) == "unknown conflict"
    assert heard(titre, answer("reagin_titre", "negative")) == "unknown no-data"


def test_a_search_that_failed_leaves_a_confirmation_open() -> None:
    failed = {"result": Gap.FAILED}

    assert heard(SYPHILIS, answer("reagin_test", "negative"), gaps=failed) == "unknown not-searched"
    assert heard(SYPHILIS, answer("treponemal_test", "positive"), gaps=failed) == "true"


# --- lists that are not closed

ANTIBODIES = (
    "{any_of: [{observation: anti_scl_70, is: positive}, {observation: anti_centromere, is: positive}], open: true}"
)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "unknown no-data", id="nothing was tested"),
        pytest.param([answer("anti_scl_70", "positive")], "true", id="one is positive"),
        pytest.param([answer("anti_scl_70", "negative")], "unknown needs-person", id="one is negative"),
        pytest.param(
            [answer("anti_scl_70", "negative"), answer("anti_centromere", "negative")],
            "unknown needs-person",
            id="all that we can name are negative",
        ),
        pytest.param(
            [answer("anti_scl_70", "negative", when=ago(366))], "unknown stale", id="one is stale, none other tested"
        ),
    ],
)
def test_an_open_list_is_never_false_by_the_tests_that_we_can_name(facts: list[Fact], expected: str) -> None:
    assert expected == heard(ANTIBODIES, *facts)


# --- how often

ATTEMPTS = "{condition: suicide_attempt, when: ever, times: 2}"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param([], "false not-in-chart", id="none"),
        pytest.param([diagnosis("suicide_attempt", onset=ago(900))], "false", id="one"),
        pytest.param(
            [diagnosis("suicide_attempt", onset=ago(900)), diagnosis("suicide_attempt", onset=ago(90))],
            "true",
            id="two",
        ),
        pytest.param(
            [
                diagnosis("suicide_attempt", onset=ago(900)),
                diagnosis("suicide_attempt", onset=ago(900))._replace(reference="Condition/again"),
            ],
            "false",
            id="one that stands twice in the chart",
        ),
        pytest.param(
            [diagnosis("suicide_attempt", onset=ago(900)), diagnosis("suicide_attempt", onset=None)],
            "unknown imprecise",
            id="one without a date may be the same",
        ),
        pytest.param(
            [
                diagnosis("suicide_attempt", onset=on("2019")),
                diagnosis("suicide_attempt", onset=on("2019"))._replace(reference="Condition/again"),
            ],
            "unknown imprecise",
            id="two of the same year may be of two days",
        ),
        pytest.param(
            [
                diagnosis("suicide_attempt", onset=ago(900)),
                diagnosis("suicide_attempt", onset=ago(90), provisional=True),
            ],
            "unknown needs-person",
            id="one that is not confirmed",
        ),
    ],
)
def test_a_recurrent_event_is_one_of_several_days(facts: list[Fact], expected: str) -> None:
    assert expected == heard(ATTEMPTS, *facts)


def test_one_event_is_not_all_where_the_search_fell_short() -> None:
    one = diagnosis("suicide_attempt", onset=ago(900))

    assert heard(ATTEMPTS, one, gaps={"diagnosis": Gap.CUT}) == "unknown not-searched"


def test_the_first_of_the_reasons_of_both_tests_leaves_a_confirmation_open() -> None:
    unreadable = answer("reagin_test", "indeterminate")
    at_odds = [answer("reagin_test", "positive"), answer("reagin_test", "negative")]

    assert heard(SYPHILIS, unreadable) == "unknown imprecise"
    assert heard(SYPHILIS, unreadable, answer("treponemal_test", "negative", when=ago(400))) == "unknown stale"
    assert heard(SYPHILIS, *at_odds) == "unknown conflict"
    assert heard(SYPHILIS, unreadable, answer("treponemal_test", "negative")) == "false"


def test_a_positive_number_is_not_undone_by_a_negative_test_either() -> None:
    recent = "{observation: hcg_urine, is: negative, pick: recent}"
    number_above = number("hcg_urine", "30", when=ago(5), high=Decimal(20))

    assert heard(recent, number_above, answer("hcg_urine", "negative", when=ago(2))) == "unknown conflict"
    assert heard(recent, number("hcg_urine", "3", when=ago(5), high=Decimal(20))) == "true"
    assert heard(recent, number_above) == "false"
