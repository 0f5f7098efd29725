"""What may become of a verdict, in the report and for a terminal: the trials' own cases through the whole path."""

import json
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from app.cases import Cases, read_cases
from app.direct import match_bundle, query
from app.report import MatchReport, encoded
from app.table import report_text
from tests.app.calling import library, trial
from trials.judge import PlannedGroup, Trial
from trials.judging.chart import Chart
from trials.library import DEFINITIONS
from trials.outcome import Outcome, Verdicts

DAY = date(2026, 6, 15)


@cache
def cases(ref: str) -> Cases:
    found = trial(ref)
    return read_cases(found, DEFINITIONS / found.id, library().terminology)


def report(name: str, judged: Trial | None = None, day: date = DAY) -> MatchReport:
    body = next(case.body for case in cases("T2").cases if case.name == name)
    asked = query(library(), day, None, [trial("T2").id])
    return match_bundle(body, asked if judged is None else asked._replace(trials=(judged,)))


def as_json(name: str) -> dict[str, Any]:
    (found,) = json.loads(encoded(report(name)))["trials"]
    assert isinstance(found, dict)
    return found


def criterion(name: str, ref: str) -> dict[str, Any]:
    found = next(one for one in as_json(name)["criteria"] if one["ref"] == ref)
    assert isinstance(found, dict)
    return found


def text(name: str) -> str:
    """The report for a terminal, without its line breaks."""
    return " ".join(report_text(report(name)).split())


def test_a_failing_result_says_how_far_it_is_and_what_would_turn_it() -> None:
    found = criterion("platelets just below it", "T2-O2")

    assert found["distance"] == {
        "text": "19 ×10⁹/L, needs at least 20 ×10⁹/L: 1 ×10⁹/L short",
        "value": {"low": 19.0, "high": 19.0},
        "limit": 20.0,
        "unit": "×10⁹/L",
        "by": {"low": 1.0, "high": 1.0},
        "side": "short",
        "needs": "at least 20 ×10⁹/L",
        "share": {"low": 0.05, "high": 0.05},
    }
    assert found["change"] == [
        {
            "kind": "result",
            "text": "a new Platelets: at least 20 ×10⁹/L",
            "valueSets": ["platelets"],
            "limit": {"min": 20.0},
        }
    ]
    assert "fixed" not in found


def test_a_trial_says_why_it_is_none() -> None:
    found = as_json("platelets just below it")

    assert found["whyNot"] == {
        "first": "T2-O2", "fails": ["T2-O2"], "byTime": [], "byFact": ["T2-O2"], "fixed": [],
    }  # fmt: skip
    assert found["earliest"] is None
    assert "possibleFrom" not in found


def test_a_waiting_time_says_when_it_clears_and_from_when_the_trial_is_possible() -> None:
    found = as_json("a live vaccine 42 days ago clears tomorrow")
    vaccine = criterion("a live vaccine 42 days ago clears tomorrow", "T2-X17")

    assert (vaccine["clears"], "clearsIf" in vaccine) == ("2026-06-16", False)
    assert vaccine["change"][0] == {"kind": "time", "text": "clears by itself on 2026-06-16"}
    assert (found["earliest"], found["possibleFrom"]) == (None, "2026-06-16")
    assert "whyNot" not in found


def test_a_report_of_the_day_that_was_said_says_that_it_has_cleared() -> None:
    name = "the later of two live vaccines decides when it clears"
    clears = date.fromisoformat(criterion(name, "T2-X17")["clears"])

    found = [report(name, day=day).trials[0].criteria for day in (clears - timedelta(days=1), clears)]

    assert [next(one.truth for one in criteria if one.ref == "T2-X17") for criteria in found] == ["unknown", "false"]


def test_a_passing_result_says_when_it_expires_and_by_whom() -> None:
    found = criterion("a chart that says nearly everything", "T2-C3")

    assert (found["truth"], found["expires"], found["expiresBy"]) == ("true", "2026-06-20", "policy")


def test_a_terminal_is_told_why_not_and_what_would_decide() -> None:
    barred, open_ = text("platelets just below it"), text("a live vaccine 42 days ago clears tomorrow")

    assert (
        "Why not T2-O2 Platelets at least 20 ×10⁹/L: 19 ×10⁹/L, needs at least 20 ×10⁹/L: 1 ×10⁹/L short; "
        "a new Platelets: at least 20 ×10⁹/L"
    ) in barred
    assert "Could be met from 2026-06-16, if what is open is answered in its favour What would decide" in open_
    assert 'T2-P3 a person answers yes: "Were these treatments given' in open_
    assert "T2-X17 A live vaccine within the 6 weeks before lymphodepletion: clears by itself on 2026-06-16" in open_
    assert "Expires soon T2-C3 Pregnancy test negative: on 2026-06-20 by the site's policy" in open_


def test_a_fault_in_looking_ahead_costs_no_verdict() -> None:
    """A trial that can be judged on its day and on no later one."""
    whole = trial("T2")
    found = report("platelets just below it", replace(whole, shared=tuple(map(failing_later, whole.shared))))

    (one,) = found.trials
    assert (one.standing, one.earliest, one.why_not) == ("ineligible", None, None)
    assert next(each.truth for each in one.criteria if each.ref == "T2-O2") == "false"


def failing_later(group: PlannedGroup) -> PlannedGroup:
    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        if chart.today != DAY:
            raise ValueError("judged on another day")
        return group.plan(chart, verdicts)

    return replace(group, plan=plan)
