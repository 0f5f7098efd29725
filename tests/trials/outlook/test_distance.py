"""How far a fact is from its limit: in the limit's unit, in multiples, as a share, in days and half-lives."""

from decimal import Decimal

import pytest

from tests.trials.judging import TODAY, WOMAN, ago, course, diagnosis, event, number, on, record, terminology
from tests.trials.outlook.written import REF, exclusion, inclusion
from trials.interval import Interval, point
from trials.judge import Trial, charted, match
from trials.outlook.distance import Distance, distance, distance_text
from trials.policy import Policy
from trials.record import Fact, Person
from trials.tree import rows
from trials.truth import Truth
from trials.wording import number_text


def apart(trial: Trial, *facts: Fact, person: Person = WOMAN) -> Distance | None:
    chart = charted(record(*facts, person=person), TODAY, Policy())
    verdict = next(one.verdict for one in match(trial, chart.record, TODAY, chart.policy).criteria if one.ref == REF)
    (node,) = rows(trial.shared[0].group.node)
    want = Truth.TRUE if trial.shared[0].group.section == "inclusion" else Truth.FALSE
    return distance(node, want, verdict, chart, terminology().sets)


def text(trial: Trial, *facts: Fact, person: Person = WOMAN) -> str | None:
    found = apart(trial, *facts, person=person)
    return None if found is None else distance_text(found)


@pytest.mark.parametrize(
    ("criterion", "fact", "expected"),
    [
        pytest.param(
            "{observation: platelets, min: 20 10*9/L}",
            number("platelets", "18"),
            "18 ×10⁹/L, needs at least 20 ×10⁹/L: 2 ×10⁹/L short",
            id="too little",
        ),
        pytest.param(
            "{observation: platelets, above: 20 10*9/L}",
            number("platelets", "20"),
            "20 ×10⁹/L, needs above 20 ×10⁹/L: on the limit",
            id="exactly on an open limit",
        ),
        pytest.param(
            "{observation: platelets, min: 20 10*9/L}",
            number("platelets", "<25"),
            "<25 ×10⁹/L, needs at least 20 ×10⁹/L: not known on which side",
            id="a comparator on both sides",
        ),
        pytest.param(
            "{observation: platelets, min: 20 10*9/L}",
            number("platelets", "<15"),
            "<15 ×10⁹/L, needs at least 20 ×10⁹/L: >5 ×10⁹/L short",
            id="a comparator on one side",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN}",
            number("alt", "136", high=Decimal(40)),
            "3.4 × ULN (136 U/L, limit 120 U/L), needs at most 3 × ULN: 0.4 × ULN (16 U/L) over",
            id="multiples of the upper limit",
        ),
        pytest.param(
            "{observation: alt, max: 3 ULN}",
            number("alt", "100", high=Decimal(40)),
            "2.5 × ULN (100 U/L, limit 120 U/L), needs at most 3 × ULN: 0.5 × ULN (20 U/L) to spare",
            id="enough",
        ),
        pytest.param(
            "{observation: fvc_percent_predicted, min: 45 %, max: 70 %}",
            number("fvc_percent_predicted", "78"),
            "78 %, needs 45 to 70 %: 8 % over",
            id="above a limit with two sides",
        ),
        pytest.param("{observation: alt, max: 3 ULN}", number("alt", "100"), None, id="no normal range"),
    ],
)
def test_a_result_is_so_far_from_its_limit(criterion: str, fact: Fact, expected: str | None) -> None:
    assert expected == text(inclusion(criterion), fact)


def test_an_exclusion_asks_for_the_other_side_of_its_limit() -> None:
    kidney = exclusion("{observation: creatinine, above: 1.5 ULN}")

    found = text(kidney, number("creatinine", "160", high=Decimal(80)))

    assert found == ("2 × ULN (160 µmol/L, limit 120 µmol/L), needs at most 1.5 × ULN: 0.5 × ULN (40 µmol/L) over")


def test_a_distance_is_a_share_of_its_limit_too() -> None:
    found = apart(inclusion("{observation: platelets, min: 20 10*9/L}"), number("platelets", "18"))

    assert found is not None
    assert (found.by, found.share, found.side) == (point(Decimal(2)), point(Decimal("0.1")), "short")


def test_the_distance_of_a_comparator_is_an_interval() -> None:
    found = apart(inclusion("{observation: platelets, min: 20 10*9/L}"), number("platelets", "<15"))

    assert found is not None
    assert found.by == Interval(Decimal(5), None, low_open=True)


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        pytest.param(
            "{immunization: live_vaccine, within: 6 weeks, before: lymphodepletion}",
            [event("live_vaccine", ago(21))],
            "21 days, needs more than 42 days ago: 21 days short",
            id="a vaccine",
        ),
        pytest.param(
            "{immunization: live_vaccine, within: 6 weeks}",
            [event("live_vaccine", ago(40)), event("live_vaccine", ago(1))],
            "1 day, needs more than 42 days ago: 41 days short",
            id="the later of two",
        ),
        pytest.param(
            "{medication: tocilizumab, within: 5 half-lives}",
            [course("tocilizumab", ago(90), ago(60))],
            "4.615 half-lives (60 days, limit 65 days), needs more than 5 half-lives ago (65 days): "
            "0.3846 half-lives (5 days) short",
            id="a washout in half-lives",
        ),
        pytest.param(
            "{condition: stroke, onset_within: 6 months}",
            [diagnosis("stroke", onset=ago(200))],
            "200 days, needs more than 184 days ago: 16 days to spare",
            id="an onset before its window",
        ),
    ],
)
def test_a_window_is_measured_in_days(criterion: str, facts: list[Fact], expected: str) -> None:
    assert expected == text(exclusion(criterion), *facts)


@pytest.mark.parametrize(
    ("criterion", "facts", "expected"),
    [
        pytest.param(
            "{medication: glucocorticoid, for: 3 months}",
            [course("prednisone", ago(59), ongoing=True)],
            "60 days, needs at least 91 days: 31 days short",
            id="a length",
        ),
        pytest.param(
            "{medication: glucocorticoid, agents: 2, for: 4 weeks}",
            [course("prednisone", ago(59), ongoing=True), course("methylprednisolone", ago(90), ago(81))],
            "10 days, needs at least 28 days: 18 days short",
            id="the second of two drugs",
        ),
        pytest.param(
            "{medication: immunomodulator, agents: 2}",
            [course("azathioprine", ago(59), ongoing=True)],
            "1 drug, needs at least 2 drugs: 1 drug short",
            id="a number of drugs",
        ),
        pytest.param(
            "{medication: glucocorticoid, daily_dose: {min: 20 mg}}",
            [course("prednisone", ago(59), ongoing=True, daily_dose=point(Decimal(15)))],
            "15 mg a day, needs at least 20 mg a day: 5 mg a day short",
            id="a dose",
        ),
        pytest.param(
            "{condition: systemic_sclerosis, at_least_ago: 6 months}",
            [diagnosis("systemic_sclerosis", onset=ago(100))],
            "100 days, needs at least 184 days ago: 84 days short",
            id="diagnosed so long ago",
        ),
        pytest.param(
            "{observation: mrss, rise: 10 %, over: 6 months}",
            [number("mrss", "21", when=ago(9)), number("mrss", "20", when=ago(90))],
            "5 %, needs a rise of at least 10 %: 5 % short",
            id="a change",
        ),
    ],
)
def test_lengths_doses_and_changes_are_measured(criterion: str, facts: list[Fact], expected: str) -> None:
    assert expected == text(inclusion(criterion), *facts)


def test_an_age_is_measured_in_years() -> None:
    assert text(inclusion("{age: 18..65 years}"), person=WOMAN._replace(birth=on("1956-01-01"))) == (
        "70 years, needs 18 to 65 years: 5 years over"
    )
    assert text(inclusion("{age: 18..65 years}"), person=WOMAN._replace(birth=on("2009-01-01"))) == (
        "17 years, needs 18 to 65 years: 1 year short"
    )


def test_of_several_limits_the_nearest_that_fails_is_said() -> None:
    enzymes = inclusion("{any_of: [{observation: ck, min: 1.5 ULN}, {observation: ldh, min: 1.5 ULN}]}")
    facts = number("ck", "100", high=Decimal(100)), number("ldh", "140", high=Decimal(100))

    found = apart(enzymes, *facts)

    assert found is not None
    assert number_text(found.by.low or Decimal(0)) == "0.1"


def test_what_has_no_limit_has_no_distance() -> None:
    assert text(inclusion("{ask: Agrees?}")) is None
    assert text(inclusion("{observation: platelets, min: 20 10*9/L}")) is None
    assert text(exclusion("{condition: stroke, when: ever}"), diagnosis("stroke")) is None
