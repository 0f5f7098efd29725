"""The match report: one JSON shape for the direct query, the command line and the pages. Same input, same bytes.

Fields without a default are always there, `null` where there is nothing; the others only where they say something.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Literal

import msgspec

from app.outlook import (
    DistanceReport,
    NewFactReport,
    WhyNotReport,
    distance_report,
    new_fact_report,
    why_not_report,
)
from app.reading.record import Ignored, Reading
from app.terminology.behind import TerminologyReport
from mappings.value_set import ValueSet
from trials.judge import Trial
from trials.match import ArmMatch, BarredBy, Judged, Section, Standing, TrialMatch
from trials.outlook.prospect import NONE, Prospect
from trials.outlook.rows import NOTHING_TO_SAY, RowOutlook
from trials.outlook.timing import OrdersThat
from trials.outlook.whole import NO_OUTLOOK, Outlook
from trials.record import Fact, Kind, Result
from trials.truth import Truth
from trials.verdict import Why
from trials.wording import evidence_text

MOST_IGNORED = 50
"""Ignored resources that are named one by one; the rest is counted by type."""


_TRUTHS: Mapping[Truth, Literal["true", "false", "unknown"]] = {
    Truth.TRUE: "true",
    Truth.FALSE: "false",
    Truth.UNKNOWN: "unknown",
}


class Evidence(msgspec.Struct, frozen=True):
    """One resource that was used."""

    reference: str
    date: str | None
    text: str


class CriterionReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One leaf: whether its statement holds of the patient, and on what that rests."""

    ref: str
    arm: str | None
    kind: Section
    statement: str
    truth: Literal["true", "false", "unknown"]
    why: Why | None
    evidence: tuple[Evidence, ...]
    group: str | None = None
    question: str | None = None
    note: str | None = None
    clears: date | None = None
    """The first day on which it no longer stands in the way, with no new fact."""
    clears_if: OrdersThat | None = None
    """On what that rests: active orders that go on, or that end today."""
    expires: date | None = None
    """The first day on which what decides it no longer does, and whose limit that is."""
    expires_by: Literal["protocol", "policy"] | None = None
    distance: DistanceReport | None = None
    change: tuple[NewFactReport, ...] = ()
    """What would turn it: any one of these facts, or, with `changeTogether`, all of them."""
    change_together: bool = False
    fixed: bool = False
    """It stands in the way, and neither a day nor a new fact turns it."""
    policy: str | None = None
    reading: str | None = None
    source_suspect: str | None = None
    modifiable: str | None = None
    """What can lift it (a pause, a later date, the investigator's word): it is no reason to hide the trial."""


class ArmReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One arm's standing, shared criteria included."""

    id: str
    title: str
    standing: Standing
    target: Literal["present", "provisional", "absent"]
    open: tuple[str, ...]
    earliest: date | None
    """The first day on which it could be a candidate by itself."""
    barred_by: BarredBy | None = None
    barriers: tuple[str, ...] = ()
    possible_from: date | None = None
    """The same, if what is open today is answered in its favour."""
    why_not: WhyNotReport | None = None


class TrialReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One trial's standing; with `error` it could not be judged and says nothing else."""

    id: str
    ref: str
    title: str
    standing: Standing
    arms: tuple[ArmReport, ...]
    criteria: tuple[CriterionReport, ...]
    open: tuple[str, ...]
    earliest: date | None
    """The first day on which it could be a candidate by itself."""
    barred_by: BarredBy | None = None
    barriers: tuple[str, ...] = ()
    possible_from: date | None = None
    """The same, if what is open today is answered in its favour."""
    why_not: WhyNotReport | None = None
    error: str | None = None


class IgnoredReport(msgspec.Struct, frozen=True):
    """A resource that was not used, and why."""

    reference: str
    reason: str


class UnmappedReport(msgspec.Struct, frozen=True):
    """A code that no value set knows."""

    system: str | None
    code: str | None
    text: str | None
    count: int


class UnidentifiedReport(msgspec.Struct, frozen=True):
    """An entry of this patient without a readable code or text."""

    reference: str
    kind: Kind
    text: str


class ChartReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What was read of the chart and what was not."""

    read: int
    ignored: tuple[IgnoredReport, ...]
    unmapped: tuple[UnmappedReport, ...]
    not_searched: tuple[str, ...]
    ignored_further: dict[str, int] = {}
    """Ignored resources beyond those named, counted by type."""
    unidentified: tuple[UnidentifiedReport, ...] = ()
    answers_unavailable: bool = False
    """Recorded answers could not be read: the report is without them."""


class MatchReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """The whole answer."""

    patient: str
    as_of: date
    chart: ChartReport
    trials: tuple[TrialReport, ...]
    terminology: TerminologyReport | None = None


def match_report(
    reading: Reading,
    matches: Iterable[tuple[Trial, TrialMatch | None, Outlook | None]],
    *,
    today: date,
    not_searched: tuple[str, ...],
    sets: Mapping[str, ValueSet],
    answers_unavailable: bool = False,
    terminology: TerminologyReport | None = None,
) -> MatchReport:
    """The report on one chart; a trial without a match is one that failed while judging."""
    return MatchReport(
        patient=reading.record.person.reference,
        as_of=today,
        chart=_chart(reading, not_searched, answers_unavailable),
        trials=tuple(_trial(trial, match, look or NO_OUTLOOK, sets) for trial, match, look in matches),
        terminology=terminology,
    )


def encoded(report: MatchReport) -> bytes:
    """The report as it is sent."""
    return msgspec.json.encode(report)


def _chart(reading: Reading, not_searched: tuple[str, ...], answers_unavailable: bool) -> ChartReport:
    named, further = reading.ignored[:MOST_IGNORED], reading.ignored[MOST_IGNORED:]
    return ChartReport(
        read=reading.read,
        ignored=tuple(IgnoredReport(one.reference, one.reason) for one in named),
        unmapped=tuple(UnmappedReport(one.system, one.code, one.text, one.count) for one in reading.unmapped),
        not_searched=not_searched,
        ignored_further=_by_type(further),
        unidentified=tuple(
            UnidentifiedReport(entry.reference, entry.kind, entry.shown)
            for entries in reading.record.unidentified.values()
            for entry in entries
        ),
        answers_unavailable=answers_unavailable,
    )


def _by_type(ignored: Iterable[Ignored]) -> dict[str, int]:
    counts = Counter(one.reference.partition("/")[0] for one in ignored)
    return dict(sorted(counts.items()))


def _trial(trial: Trial, match: TrialMatch | None, look: Outlook, sets: Mapping[str, ValueSet]) -> TrialReport:
    if match is None:
        error = "This trial failed while it was judged; the other trials are not touched."
        return TrialReport(trial.id, trial.ref, trial.title, "not-assessable", (), (), (), None, error=error)
    return TrialReport(
        id=match.trial,
        ref=match.ref,
        title=match.title,
        standing=match.standing,
        arms=tuple(_arm(arm, look.arms.get(arm.id, NONE)) for arm in match.arms),
        criteria=tuple(
            _criterion(judged, look.rows.get(judged.ref, NOTHING_TO_SAY), sets) for judged in match.criteria
        ),
        open=match.open,
        earliest=look.trial.earliest,
        barred_by=match.barred_by,
        barriers=match.barriers,
        possible_from=look.trial.possible_from,
        why_not=why_not_report(look.trial.why_not) if look.trial.why_not else None,
    )


def _arm(arm: ArmMatch, prospect: Prospect) -> ArmReport:
    return ArmReport(
        id=arm.id,
        title=arm.title,
        standing=arm.standing,
        target=arm.target,
        open=arm.open,
        earliest=prospect.earliest,
        barred_by=arm.barred_by,
        barriers=arm.barriers,
        possible_from=prospect.possible_from,
        why_not=why_not_report(prospect.why_not) if prospect.why_not else None,
    )


def _criterion(judged: Judged, look: RowOutlook, sets: Mapping[str, ValueSet]) -> CriterionReport:
    verdict, timing = judged.verdict, look.timing
    return CriterionReport(
        ref=judged.ref,
        arm=judged.arm,
        kind=judged.section,
        statement=judged.statement,
        truth=_TRUTHS[verdict.truth],
        why=verdict.why,
        evidence=tuple(evidence(fact, sets) for fact in with_inputs(verdict.facts)),
        group=judged.group,
        question=judged.question,
        note=verdict.note,
        clears=timing.clears or verdict.clears,
        clears_if=timing.clears_if,
        expires=timing.expires,
        expires_by=timing.expires_by,
        distance=distance_report(look.distance) if look.distance else None,
        change=tuple(new_fact_report(fact) for fact in look.change.facts),
        change_together=look.change.together,
        fixed=look.fixed,
        policy=judged.policy,
        reading=judged.reading,
        source_suspect=judged.source_suspect,
        modifiable=judged.modifiable,
    )


def with_inputs(facts: Iterable[Fact]) -> Iterable[Fact]:
    """Facts, and behind each computed value what it was computed from."""
    for fact in facts:
        yield fact
        if isinstance(fact, Result):
            yield from with_inputs(fact.inputs)


def evidence(fact: Fact, sets: Mapping[str, ValueSet]) -> Evidence:
    """The fact as a report shows it; a moment is shown as its day, a partial date as charted."""
    when = fact.when
    day = None if when is None else when.first.isoformat() if when.first == when.last else when.text
    return Evidence(fact.reference, day, evidence_text(fact, sets))
