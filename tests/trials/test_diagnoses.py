"""Diagnoses: ever, current, inside a window, newly, long ago, cured, severe, supported, refuted, silent."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import LONG_AGO, TODAY, ago, diagnosis, heard, hint, lost, number, on, says
from trials.policy import Policy
from trials.record import Diagnosis, Gap, Person
from trials.truth import Truth
from trials.verdict import Why

EVER = "{condition: malignancy, when: ever}"
CURRENT = "{condition: malignancy, when: current}"
WITHIN = "{condition: lupus_nephritis, within: 8 weeks}"
NEW = "{condition: interstitial_lung_disease, onset_within: 6 months}"
LONG = "{condition: systemic_lupus_erythematosus, at_least_ago: 24 weeks}"
CURED = "{condition: malignancy, cured_for: 2 years}"
CLASSIFIED = "{supported_by: systemic_sclerosis}"
DIFFUSE = (
    "{condition: diffuse_cutaneous_systemic_sclerosis, when: ever, supported_by: systemic_sclerosis,"
    " refuted_by: limited_cutaneous_systemic_sclerosis}"
)


# --- silence


def test_a_diagnosis_that_is_not_in_a_chart_searched_in_full_is_false() -> None:
    assert heard(EVER) == "false not-in-chart"
    assert heard("{condition: malignancy, when: current, absent: ask}") == "unknown needs-person"


def test_a_negated_diagnosis_is_true_where_its_absence_would_be_false() -> None:
    assert heard(f"{{not: {EVER}}}") == "true not-in-chart"


@pytest.mark.parametrize("gap", list(Gap))
def test_presence_proves_and_absence_does_not_in_a_search_that_fell_short(gap: Gap) -> None:
    assert heard(EVER, gaps={"diagnosis": gap}) == "unknown not-searched"
    assert heard(EVER, diagnosis("prostate_cancer"), gaps={"diagnosis": gap}) == "true"
    assert heard(EVER, gaps={"procedure": gap}) == "false not-in-chart"


def test_the_words_of_an_unmapped_diagnosis_are_never_a_yes_and_never_a_no() -> None:
    assert heard(EVER, suspected={"malignancy": hint()}) == "unknown needs-person"
    assert heard(f"{{not: {EVER}}}", suspected={"malignancy": hint()}) == "unknown needs-person"
    assert heard("{condition: stroke, when: ever}", suspected={"malignancy": hint()}) == "false not-in-chart"
    assert (hint(),) == says(EVER, suspected={"malignancy": hint()}).facts


def test_the_words_of_an_unmapped_procedure_raise_the_same_question() -> None:
    assert heard(EVER, suspected={"malignancy": hint("procedure")}) == "unknown needs-person"


def test_an_entry_that_nobody_can_identify_leaves_absence_open() -> None:
    assert heard(EVER, unidentified=[lost("diagnosis")]) == "unknown no-data"
    assert heard(f"{{not: {EVER}}}", unidentified=[lost("diagnosis")]) == "unknown no-data"
    assert heard(EVER, unidentified=[lost("medication")]) == "false not-in-chart"
    assert heard(EVER, diagnosis("prostate_cancer"), unidentified=[lost("diagnosis")]) == "true"


def test_the_first_reason_of_silence_is_told() -> None:
    everything = {"suspected": {"malignancy": hint()}, "unidentified": [lost("diagnosis")]}

    assert heard(EVER, gaps={"diagnosis": Gap.CUT}, **everything) == "unknown not-searched"
    assert heard(EVER, **everything) == "unknown needs-person"


# --- ever and current


@pytest.mark.parametrize(
    ("how", "ever", "current"),
    [
        pytest.param({}, "true", "true", id="active"),
        pytest.param({"ended": True, "resolved": "remission"}, "true", "false", id="in remission"),
        pytest.param({"ended": True, "resolved": "resolved"}, "true", "false", id="resolved"),
        pytest.param({"ended": True, "resolved": "inactive"}, "true", "false", id="inactive"),
        pytest.param({"ended": True, "resolved": "abated", "abated": ago(1)}, "true", "false", id="abated yesterday"),
        pytest.param({"ended": True, "resolved": "abated", "abated": ago(0)}, "true", "true", id="abates today"),
        pytest.param({"ended": True, "resolved": "abated", "abated": ago(-9)}, "true", "true", id="abates later"),
        pytest.param(
            {"ended": True, "resolved": "abated", "abated": on("2026-11")},
            "true",
            "unknown imprecise",
            id="abates this month",
        ),
        pytest.param(
            {"ended": True, "resolved": "resolved", "abated": on("2026-11")},
            "true",
            "false",
            id="resolved this month: the status says that it is over",
        ),
        pytest.param({"history": True}, "true", "false", id="a personal history"),
        pytest.param({"provisional": True}, "unknown needs-person", "unknown needs-person", id="provisional"),
        pytest.param({"provisional": True, "ended": True}, "unknown needs-person", "false", id="provisional and over"),
    ],
)
def test_ever_counts_all_and_current_what_goes_on(how: dict[str, Any], ever: str, current: str) -> None:
    finding = diagnosis("prostate_cancer", **how)

    assert ever == heard(EVER, finding)
    assert current == heard(CURRENT, finding)


def test_one_confirmed_diagnosis_decides_beside_a_provisional_one() -> None:
    assert heard(EVER, diagnosis("prostate_cancer", provisional=True), diagnosis("basal_cell_carcinoma_of_skin")) == (
        "true"
    )


def test_an_ended_diagnosis_beside_a_provisional_current_one_leaves_it_open() -> None:
    ended, provisional = (
        diagnosis("prostate_cancer", ended=True),
        diagnosis("basal_cell_carcinoma_of_skin", provisional=True),
    )

    assert heard(CURRENT, ended, provisional) == "unknown needs-person"


def test_a_diagnosis_after_the_day_is_not_seen() -> None:
    assert heard(EVER, diagnosis("prostate_cancer", onset=on("2026-11-22"))) == "false not-in-chart"
    assert heard(EVER, diagnosis("prostate_cancer", onset=None, recorded=on("2026-11-22"))) == "false not-in-chart"
    assert heard(EVER, diagnosis("prostate_cancer", onset=None)) == "true"


def test_a_day_in_the_past_sees_the_course_as_it_was() -> None:
    finding = diagnosis("prostate_cancer", onset=ago(400), ended=True, resolved="resolved", abated=ago(100))

    assert heard(CURRENT, finding, today=TODAY - timedelta(days=200)) == "true"
    assert heard(CURRENT, finding, today=TODAY - timedelta(days=500)) == "false not-in-chart"


# --- windows


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({}, "true", id="still active, however old"),
        pytest.param({"ended": True, "abated": ago(56)}, "true", id="ended on the first day of the window"),
        pytest.param({"ended": True, "abated": ago(57)}, "false", id="ended a day before it"),
        pytest.param({"ended": True}, "unknown imprecise", id="ended, nobody says when"),
        pytest.param({"ended": True, "onset": ago(56)}, "true", id="begun inside and ended, nobody says when"),
        pytest.param({"ended": True, "onset": ago(57)}, "unknown imprecise", id="begun before it and ended some day"),
        pytest.param({"ended": True, "onset": ago(20), "history": True}, "unknown imprecise", id="history alone"),
        pytest.param(
            {"ended": True, "abated": on("2026-09")}, "unknown imprecise", id="ended in the month of its start"
        ),
        pytest.param({"ended": True, "abated": on("2026-08")}, "false", id="ended in a month before"),
        pytest.param({"ended": True, "abated": on("2026-10")}, "true", id="ended in a month inside"),
        pytest.param({"provisional": True}, "unknown needs-person", id="provisional"),
        pytest.param({"provisional": True, "ended": True, "abated": ago(57)}, "false", id="provisional and over"),
    ],
)
def test_a_disease_is_inside_a_window_by_any_part_of_its_course(how: dict[str, Any], expected: str) -> None:
    assert expected == heard(WITHIN, diagnosis("lupus_nephritis", **how))


@pytest.mark.parametrize(
    ("onset", "recorded", "expected"),
    [
        pytest.param("2026-05-21", None, "true", id="begun exactly 6 months ago"),
        pytest.param("2026-05-20", None, "false", id="begun a day earlier"),
        pytest.param("2020-01-01", "2026-11-01", "false", id="the onset decides, whatever was recorded lately"),
        pytest.param("2026-05", None, "unknown imprecise", id="begun in the month of the limit"),
        pytest.param(None, "2026-11-01", "unknown imprecise", id="recorded inside proves nothing"),
        pytest.param(None, "2026-05-20", "false", id="recorded before refutes"),
        pytest.param(None, None, "unknown imprecise", id="no date at all"),
    ],
)
def test_a_new_diagnosis_is_new_by_its_onset(onset: str | None, recorded: str | None, expected: str) -> None:
    finding = diagnosis(
        "interstitial_lung_disease",
        onset=on(onset) if onset else None,
        recorded=on(recorded) if recorded else None,
    )

    assert expected == heard(NEW, finding)


CHILDHOOD = "{condition: dermatomyositis, onset_before_age: 18 years}"
BORN = Person("Patient/test", on("1990-06-15"), "female")


@pytest.mark.parametrize(
    ("onset", "recorded", "expected"),
    [
        pytest.param("2008-06-14", None, "true", id="begun on the last day of being seventeen"),
        pytest.param("2008-06-15", None, "false", id="begun on the eighteenth birthday"),
        pytest.param("2008", None, "unknown imprecise", id="begun in that year"),
        pytest.param("2007", "2020-01-01", "true", id="begun in the year before, recorded late"),
        pytest.param(None, "2008-06-14", "true", id="on record before, so that it began before"),
        pytest.param(None, "2008-06-15", "unknown imprecise", id="recorded later proves nothing"),
        pytest.param(None, None, "unknown imprecise", id="no date at all"),
    ],
)
def test_a_disease_of_childhood_is_one_by_its_onset(onset: str | None, recorded: str | None, expected: str) -> None:
    finding = diagnosis(
        "dermatomyositis", onset=on(onset) if onset else None, recorded=on(recorded) if recorded else None
    )

    assert expected == heard(CHILDHOOD, finding, person=BORN)


def test_every_disease_of_a_minor_is_one_of_childhood() -> None:
    minor = Person("Patient/test", on("2008-11-22"), "female")

    assert heard(CHILDHOOD, diagnosis("dermatomyositis", onset=None), person=minor) == "true"


@pytest.mark.parametrize(
    ("born", "onset", "expected"),
    [
        pytest.param(None, "2005-01-01", "unknown no-data", id="no birth date"),
        pytest.param("1990", "2007-12-31", "true", id="a year of birth that is enough"),
        pytest.param("1990", "2008-06-01", "unknown imprecise", id="a year of birth that is not"),
        pytest.param("1990", "2009-01-01", "false", id="a year of birth that is early enough"),
    ],
)
def test_a_disease_of_childhood_needs_the_birth_date(born: str | None, onset: str, expected: str) -> None:
    person = Person("Patient/test", on(born) if born else None, "female")

    assert expected == heard(CHILDHOOD, diagnosis("dermatomyositis", onset=on(onset)), person=person)


def test_a_diagnosis_may_support_a_statement_inside_a_window_alone() -> None:
    supported = "{supported_by: interstitial_lung_disease, onset_within: 6 months}"

    assert heard(supported, diagnosis("interstitial_lung_disease", onset=ago(30))) == "unknown needs-person"
    assert heard(supported, diagnosis("interstitial_lung_disease", onset=ago(300))) == "false"


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({}, "false", id="going on"),
        pytest.param({"ended": True, "resolved": "resolved"}, "true", id="resolved"),
        pytest.param({"ended": True, "abated": ago(3)}, "true", id="abated"),
        pytest.param({"ended": True, "abated": ago(0)}, "false", id="abated today"),
        pytest.param({"history": True}, "true", id="a personal history"),
        pytest.param({"ended": True, "provisional": True}, "unknown needs-person", id="never confirmed"),
    ],
)
def test_past_is_what_was_there_and_is_over(how: dict[str, Any], expected: str) -> None:
    assert expected == heard("{condition: malignancy, when: past}", diagnosis("malignancy", **how))


def test_an_event_is_inside_a_window_by_its_onset_and_a_disease_by_its_course() -> None:
    window = "{condition: [stroke, neuropsychiatric_lupus], within: 6 months}"

    assert heard(window, diagnosis("stroke")) == "false"
    assert heard(window, diagnosis("stroke", onset=ago(30))) == "true"
    assert heard(window, diagnosis("neuropsychiatric_lupus")) == "true"


@pytest.mark.parametrize(
    ("onset", "recorded", "expected"),
    [
        pytest.param(168, None, "true", id="begun exactly 24 weeks ago"),
        pytest.param(167, None, "false", id="begun a day later"),
        pytest.param(None, 168, "true", id="recorded so long ago proves"),
        pytest.param(None, 167, "unknown imprecise", id="recorded later proves nothing"),
        pytest.param(400, 400, "true", id="both agree"),
        pytest.param(20, 10, "false", id="both agree against it"),
        pytest.param(400, 10, "unknown imprecise", id="onset and record disagree"),
        pytest.param(None, None, "unknown imprecise", id="no date at all"),
    ],
)
def test_a_diagnosis_of_long_ago_is_proved_by_either_date(
    onset: int | None, recorded: int | None, expected: str
) -> None:
    finding = diagnosis(
        "systemic_lupus_erythematosus",
        onset=ago(onset) if onset is not None else None,
        recorded=ago(recorded) if recorded is not None else None,
    )

    assert expected == heard(LONG, finding)


# --- states that end by themselves


@pytest.mark.parametrize(("state", "days"), [("pregnancy", 300), ("lactation", 365)])
def test_a_pregnancy_or_lactation_code_is_current_for_a_time_and_then_stale(state: str, days: int) -> None:
    criterion = f"{{condition: {state}, when: current, currency: {state}}}"

    assert heard(criterion, diagnosis(state, onset=ago(days))) == "true"
    assert heard(criterion, diagnosis(state, onset=ago(days + 1))) == "unknown stale"
    assert heard(criterion, diagnosis(state, onset=None, recorded=ago(days))) == "true"
    assert heard(criterion, diagnosis(state, onset=None)) == "unknown imprecise"
    assert heard(criterion) == "false not-in-chart"


def test_a_pregnancy_with_an_end_is_current_until_then() -> None:
    criterion = "{condition: pregnancy, when: current, currency: pregnancy}"

    over = diagnosis("pregnancy", onset=ago(100), ended=True, resolved="resolved", abated=ago(3))
    due = diagnosis("pregnancy", onset=ago(305), ended=True, resolved="abated", abated=ago(-3))
    assert heard(criterion, over) == "false"
    assert heard(criterion, due) == "true"


def test_a_site_sets_for_how_long_a_pregnancy_code_is_current() -> None:
    criterion = "{condition: pregnancy, when: current, currency: pregnancy}"

    assert heard(criterion, diagnosis("pregnancy", onset=ago(290)), policy=Policy(pregnancy_current=280)) == (
        "unknown stale"
    )


# --- cured


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        pytest.param({"ended": True, "abated": on("2024-11-21")}, "true", id="gone for exactly two years"),
        pytest.param({"ended": True, "abated": on("2024-11-22")}, "unknown needs-person", id="a day short of it"),
        pytest.param({"ended": True, "resolved": "remission"}, "unknown needs-person", id="in remission"),
        pytest.param({"history": True}, "unknown needs-person", id="a history"),
        pytest.param({}, "false", id="active"),
        pytest.param({"ended": True, "abated": ago(-30)}, "false", id="ends later, so that it goes on"),
        pytest.param({"provisional": True}, "unknown needs-person", id="provisional and active"),
        pytest.param(
            {"provisional": True, "ended": True, "abated": on("2020-01-01")},
            "unknown needs-person",
            id="provisional and gone",
        ),
    ],
)
def test_cured_is_what_ended_long_enough_ago(how: dict[str, Any], expected: str) -> None:
    assert expected == heard(CURED, diagnosis("prostate_cancer", **how))


def test_cured_is_asked_where_there_is_nothing_to_cure() -> None:
    assert heard(CURED) == "unknown needs-person"
    assert heard(CURED, gaps={"diagnosis": Gap.FAILED}) == "unknown not-searched"


def test_cured_holds_only_of_all_findings_together() -> None:
    gone = diagnosis("basal_cell_carcinoma_of_skin", ended=True, abated=on("2020-01-01"))

    assert heard(CURED, gone) == "true"
    assert heard(CURED, gone, diagnosis("prostate_cancer")) == "false"
    assert heard(CURED, gone, diagnosis("prostate_cancer", ended=True)) == "unknown needs-person"
    assert heard(CURED, gone, suspected={"malignancy": hint()}) == "unknown needs-person"
    assert heard(CURED, gone, gaps={"diagnosis": Gap.CUT}) == "unknown not-searched"


# --- severity


@pytest.mark.parametrize(
    ("severity", "expected"),
    [("severe", "true"), ("moderate", "false"), ("mild", "false"), (None, "unknown needs-person")],
)
def test_severe_is_what_says_so(severity: str | None, expected: str) -> None:
    criterion = "{condition: autoimmune_haemolytic_anaemia, when: current, severe: true}"

    assert expected == heard(criterion, diagnosis("autoimmune_haemolytic_anaemia", severity=severity))


def test_a_severe_disease_that_is_over_is_not_current() -> None:
    criterion = "{condition: autoimmune_haemolytic_anaemia, when: current, severe: true}"

    assert heard(criterion, diagnosis("autoimmune_haemolytic_anaemia", severity=None, ended=True)) == "false"


# --- support and refutation


def test_named_criteria_are_supported_by_a_diagnosis_and_never_proved() -> None:
    finding = diagnosis("systemic_sclerosis")

    assert heard(CLASSIFIED, finding) == "unknown needs-person"
    assert (finding,) == says(CLASSIFIED, finding).facts
    assert heard(CLASSIFIED) == "false not-in-chart"
    assert heard(CLASSIFIED, gaps={"diagnosis": Gap.FAILED}) == "unknown not-searched"
    assert heard(CLASSIFIED, diagnosis("systemic_sclerosis", provisional=True)) == "unknown needs-person"


@pytest.mark.parametrize(
    ("coded", "expected"),
    [
        pytest.param(["diffuse_cutaneous_systemic_sclerosis"], "true", id="the subtype"),
        pytest.param(["limited_cutaneous_systemic_sclerosis"], "false", id="another subtype"),
        pytest.param(["systemic_sclerosis"], "unknown needs-person", id="no subtype"),
        pytest.param([], "false not-in-chart", id="nothing"),
        pytest.param(
            ["systemic_sclerosis", "limited_cutaneous_systemic_sclerosis"], "false", id="another, more exactly"
        ),
    ],
)
def test_a_coded_subtype_decides_and_the_disease_alone_asks(coded: list[str], expected: str) -> None:
    assert expected == heard(DIFFUSE, *(diagnosis(name) for name in coded))


def test_a_provisional_subtype_refutes_nothing() -> None:
    limited = diagnosis("limited_cutaneous_systemic_sclerosis", provisional=True)

    assert heard(DIFFUSE, diagnosis("systemic_sclerosis"), limited) == "unknown needs-person"


def test_a_finding_outside_the_window_supports_nothing_in_it() -> None:
    criterion = "{condition: neuropsychiatric_lupus, within: 6 months, supported_by: stroke}"
    old = diagnosis("stroke", onset=ago(900), ended=True, abated=ago(800))

    assert heard(criterion, old) == "false"


def test_every_fact_that_made_a_statement_true_is_evidence() -> None:
    first, second = diagnosis("prostate_cancer"), diagnosis("basal_cell_carcinoma_of_skin")

    assert {first, second} == set(says(EVER, first, second).facts)


def test_a_diagnosis_under_two_names_is_one_finding() -> None:
    criterion = "{condition: [malignancy, prostate_cancer], when: ever}"
    finding = diagnosis("prostate_cancer")

    assert (finding,) == says(criterion, finding).facts


# --- age and sex


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        pytest.param("2008-11-21", "true", id="18 today"),
        pytest.param("2008-11-22", "false", id="18 tomorrow"),
        pytest.param("1960-11-22", "true", id="65 until the day before the 66th birthday"),
        pytest.param("1960-11-21", "false", id="66 today"),
        pytest.param("2008", "unknown imprecise", id="18 this year"),
        pytest.param("1990", "true", id="a year is enough"),
        pytest.param("2008-11", "unknown imprecise", id="18 this month"),
        pytest.param("2026", "false", id="born this year"),
        pytest.param(None, "unknown no-data", id="no birth date"),
    ],
)
def test_age_is_completed_years_today(born: str | None, expected: str) -> None:
    person = Person("Patient/test", on(born) if born else None, "female")

    assert expected == heard("{age: 18..65 years}", person=person)


def test_an_age_without_an_upper_limit_has_none() -> None:
    assert heard("{age: 18 and over}", person=Person("Patient/test", on("1900-01-01"), "male")) == "true"


@pytest.mark.parametrize(
    ("sex", "expected"),
    [("female", "true"), ("male", "false"), ("other", "unknown needs-person"), (None, "unknown no-data")],
)
def test_sex_is_administrative(sex: str | None, expected: str) -> None:
    assert expected == heard("{sex: female}", person=Person("Patient/test", None, sex))  # type: ignore[arg-type]


def test_the_patient_is_the_evidence_of_age_and_sex() -> None:
    person = Person("Patient/test", on("1990-05-01"), "female")

    assert [fact.reference for fact in says("{age: 18..65 years}", person=person).facts] == ["Patient/test"]
    assert [fact.reference for fact in says("{sex: female}", person=person).facts] == ["Patient/test"]


# --- a test and a code that says the same, tests of one question

PREGNANT = (
    "{beside: {observation: hcg_serum, is: positive}, code: {condition: pregnancy, when: current, currency: pregnancy}}"
)


@pytest.mark.parametrize(
    ("test", "code", "expected"),
    [
        pytest.param("100", True, "true", id="both"),
        pytest.param("100", False, "true", id="the test alone"),
        pytest.param(None, True, "true", id="the code alone"),
        pytest.param("1", True, "unknown conflict", id="a negative test beside a code"),
        pytest.param("1", False, "false", id="a negative test"),
        pytest.param(None, False, "unknown no-data", id="nothing"),
    ],
)
def test_a_test_answers_and_a_code_beside_it_may_contradict(test: str | None, code: bool, expected: str) -> None:
    facts = [number("hcg_serum", test, when=ago(2), high=Decimal(5))] if test else []
    findings = [diagnosis("pregnancy", onset=ago(60))] if code else []

    assert expected == heard(PREGNANT, *facts, *findings)


def test_a_negative_test_is_not_undone_by_a_search_for_codes_that_failed() -> None:
    negative = number("hcg_serum", "1", when=ago(2), high=Decimal(5))

    assert heard(PREGNANT, negative, gaps={"diagnosis": Gap.FAILED}) == "false"
    assert heard(PREGNANT, negative, unidentified=[lost("diagnosis")]) == "false"


# --- laws

day_numbers = st.integers(-30, 900)
names = st.sampled_from(["prostate_cancer", "basal_cell_carcinoma_of_skin", "lupus_nephritis"])


@st.composite
def findings(draw: st.DrawFn) -> Diagnosis:
    ended = draw(st.booleans())
    return diagnosis(
        draw(names),
        onset=draw(st.none() | day_numbers.map(ago)),
        recorded=draw(st.none() | day_numbers.map(ago)),
        ended=ended,
        abated=draw(st.none() | day_numbers.map(ago)) if ended else None,
        provisional=draw(st.booleans()),
        history=draw(st.booleans()),
    )


charts = st.lists(findings(), max_size=4)
criteria = st.sampled_from([EVER, CURRENT, WITHIN, NEW, LONG, CURED, DIFFUSE, CLASSIFIED])


@given(criteria, charts)
def test_not_is_the_mirror_of_every_answer(criterion: str, chart: list[Diagnosis]) -> None:
    plain, negated = says(criterion, *chart), says(f"{{not: {criterion}}}", *chart)

    assert plain.truth.negated is negated.truth
    assert (plain.why, plain.facts) == (negated.why, negated.facts)


@given(criteria, charts, st.sampled_from([Gap.FAILED, Gap.CUT]))
def test_a_search_that_fell_short_never_flips_an_answer_and_never_makes_a_no(
    criterion: str, chart: list[Diagnosis], gap: Gap
) -> None:
    whole, short = says(criterion, *chart), says(criterion, *chart, gaps={"diagnosis": gap})

    assert short.truth in (whole.truth, Truth.UNKNOWN)
    assert short.why is not Why.NOT_IN_CHART


@given(criteria, charts)
def test_a_hint_or_an_unreadable_entry_never_flips_an_answer(criterion: str, chart: list[Diagnosis]) -> None:
    whole = says(criterion, *chart)
    doubted = says(criterion, *chart, unidentified=[lost("diagnosis")], suspected={"malignancy": hint()})

    assert {whole.truth, doubted.truth} != {Truth.TRUE, Truth.FALSE}


@given(criteria, charts)
def test_an_unknown_answer_always_says_why(criterion: str, chart: list[Diagnosis]) -> None:
    verdict = says(criterion, *chart)

    assert (verdict.truth is not Truth.UNKNOWN) or verdict.why is not None


@given(criteria, st.permutations([diagnosis("prostate_cancer"), diagnosis("stroke", onset=LONG_AGO)]))
def test_the_order_of_a_chart_does_not_matter(criterion: str, chart: list[Diagnosis]) -> None:
    assert says(criterion, *chart).truth is says(criterion, *reversed(chart)).truth


@given(charts, st.dates(date(2026, 1, 1), date(2028, 1, 1)))
def test_an_ever_answer_never_becomes_a_no_with_time(chart: list[Diagnosis], day: date) -> None:
    now, later = says(EVER, *chart), says(EVER, *chart, today=max(day, TODAY))

    assert now.truth <= later.truth


# --- findings that are the disease itself, and support inside a window

APART = "{condition: rheumatoid_arthritis, when: ever, apart_from: systemic_lupus_erythematosus}"


def test_a_finding_that_is_the_disease_apart_from_which_is_asked_does_not_count() -> None:
    other = diagnosis("rheumatoid_arthritis")
    itself = diagnosis("systemic_lupus_erythematosus")._replace(reference=other.reference)

    assert heard(APART, other) == "true"
    assert heard(APART, other, diagnosis("systemic_lupus_erythematosus")) == "true"
    assert heard(APART, other, itself) == "false not-in-chart"


def test_apart_from_holds_of_what_supports_as_well() -> None:
    supported = "{supported_by: lupus_crisis_manifestation, when: current, apart_from: neuropsychiatric_lupus}"

    assert heard(supported, diagnosis("myocarditis")) == "unknown needs-person"
    assert heard(supported, diagnosis("neuropsychiatric_lupus")) == "false not-in-chart"


@pytest.mark.parametrize(
    ("days", "expected"),
    [pytest.param(56, "unknown needs-person", id="on the limit"), pytest.param(57, "false", id="just past it")],
)
def test_what_only_supports_a_statement_supports_it_inside_its_window(days: int, expected: str) -> None:
    ended = diagnosis("lupus_nephritis", ended=True, resolved="resolved", abated=ago(days))

    assert heard("{supported_by: lupus_nephritis, within: 8 weeks}", ended) == expected


def test_a_person_who_is_asked_sees_what_did_not_suffice() -> None:
    ended = diagnosis("lupus_nephritis", ended=True, resolved="resolved", abated=ago(900))
    criterion = "{condition: lupus_nephritis, within: 8 weeks, absent: ask}"

    assert heard(criterion, ended) == "unknown needs-person"
    assert says(criterion, ended).facts == (ended,)


@pytest.mark.parametrize(
    ("criterion", "course", "expected"),
    [
        pytest.param("when: current", {}, "unknown needs-person", id="it may go on"),
        pytest.param("when: current", {"ended": True}, "false not-in-chart", id="over, whatever it was"),
        pytest.param(
            "when: current", {"ended": True, "provisional": True}, "false not-in-chart", id="doubted and over"
        ),
        pytest.param("when: ever", {"ended": True}, "unknown needs-person", id="the past counts"),
        pytest.param("onset_within: 6 months", {"onset": LONG_AGO}, "false not-in-chart", id="began before"),
        pytest.param("onset_within: 6 months", {"onset": ago(10)}, "unknown needs-person", id="began inside"),
        pytest.param("onset_within: 6 months", {"onset": None}, "unknown needs-person", id="nobody knows when"),
    ],
)
def test_words_raise_no_question_where_the_diagnosis_could_not_count(
    criterion: str, course: dict[str, Any], expected: str
) -> None:
    entry = hint()._replace(diagnosis=diagnosis("infection", **course))

    assert expected == heard(f"{{condition: infection, {criterion}}}", suspected={"infection": entry})
