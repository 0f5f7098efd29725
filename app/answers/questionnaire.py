"""The open questions of one patient and one trial as a FHIR R4 Questionnaire; the chart stands beside each."""

import hashlib
from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from app.report import CriterionReport, TrialReport
from app.table import evidence_line
from trials.judge import Trial
from trials.policy import Policy
from trials.wording import REASONS

URL = "urn:trialhook:questionnaire:"
"""Before a trial's id: the canonical address of its questions."""
_MOST_EVIDENCE = 5


class Shown(msgspec.Struct, frozen=True, rename="camel"):
    """Text beside a question."""

    link_id: str
    text: str
    type: Literal["display"] = "display"


class Question(msgspec.Struct, frozen=True, rename="camel"):
    """One question; `linkId` is the criterion's ref, and yes means that its statement holds."""

    link_id: str
    prefix: str
    text: str
    item: tuple[Shown, ...]
    type: Literal["boolean"] = "boolean"
    required: bool = False


class Questionnaire(msgspec.Struct, frozen=True, omit_defaults=False, rename="camel"):
    """FHIR R4 Questionnaire as it is sent. It is about one patient: no cache may keep it."""

    resource_type: Literal["Questionnaire"]
    url: str
    version: str
    name: str
    title: str
    status: Literal["active"]
    subject_type: tuple[str, ...]
    date: date
    description: str
    item: tuple[Question, ...] | msgspec.UnsetType = msgspec.UNSET


def version(trial: Trial) -> str:
    """Changes with every change of a question or a statement, and with nothing else."""
    said = "\n".join(f"{row.row.ref}\t{row.question}\t{row.row.statement}" for row in trial.rows)
    return hashlib.sha256(said.encode()).hexdigest()[:12]


def questionnaire(
    trial: Trial, report: TrialReport, policy: Policy, today: date, *, unavailable: bool = False
) -> Questionnaire:
    """The questions that are open for the patient of the report; `unavailable` are the answers that there may be."""
    items = tuple(_question(one) for one in open_questions(report))
    return Questionnaire(
        resource_type="Questionnaire",
        url=f"{URL}{trial.id}",
        version=version(trial),
        name=f"OpenQuestions{trial.ref}",
        title=f"Open questions: {trial.title}",
        status="active",
        subject_type=("Patient",),
        date=today,
        description=(
            "Yes means that the statement holds of this patient, for exclusions too. An answer counts for "
            f"{policy.answer_days} days (site policy) and overrules no fact of the chart."
            + (" Earlier answers could not be read just now, and may be asked for again." if unavailable else "")
        ),
        item=items or msgspec.UNSET,
    )


def open_questions(report: TrialReport) -> Iterable[CriterionReport]:
    """What a person could decide now: open rows, and rows that bar only because nothing was found in the chart."""
    arms = {arm.id for arm in report.arms if arm.target != "absent"}
    barriers = {*report.barriers, *(ref for arm in report.arms for ref in arm.barriers)}
    for one in report.criteria:
        if one.question is None or (one.arm is not None and one.arm not in arms):
            continue
        if one.truth == "unknown" or (one.why == "not-in-chart" and one.ref in barriers):
            yield one


def _question(one: CriterionReport) -> Question:
    beside = [Shown(f"{one.ref}.chart", _chart(one))]
    if one.kind == "exclusion":
        beside.append(Shown(f"{one.ref}.kind", "An exclusion criterion: yes speaks against taking part."))
    return Question(one.ref, one.ref, one.question or one.statement, tuple(beside))


def _chart(one: CriterionReport) -> str:
    """What is known: the evidence, and why it decides nothing."""
    found = [evidence_line(evidence) for evidence in one.evidence[:_MOST_EVIDENCE]]
    if len(one.evidence) > _MOST_EVIDENCE:
        found.append(f"and {len(one.evidence) - _MOST_EVIDENCE} more")
    reason = REASONS[one.why] if one.why else "open"
    said = one.note or reason
    return f"In the chart: {'; '.join(found)} ({said})." if found else f"Nothing in the chart decides it: {said}."
