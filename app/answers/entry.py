"""Takes answers off the wire: every string, row and number is checked, and no refusal repeats what came in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Literal, NamedTuple

import msgspec

from app.answers.store import Given
from app.library import Library
from app.outcome import Refused
from cds_hooks.request import is_fhir_id
from trials.judge import Trial

MOST_BYTES = 256_000
MOST_ANSWERS = 500
LONGEST_NAME = 100
LONGEST_NOTE = 1_000

_Ref = Annotated[str, msgspec.Meta(max_length=40)]


class AnswerEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person says of one criterion: yes means that its statement holds of the patient."""

    ref: _Ref
    answer: Literal["yes", "no"]
    note: Annotated[str, msgspec.Meta(max_length=LONGEST_NOTE)] | None = None


class AnswersEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Answers of one person about one patient and one trial."""

    patient: Annotated[str, msgspec.Meta(max_length=80)]
    """`Patient/ID`, or the id alone."""
    trial: Annotated[str, msgspec.Meta(max_length=100)]
    by: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]
    """Who answered."""
    answers: Annotated[tuple[AnswerEntry, ...], msgspec.Meta(min_length=1, max_length=MOST_ANSWERS)]
    server: Annotated[str, msgspec.Meta(max_length=500)] | None = None
    """The FHIR server of the patient; default: the one of the direct query, else "direct"."""


class WithdrawalEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who takes an answer back."""

    by: Annotated[str, msgspec.Meta(max_length=LONGEST_NAME)]


class Entry(NamedTuple):
    """A checked entry."""

    patient: str
    server: str | None
    """As the caller wrote it; whether it may be named is the caller's to check."""
    given: tuple[Given, ...]


_FORM = (
    'The body has to be an object with "patient", "trial", "by" and "answers", a list of {"ref", "answer": "yes" or '
    '"no"} with an optional "note".'
)


def read_answers(body: bytes, library: Library, today: date, now: datetime) -> Entry:
    """The answers in a plain JSON body; raises `Refused`."""
    try:
        entry = msgspec.json.decode(body, type=AnswersEntry)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(400, _FORM) from None
    trial = known_trial(entry.trial, library)
    by = name(entry.by)
    given = [Given(trial.id, one.ref, one.answer == "yes", by, today, now, note(one.note)) for one in entry.answers]
    return Entry(patient_id(entry.patient), entry.server, asked(given, trial, "plain"))


def read_withdrawal(body: bytes) -> str:
    """Who withdraws; raises `Refused`."""
    try:
        return name(msgspec.json.decode(body, type=WithdrawalEntry).by)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(400, 'The body has to be an object with "by": who withdraws the answer.') from None


def known_trial(id: str, library: Library) -> Trial:
    """The trial; raises `Refused`."""
    trial = library.trial(id)
    if trial is None:
        raise Refused(400, "trial: there is no trial of that id here; GET /trials lists them.")
    return trial


def asked(given: Sequence[Given], trial: Trial, source: str) -> tuple[Given, ...]:
    """The answers with the questions that they answer; raises `Refused`.

    Each has to be to a row of the trial that a person may answer, and no row has two.
    """
    questions = {row.row.ref: row.question for row in trial.rows}
    seen: set[str] = set()
    for place, one in enumerate(given, 1):
        if one.ref not in questions:
            raise Refused(400, f"Answer {place} names a criterion that the trial does not have.")
        if questions[one.ref] is None:
            raise Refused(400, f"Answer {place} is to a criterion that only the chart or the protocol can answer.")
        if one.ref in seen:
            raise Refused(400, f"Answer {place} is the second one to its criterion.")
        seen.add(one.ref)
    return tuple(one._replace(question=questions[one.ref], source=source) for one in given)


def patient_id(text: str) -> str:
    """The id of a Patient, written with its type or alone; raises `Refused`."""
    id = text.removeprefix("Patient/")
    if not is_fhir_id(id):
        raise Refused(400, "patient has to be the id of a FHIR Patient.")
    return id


def name(text: str) -> str:
    """Who answers or withdraws, as people write a name; raises `Refused`."""
    plain = " ".join(text.split())
    if not plain or not plain.isprintable() or len(plain) > LONGEST_NAME:
        raise Refused(400, f"by has to say who, in at most {LONGEST_NAME} printable characters.")
    return plain


def note(text: str | None) -> str | None:
    """A remark in one line; raises `Refused`."""
    plain = " ".join((text or "").split())
    if not plain.isprintable() or len(plain) > LONGEST_NOTE:
        raise Refused(400, f"note has to be text of at most {LONGEST_NOTE} printable characters.")
    return plain or None
