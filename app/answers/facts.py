"""Kept answers as facts that judging understands."""

from collections.abc import Iterable

from app.answers.store import Kept
from app.library import Library
from app.matching import Answers
from trials.answered import until
from trials.policy import Policy
from trials.record import PersonAnswer
from trials.when import When


def facts(kept: Iterable[Kept], library: Library) -> Answers:
    """Trial id → the answers that still stand, in the order of recording."""
    found: dict[str, list[PersonAnswer]] = {}
    for one in kept:
        if one.withdrawn_at is None and still_asked(one, library):
            found.setdefault(one.given.trial, []).append(fact(one, library.policy))
    return found


def still_asked(kept: Kept, library: Library) -> bool:
    """Whether the trial asks the row of a person, and as it did when this was answered."""
    trial = library.trial(kept.given.trial)
    question = next((row.question for row in trial.rows if row.row.ref == kept.given.ref), None) if trial else None
    return question is not None and kept.given.question in (None, question)


def fact(kept: Kept, policy: Policy) -> PersonAnswer:
    """One answer as it stands in evidence."""
    given = kept.given
    moment = given.at.timestamp()
    when = When(given.on, given.on, moment, moment, given.on.isoformat())
    return PersonAnswer(f"answers/{kept.id}", given.ref, given.yes, given.by, when, until(given.on, policy), given.note)
