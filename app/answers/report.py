"""Kept answers as they are sent: who said what when, until when it counts, and what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

import msgspec

from app.answers.facts import still_asked
from app.answers.store import Kept
from app.library import Library
from trials.answered import until

State = Literal["in-force", "superseded", "expired", "withdrawn", "not-asked"]


class AnswerReport(msgspec.Struct, frozen=True, omit_defaults=True, rename="camel"):
    """One answer. `state` says what became of it: newer ones, the site's policy, a withdrawal, a changed question."""

    id: str
    server: str
    patient: str
    trial: str
    ref: str
    answer: Literal["yes", "no"]
    by: str
    on: date
    until: date
    """The last day on which it decides."""
    state: State
    recorded_at: datetime
    question: str | None = None
    """As it was put."""
    note: str | None = None
    source: str | None = None
    """By which way it came: "plain", "questionnaire-response" or "command-line"."""
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


class AnswerList(msgspec.Struct, frozen=True):
    """Answers in the order of recording."""

    answers: tuple[AnswerReport, ...]


def answer_list(kept: Sequence[Kept], library: Library, today: date) -> AnswerList:
    """Every answer with what became of it; `kept` are all that there are of their rows, so that the newest is known."""
    newest: dict[tuple[str, str], tuple[date, datetime, str]] = {}
    for one in kept:
        row = one.given.trial, one.given.ref
        if one.withdrawn_at is None and one.given.on <= today and still_asked(one, library):
            age = one.given.on, one.given.at
            if row not in newest or age >= newest[row][:2]:
                newest[row] = (*age, one.id)
    current = frozenset(id for *_, id in newest.values())
    return AnswerList(tuple(_report(one, library, today, current) for one in kept))


def _report(kept: Kept, library: Library, today: date, current: frozenset[str]) -> AnswerReport:
    given = kept.given
    return AnswerReport(
        id=kept.id,
        server=kept.subject.server,
        patient=kept.subject.patient,
        trial=given.trial,
        ref=given.ref,
        answer="yes" if given.yes else "no",
        by=given.by,
        on=given.on,
        until=until(given.on, library.policy),
        state=_state(kept, library, today, current),
        recorded_at=kept.recorded_at,
        question=given.question,
        note=given.note,
        source=given.source,
        withdrawn_at=kept.withdrawn_at,
        withdrawn_by=kept.withdrawn_by,
    )


def _state(kept: Kept, library: Library, today: date, current: frozenset[str]) -> State:
    if kept.withdrawn_at is not None:
        return "withdrawn"
    if not still_asked(kept, library):
        return "not-asked"
    if until(kept.given.on, library.policy) < today:
        return "expired"
    return "in-force" if kept.id in current else "superseded"
