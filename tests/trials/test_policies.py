"""What the site chose stands beside the verdicts on which it acts, and nowhere else."""

import pytest

from tests.trials.judging import node, terminology
from trials.policies import acting, policy_text
from trials.policy import FRESH_DAYS, Policy


def said(criterion: str, policy: Policy | None = None) -> str | None:
    return policy_text(acting(node(criterion), terminology().sets), policy or Policy())


@pytest.mark.parametrize(
    ("criterion", "text"),
    [
        pytest.param(
            "{observation: neutrophils, min: 0.5 10*9/L}", "result not older than 90 days", id="the age of a result"
        ),
        pytest.param("{observation: neutrophils, min: 0.5 10*9/L, within: 2 weeks}", None, id="a time of the protocol"),
        pytest.param(
            "{any_of: [{observation: hbsag, is: positive}, {observation: hbv_dna, is: detected}]}",
            "result not older than 90 days",
            id="the shortest of several",
        ),
        pytest.param("{observation: body_height, min: 150 cm}", None, id="a result that does not age"),
        pytest.param(
            "{observation: creatinine_clearance, min: 30 mL/min}",
            "result not older than 90 days; inputs of a computed value not more than 30 days apart",
            id="a computed value",
        ),
        pytest.param(
            "{observation: oxygen_saturation, min: 92 %, on_room_air: true}",
            "result not older than 90 days; taken as room air where nothing says oxygen",
            id="room air",
        ),
        pytest.param("{observation: mrss, rise: 10 %, over: 6 months}", None, id="a change in the protocol's time"),
        pytest.param(
            "{observation: edss, rise: 1}", "compared with values of the last 12 months", id="a change without a time"
        ),
        pytest.param(
            "{condition: pregnancy, when: current, currency: pregnancy}",
            "a code of pregnancy counts for 300 days",
            id="pregnancy",
        ),
        pytest.param(
            "{condition: lactation, when: current, currency: lactation}",
            "a code of lactation counts for 365 days",
            id="lactation",
        ),
        pytest.param(
            "{medication: glucocorticoid, for: 3 months}",
            "a stopped order without an end lasted at most 365 days",
            id="a length",
        ),
        pytest.param("{medication: glucocorticoid, when: ever}", None, id="a drug at any time"),
        pytest.param(
            "{medication: glucocorticoid, daily_dose: {min: 1 mg/kg}}",
            "weight within 90 days of the dose",
            id="a dose for each kg",
        ),
        pytest.param("{condition: stroke, when: ever}", None, id="a diagnosis"),
        pytest.param("{ask: 'Agrees?'}", None, id="a question"),
    ],
)
def test_a_policy_is_said_where_it_acts(criterion: str, text: str | None) -> None:
    assert text == said(criterion)


def test_the_sites_own_number_is_said() -> None:
    own = Policy(fresh_days={**FRESH_DAYS, "laboratory": 30}, change_months=24)

    assert said("{observation: neutrophils, min: 0.5 10*9/L}", own) == "result not older than 30 days"
    assert said("{observation: edss, rise: 1}", own) == "compared with values of the last 24 months"


def test_a_site_without_a_limit_says_none() -> None:
    assert said(
        "{observation: neutrophils, min: 0.5 10*9/L}", Policy(fresh_days={**FRESH_DAYS, "laboratory": None})
    ) is (None)
