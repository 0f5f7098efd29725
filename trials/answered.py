"""What a person's recorded answer does to a verdict: it decides what the chart leaves open and overrules no fact."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from trials.judging.chart import Chart
from trials.policy import Policy
from trials.record import PersonAnswer
from trials.truth import Truth, truth_of
from trials.verdict import Verdict, Why, unknown

_CLOSED = (Why.TEXT_MISSING, Why.NOT_WRITTEN)
"""What no answer can decide: there is no statement to answer."""
EXPIRED = "the answer has expired"
"""The note on a row that only a person can decide, and did once."""


def until(day: date, policy: Policy) -> date:
    """The last day on which an answer given on `day` decides."""
    return day + timedelta(days=min(policy.answer_days, (date.max - day).days))


def in_force(answers: Iterable[PersonAnswer], today: date) -> dict[str, PersonAnswer]:
    """Row ref → the newest answer that was given by that day; of the same moment, the one that comes last."""
    newest: dict[str, PersonAnswer] = {}
    for answer in sorted(answers, key=lambda one: (one.when.first, one.when.latest)):
        if answer.when.first <= today:
            newest[answer.ref] = answer
    return newest


def answered(verdict: Verdict, answer: PersonAnswer, chart: Chart) -> Verdict:
    """The verdict on a row with what a person said of it.

    Where a fact of the chart decides, an answer that says otherwise is a contradiction; one that agrees adds nothing.
    """
    if verdict.why in _CLOSED or _of_another_finding(verdict, chart):
        return verdict
    by_fact = verdict.truth is not Truth.UNKNOWN and verdict.why is not Why.NOT_IN_CHART
    if answer.until < chart.today:
        return verdict if by_fact else _expired(verdict._replace(facts=(*verdict.facts, answer)))
    said, shown = truth_of(answer.yes), (answer, *verdict.facts)
    if by_fact:
        return verdict if said is verdict.truth else unknown(Why.CONFLICT, *shown)
    return verdict if answer.ref in chart.contested else Verdict(said, None, shown)


def narrowed_to_parts(chart: Chart, verdicts: Mapping[str, Verdict]) -> Chart:
    """The chart for trying its findings one by one, by the verdicts on the whole of it.

    An answer speaks of the patient, not of one finding: one that only agrees with the whole chart says nothing of a
    part, and one that the whole chart contradicts decides no part.
    """
    used = {ref: one for ref, one in chart.answers.items() if ref in verdicts and one in verdicts[ref].facts}
    contested = frozenset(ref for ref in used if verdicts[ref].why is Why.CONFLICT)
    return chart._replace(answers=used, contested=contested)


def _expired(verdict: Verdict) -> Verdict:
    """What the chart says; where only a person could, the answer that is too old is the reason."""
    if verdict.why is Why.NEEDS_PERSON:
        return verdict._replace(why=Why.STALE, note=EXPIRED)
    return verdict


def _of_another_finding(verdict: Verdict, chart: Chart) -> bool:
    """Whether the row is decided because it does not concern the one finding that is tried."""
    decided = verdict.truth is not Truth.UNKNOWN and verdict.why is None
    return bool(chart.only) and decided and not verdict.facts
