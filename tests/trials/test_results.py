"""Results: which one decides, how old it may be, what a comparator, a range, an answer or a titre says."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import TODAY, ago, answer, heard, number, on, says
from trials.policy import FRESH_DAYS, Policy
from trials.record import Gap, Result
from trials.truth import Truth
from trials.verdict import Why

ANC = "{observation: neutrophils, min: 0.5 10*9/L}"
ALT = "{observation: alt, max: 3 ULN}"
HBSAG = "{observation: hbsag, is: positive}"
HCV = "{observation: anti_hcv, is: positive, pick: ever}"
DNA = "{observation: hbv_dna, is: detected}"
RPR = "{observation: reagin_titre, min: 1:8}"
MMT = "{observation: mmt_8, max: 141}"


# --- limits


@pytest.mark.parametrize(
    ("criterion", "value", "expected"),
    [
        pytest.param("min: 0.5 10*9/L", "0.5", "true", id="at least, on the limit"),
        pytest.param("min: 0.5 10*9/L", "0.499", "false", id="at least, just below"),
        pytest.param("above: 0.5 10*9/L", "0.5", "false", id="above, on the limit"),
        pytest.param("above: 0.5 10*9/L", "0.501", "true", id="above, just over"),
        pytest.param("max: 10 10*9/L", "10", "true", id="at most, on the limit"),
        pytest.param("max: 10 10*9/L", "10.001", "false", id="at most, just over"),
        pytest.param("below: 10 10*9/L", "10", "false", id="below, on the limit"),
        pytest.param("below: 10 10*9/L", "9.999", "true", id="below, just under"),
        pytest.param("min: 2 10*9/L, max: 7 10*9/L", "2", "true", id="a range, on its lower end"),
        pytest.param("min: 2 10*9/L, max: 7 10*9/L", "7", "true", id="a range, on its upper end"),
        pytest.param("min: 2 10*9/L, max: 7 10*9/L", "7.1", "false", id="a range, outside"),
        pytest.param("max: 10 10*9/L", "<5", "true", id="a comparator that decides"),
        pytest.param("max: 3 10*9/L", "<5", "unknown imprecise", id="a comparator that leaves it open"),
        pytest.param("min: 5 10*9/L", "<5", "false", id="<5 is never at least 5"),
        pytest.param("max: 5 10*9/L", ">5", "false", id=">5 is never at most 5"),
        pytest.param("min: 5 10*9/L", ">5", "true", id=">5 is at least 5"),
    ],
)
def test_a_limit_is_met_exactly(criterion: str, value: str, expected: str) -> None:
    assert expected == heard(f"{{observation: neutrophils, {criterion}}}", number("neutrophils", value))


@pytest.mark.parametrize(
    ("limit", "value", "high", "expected"),
    [
        pytest.param("max: 3 ULN", "120", "40", "true", id="exactly three times"),
        pytest.param("max: 3 ULN", "120.1", "40", "false", id="just over"),
        pytest.param("above: 1.5 ULN", "60", "40", "false", id="not above one and a half times"),
        pytest.param("above: 1.5 ULN", "60.1", "40", "true", id="above one and a half times"),
        pytest.param("max: 3 ULN", "120", None, "unknown no-reference-range", id="without a range"),
        pytest.param("max: 3 ULN", "<10", "40", "true", id="a comparator below"),
        pytest.param("max: 3 ULN", ">100", "40", "unknown imprecise", id="a comparator that may lie on either side"),
        pytest.param("max: 3 ULN", "5", "0", "unknown no-reference-range", id="a range that cannot be one"),
    ],
)
def test_a_multiple_of_the_upper_limit_is_of_the_results_own_range(
    limit: str, value: str, high: str | None, expected: str
) -> None:
    result = number("alt", value, high=Decimal(high) if high else None)

    assert expected == heard(f"{{observation: alt, {limit}}}", result)


@pytest.mark.parametrize(
    ("value", "low", "expected"),
    [("6.9", "7", "true"), ("7", "7", "false"), ("6.9", None, "unknown no-reference-range")],
)
def test_below_the_lower_limit_is_of_the_results_own_range(value: str, low: str | None, expected: str) -> None:
    result = number("igg", value, low=Decimal(low) if low else None)

    assert expected == heard("{observation: igg, below: 1 LLN}", result)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("61", "true", id="above"),
        pytest.param("60", "unknown needs-person", id="exactly on the limit"),
        pytest.param("59", "false", id="below"),
        pytest.param("<60", "false", id="certainly below"),
        pytest.param(">60", "true", id="certainly above"),
        pytest.param("60..70", "unknown needs-person", id="on the limit or above"),
        pytest.param("50..70", "unknown imprecise", id="anything"),
    ],
)
def test_a_limit_without_a_comparator_leaves_its_own_value_to_a_person(value: str, expected: str) -> None:
    criterion = "{observation: ck, min: 1.5 ULN, on_limit: No comparator is printed}"

    assert expected == heard(criterion, number("ck", value, high=Decimal(40)))


@pytest.mark.parametrize(
    ("problem", "expected"),
    [("unit", "unknown unit"), ("imprecise", "unknown imprecise"), ("conflict", "unknown conflict")],
)
def test_a_result_that_could_not_be_read_says_why(problem: str, expected: str) -> None:
    assert expected == heard(ANC, number("neutrophils", "5", problem=problem))


# --- silence


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (None, "unknown no-data"),
        (Gap.FAILED, "unknown not-searched"),
        (Gap.CUT, "unknown not-searched"),
        (Gap.CUT_NEWEST_FIRST, "unknown not-searched"),
    ],
)
def test_no_result_is_always_unknown(gap: Gap | None, expected: str) -> None:
    assert expected == heard(ANC, gaps={"result": gap} if gap else {})


def test_a_gap_of_another_kind_does_not_touch_results() -> None:
    assert heard(ANC, gaps={"diagnosis": Gap.FAILED}) == "unknown no-data"


def test_a_gap_of_another_set_of_results_does_not_touch_this_one() -> None:
    assert heard(ANC, gaps={"alt": Gap.FAILED}) == "unknown no-data"
    assert heard(ANC, gaps={"neutrophils": Gap.FAILED}) == "unknown not-searched"


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        pytest.param(Gap.FAILED, "true", id="what was found still counts"),
        pytest.param(Gap.CUT_NEWEST_FIRST, "true", id="the newest was seen"),
        pytest.param(Gap.CUT, "unknown not-searched", id="the newest may be missing"),
    ],
)
def test_the_most_recent_decides_only_where_it_is_known(gap: Gap, expected: str) -> None:
    assert expected == heard(ANC, number("neutrophils", "5"), gaps={"result": gap})


# --- the most recent


def test_the_most_recent_result_decides() -> None:
    older, newer = number("neutrophils", "5", when=ago(20)), number("neutrophils", "0.2", when=ago(2))

    verdict = says(ANC, older, newer)

    assert (Truth.FALSE, None, (newer,)) == (verdict.truth, verdict.why, verdict.facts)


def test_results_are_ordered_by_instant_within_a_day() -> None:
    morning = number("neutrophils", "5", when=on("2026-11-20T08:00"))
    evening = number("neutrophils", "0.2", when=on("2026-11-20T18:00"))

    assert heard(ANC, morning, evening) == "false"


def test_two_results_of_one_time_that_agree_decide() -> None:
    same = on("2026-11-20T08:00")

    assert heard(ANC, number("neutrophils", "5", when=same), number("neutrophils", "6", when=same)) == "true"


def test_two_results_of_one_time_that_disagree_are_a_conflict() -> None:
    same = on("2026-11-20T08:00")

    assert heard(ANC, number("neutrophils", "5", when=same), number("neutrophils", "0.1", when=same)) == (
        "unknown conflict"
    )


def test_a_result_of_a_day_may_be_newer_than_one_with_a_time() -> None:
    day, minute = on("2026-11-20"), on("2026-11-20T08:00")

    assert heard(ANC, number("neutrophils", "5", when=day), number("neutrophils", "6", when=minute)) == "true"
    assert heard(ANC, number("neutrophils", "5", when=day), number("neutrophils", "0.1", when=minute)) == (
        "unknown imprecise"
    )


def test_two_results_of_one_time_stay_a_conflict_beside_one_of_that_day() -> None:
    day, minute = on("2026-11-20"), on("2026-11-20T08:00")
    two = (number("neutrophils", "5", when=minute), number("neutrophils", "0.1", when=minute))

    assert heard(ANC, *two, number("neutrophils", "6", when=day)) == "unknown conflict"


def test_a_result_without_its_date_never_decides() -> None:
    assert heard(ANC, number("neutrophils", "5", when=None)) == "unknown imprecise"


def test_a_dated_result_decides_beside_one_without_a_date() -> None:
    assert heard(ANC, number("neutrophils", "5", when=None), number("neutrophils", "0.1")) == "false"


def test_a_result_after_the_day_is_not_seen() -> None:
    tomorrow, today = on("2026-11-22"), on("2026-11-21")

    assert heard(ANC, number("neutrophils", "5", when=tomorrow)) == "unknown no-data"
    assert heard(ANC, number("neutrophils", "5", when=today), number("neutrophils", "0.1", when=tomorrow)) == "true"


# --- age


@pytest.mark.parametrize(
    ("name", "criterion", "days"),
    [
        ("neutrophils", ANC, 90),
        ("body_weight", "{observation: body_weight, min: 40 kg}", 90),
        ("mmt_8", MMT, 180),
        ("lvef", "{observation: lvef, min: 50 %}", 180),
        ("hcg_serum", "{observation: hcg_serum, is: negative}", 7),
        ("hbsag", HBSAG, 365),
        ("hbv_dna", DNA, 90),
        ("anti_ssa", "{observation: anti_ssa, is: positive}", 365),
    ],
)
def test_a_result_is_fresh_on_the_last_day_of_the_policy_and_stale_one_day_past(
    name: str, criterion: str, days: int
) -> None:
    def result(age: int) -> Result:
        return answer(name, "negative", when=ago(age)) if "is:" in criterion else number(name, "100", when=ago(age))

    assert says(criterion, result(days)).truth is not Truth.UNKNOWN
    assert heard(criterion, result(days + 1)) == "unknown stale"


def test_a_window_of_the_protocol_stands_in_place_of_the_policy() -> None:
    within = "{observation: neutrophils, min: 0.5 10*9/L, within: 2 weeks}"

    assert heard(within, number("neutrophils", "5", when=ago(14))) == "true"
    assert heard(within, number("neutrophils", "5", when=ago(15))) == "unknown stale"


def test_a_window_of_months_is_calendar_arithmetic() -> None:
    within = "{observation: neutrophils, min: 0.5 10*9/L, within: 1 month}"

    assert heard(within, number("neutrophils", "5", when=on("2026-10-21"))) == "true"
    assert heard(within, number("neutrophils", "5", when=on("2026-10-20"))) == "unknown stale"


def test_a_stale_result_is_still_shown() -> None:
    old = number("neutrophils", "5", when=ago(91))

    assert (old,) == says(ANC, old).facts


def test_a_site_sets_the_age_itself() -> None:
    longer = Policy(fresh_days={**FRESH_DAYS, "laboratory": 100})

    assert heard(ANC, number("neutrophils", "5", when=ago(91)), policy=longer) == "true"


@pytest.mark.parametrize(
    ("month", "expected"),
    [
        pytest.param("2026-10", "true", id="wholly inside"),
        pytest.param("2026-08", "unknown imprecise", id="the limit of 23 August falls into it"),
        pytest.param("2026-07", "unknown stale", id="wholly outside"),
        pytest.param("2026", "unknown imprecise", id="a year"),
    ],
)
def test_a_partial_date_decides_where_both_its_ends_agree(month: str, expected: str) -> None:
    assert expected == heard(ANC, number("neutrophils", "5", when=on(month)))


@pytest.mark.parametrize(
    ("name", "criterion"),
    [
        ("hiv_antibody", "{observation: hiv_antibody, is: positive}"),
        ("anti_hcv", "{observation: anti_hcv, is: positive}"),
        ("anti_ssa", "{observation: anti_ssa, is: positive}"),
        ("igra", "{observation: igra, is: positive}"),
    ],
)
def test_a_positive_antibody_or_igra_does_not_go_stale_and_a_negative_does(name: str, criterion: str) -> None:
    assert heard(criterion, answer(name, "positive", when=ago(4000))) == "true"
    assert heard(criterion, answer(name, "negative", when=ago(366))) == "unknown stale"


def test_an_antibody_above_its_range_does_not_go_stale_either() -> None:
    criterion = "{observation: anti_ssa, is: positive}"

    assert heard(criterion, number("anti_ssa", "120", high=Decimal(20), when=ago(4000))) == "true"
    assert heard(criterion, number("anti_ssa", "10", high=Decimal(20), when=ago(4000))) == "unknown stale"


def test_a_positive_surface_antigen_goes_stale() -> None:
    assert heard(HBSAG, answer("hbsag", "positive", when=ago(366))) == "unknown stale"


def test_several_reasons_are_told_by_their_order() -> None:
    """A stale result without a unit is a matter of the unit, a stale one without a range one of the range."""
    old = ago(400)

    assert heard(ANC, number("neutrophils", "5", when=old, problem="unit")) == "unknown unit"
    assert heard(ALT, number("alt", "5", when=old)) == "unknown no-reference-range"
    assert heard(ALT, number("alt", ">100", when=old, high=Decimal(40))) == "unknown stale"


# --- answers


@pytest.mark.parametrize(
    ("said", "expected"),
    [("positive", "true"), ("negative", "false"), ("indeterminate", "unknown imprecise")],
)
def test_an_answer_is_positive_negative_or_unreadable(said: str, expected: str) -> None:
    assert expected == heard(HBSAG, answer("hbsag", said))  # type: ignore[arg-type]


def test_asking_for_negative_is_the_mirror_of_asking_for_positive() -> None:
    negative = "{observation: hbsag, is: negative}"

    assert heard(negative, answer("hbsag", "positive")) == "false"
    assert heard(negative, answer("hbsag", "negative")) == "true"
    assert heard(negative, answer("hbsag", "indeterminate")) == "unknown imprecise"


@pytest.mark.parametrize(
    ("value", "how", "expected"),
    [
        pytest.param("21", {"high": Decimal(20)}, "true", id="above its range"),
        pytest.param("20", {"high": Decimal(20)}, "false", id="on the upper limit"),
        pytest.param("<20", {"high": Decimal(20)}, "false", id="<x at the limit is negative"),
        pytest.param("<30", {"high": Decimal(20)}, "unknown imprecise", id="<x above the limit"),
        pytest.param("21", {"flag": "high"}, "true", id="flagged high"),
        pytest.param("21", {"flag": "normal"}, "false", id="flagged normal"),
        pytest.param("21", {}, "unknown no-reference-range", id="neither range nor flag"),
    ],
)
def test_a_quantity_answers_by_its_range_or_the_laboratorys_flag(
    value: str, how: dict[str, Any], expected: str
) -> None:
    assert expected == heard("{observation: anti_ssa, is: positive}", number("anti_ssa", value, **how))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(number("hbv_dna", "20"), "true", id="a number without a comparator"),
        pytest.param(number("hbv_dna", "<20"), "unknown imprecise", id="may be detected below quantification"),
        pytest.param(number("hbv_dna", ">1000"), "true", id="more than can be counted"),
        pytest.param(answer("hbv_dna", "negative"), "false", id="not detected"),
        pytest.param(answer("hbv_dna", "positive"), "true", id="detected"),
        pytest.param(answer("hbv_dna", "indeterminate"), "unknown imprecise", id="unreadable"),
        pytest.param(number("hbv_dna", "0"), "unknown imprecise", id="nought is no virus that was counted"),
    ],
)
def test_detectable_is_not_the_same_as_above_a_limit(result: Result, expected: str) -> None:
    assert expected == heard(DNA, result)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        pytest.param(number("reagin_titre", "8"), "true", id="1:8"),
        pytest.param(number("reagin_titre", "4"), "false", id="1:4"),
        pytest.param(number("reagin_titre", "16"), "true", id="1:16"),
        pytest.param(answer("reagin_titre", "negative"), "false", id="not reactive has no titre"),
        pytest.param(answer("reagin_titre", "positive"), "unknown imprecise", id="reactive without a titre"),
    ],
)
def test_a_titre_is_judged_by_its_dilution(result: Result, expected: str) -> None:
    assert expected == heard(RPR, result)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("I", "true"), ("II", "true"), ("III", "false"), (None, "unknown imprecise")],
)
def test_a_grade_is_one_of_those_asked_for(code: str | None, expected: str) -> None:
    result = Result("Observation/nyha", "nyha_class", ago(10), "NYHA", code=code)

    assert expected == heard("{observation: nyha_class, one_of: [I, II]}", result)


def test_millimetres_without_a_reading_are_for_a_person() -> None:
    skin_test = "{observation: tuberculin_skin_test, is: positive, number: ask}"

    assert heard(skin_test, number("tuberculin_skin_test", "12")) == "unknown needs-person"
    assert heard(skin_test, number("tuberculin_skin_test", "12", flag="high")) == "true"
    assert heard(skin_test, answer("tuberculin_skin_test", "negative")) == "false"


# --- ever positive, any, all, lowest, highest


@pytest.mark.parametrize(
    ("newer", "older", "expected"),
    [
        pytest.param("positive", "negative", "true", id="a newer positive"),
        pytest.param("negative", "positive", "unknown conflict", id="a newer negative denies an older positive"),
        pytest.param("negative", "negative", "false", id="never positive"),
        pytest.param("indeterminate", "positive", "unknown imprecise", id="a newer one that denies nothing"),
    ],
)
def test_an_ever_positive_answer_is_contradicted_only_by_a_newer_negative(
    newer: str, older: str, expected: str
) -> None:
    first = answer("anti_hcv", older, when=ago(300))  # type: ignore[arg-type]
    second = answer("anti_hcv", newer, when=ago(3))  # type: ignore[arg-type]

    assert expected == heard(HCV, first, second)


def test_a_stale_negative_after_a_positive_is_still_a_contradiction() -> None:
    first, second = answer("anti_hcv", "positive", when=ago(900)), answer("anti_hcv", "negative", when=ago(400))

    assert heard(HCV, first, second) == "unknown conflict"


def test_a_positive_without_a_date_contradicts_a_negative() -> None:
    assert heard(HCV, answer("anti_hcv", "positive", when=None), answer("anti_hcv", "negative")) == "unknown conflict"


@pytest.mark.parametrize(
    ("pick", "values", "expected"),
    [
        pytest.param("any", ["0.1", "5"], "true", id="any: one is enough"),
        pytest.param("any", ["0.1", "0.2"], "false", id="any: none"),
        pytest.param("any", ["0.1", "<5"], "unknown imprecise", id="any: one may"),
        pytest.param("all", ["5", "6"], "true", id="all: every one"),
        pytest.param("all", ["0.1", "6"], "false", id="all: not every one"),
        pytest.param("all", ["5", "<6"], "unknown imprecise", id="all: one may not"),
        pytest.param("lowest", ["0.1", "6"], "false", id="lowest"),
        pytest.param("lowest", ["0.5", "6"], "true", id="lowest on the limit"),
        pytest.param("highest", ["0.1", "6"], "true", id="highest"),
        pytest.param("highest", ["0.1", "0.4"], "false", id="highest below"),
    ],
)
def test_other_results_than_the_latest_may_be_asked_for(pick: str, values: list[str], expected: str) -> None:
    results = [number("neutrophils", value, when=ago(days)) for days, value in enumerate(values)]
    criterion = f"{{observation: neutrophils, min: 0.5 10*9/L, within: 4 weeks, pick: {pick}}}"

    assert expected == heard(criterion, *results)


@pytest.mark.parametrize(
    ("pick", "value", "expected"),
    [
        pytest.param("any", "5", "true", id="any: presence proves"),
        pytest.param("any", "0.1", "unknown not-searched", id="any: another may hold"),
        pytest.param("all", "5", "unknown not-searched", id="all: another may not"),
        pytest.param("all", "0.1", "false", id="all: one is enough against it"),
        pytest.param("lowest", "5", "unknown not-searched", id="lowest: a lower one may be missing"),
        pytest.param("lowest", "0.1", "false", id="lowest: a lower one changes nothing"),
        pytest.param("highest", "5", "true", id="highest: a higher one changes nothing"),
        pytest.param("highest", "0.1", "unknown not-searched", id="highest: a higher one may be missing"),
    ],
)
def test_a_search_that_fell_short_leaves_open_what_a_missing_result_could_change(
    pick: str, value: str, expected: str
) -> None:
    criterion = f"{{observation: neutrophils, min: 0.5 10*9/L, within: 4 weeks, pick: {pick}}}"

    for gap in Gap:
        assert expected == heard(criterion, number("neutrophils", value), gaps={"result": gap})


def test_only_results_inside_the_window_are_picked_from() -> None:
    old, new = number("neutrophils", "0.1", when=ago(40)), number("neutrophils", "5", when=ago(2))

    assert heard("{observation: neutrophils, min: 0.5 10*9/L, within: 4 weeks, pick: all}", old, new) == "true"
    assert heard("{observation: neutrophils, min: 0.5 10*9/L, within: 4 weeks, pick: all}", old) == "unknown stale"
    assert heard("{observation: neutrophils, min: 0.5 10*9/L, within: 4 weeks, pick: lowest}", old, new) == "true"
    assert heard("{observation: neutrophils, below: 0.5 10*9/L, within: 4 weeks, pick: any}", old, new) == "false"


# --- laws

fresh_days = st.integers(0, 89)
values = st.decimals("0.1", "20", places=1).map(str)


@given(st.lists(st.tuples(fresh_days, values), min_size=1, max_size=5))
def test_at_least_and_below_are_opposites(charted: list[tuple[int, str]]) -> None:
    results = [number("neutrophils", value, when=ago(days)) for days, value in charted]

    at_least = says("{observation: neutrophils, min: 5 10*9/L}", *results)
    below = says("{observation: neutrophils, below: 5 10*9/L}", *results)
    assert at_least.truth is below.truth.negated
    assert at_least.why is below.why


@given(values, st.integers(0, 3000))
def test_ageing_never_turns_an_answer_into_its_opposite(value: str, days: int) -> None:
    then = date.fromordinal(TODAY.toordinal() + days)

    now, later = says(ANC, number("neutrophils", value)), says(ANC, number("neutrophils", value), today=then)
    assert {now.truth, later.truth} != {Truth.TRUE, Truth.FALSE}
    assert later.why in (None, Why.STALE)


@given(st.lists(values, min_size=1, max_size=4), st.sampled_from(["any", "all", "lowest", "highest"]))
def test_a_search_that_fell_short_never_flips_an_answer(charted: list[str], pick: str) -> None:
    results = [number("neutrophils", value, when=ago(days)) for days, value in enumerate(charted)]
    criterion = f"{{observation: neutrophils, min: 5 10*9/L, within: 4 weeks, pick: {pick}}}"

    whole, short = says(criterion, *results), says(criterion, *results, gaps={"result": Gap.CUT})
    assert short.truth in (whole.truth, Truth.UNKNOWN)
    further = [number("neutrophils", value, when=ago(20)) for value in ("0.1", "19")]
    for more in further:
        grown = says(criterion, *results, more)
        assert short.truth is Truth.UNKNOWN or grown.truth is short.truth
