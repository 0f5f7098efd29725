"""Takes a FHIR R4 QuestionnaireResponse off the wire: what of it is an answer, who gave it, and when."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec

from app.answers.entry import MOST_ANSWERS, Entry, asked, known_trial, name, patient_id
from app.answers.questionnaire import URL, version
from app.answers.store import Given
from app.library import Library
from app.outcome import Refused
from trials.judge import Trial

DEEPEST = 8
_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2}))?")
_YEARS = range(1900, 2200)
_FORM = "The body is not a FHIR R4 QuestionnaireResponse in JSON."
_MODIFIED = "A modifierExtension may change what an answer means and is not understood here."


class _Typed(msgspec.Struct, frozen=True, rename="camel"):
    resource_type: Any = None


class Reference(msgspec.Struct, frozen=True):
    reference: str | None = None
    display: str | None = None


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    value_boolean: bool | None = None


class Item(msgspec.Struct, frozen=True, rename="camel"):
    link_id: str
    answer: list[Answer] | None = None
    item: list["Item"] | None = None
    modifier_extension: list[Any] | None = None


class QuestionnaireResponse(msgspec.Struct, frozen=True, rename="camel", tag_field="resourceType"):
    """What is read of the resource; texts, metadata and extensions are not."""

    status: str
    questionnaire: str
    subject: Reference
    author: Reference | None = None
    authored: str | None = None
    item: list[Item] | None = None
    modifier_extension: list[Any] | None = None
    implicit_rules: str | None = None


def is_response(body: bytes) -> bool:
    """Whether a body is a FHIR resource, of whatever type, and not our plain one."""
    try:
        return msgspec.json.decode(body, type=_Typed).resource_type is not None
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        return False


def read_response(body: bytes, library: Library, today: date, now: datetime) -> Entry:
    """The answers in a QuestionnaireResponse; raises `Refused`."""
    try:
        response = msgspec.json.decode(body, type=QuestionnaireResponse)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        raise Refused(400, _FORM) from None
    if response.status not in ("completed", "amended"):
        raise Refused(400, "status has to be completed or amended; anything else is no answer yet, or none any more.")
    if response.modifier_extension or response.implicit_rules:
        raise Refused(400, _MODIFIED)
    trial = _trial(response.questionnaire, library)
    patient, server = _subject(response.subject.reference or "")
    by, (on, at) = _author(response.author), _authored(response.authored, today, now)
    given = [Given(trial.id, ref, yes, by, on, at) for ref, yes in _answers(response.item or [], 1)]
    if not 1 <= len(given) <= MOST_ANSWERS:
        raise Refused(400, f"item has to hold 1 to {MOST_ANSWERS} answers.")
    return Entry(patient, server, asked(given, trial, "questionnaire-response"))


def _trial(canonical: str, library: Library) -> Trial:
    url, _, asked_version = canonical.partition("|")
    if not url.startswith(URL):
        raise Refused(400, "questionnaire has to be the url of a Questionnaire of this service (GET /questionnaire).")
    trial = known_trial(url.removeprefix(URL), library)
    if asked_version and asked_version != version(trial):
        raise Refused(409, "The questions of this trial have changed; GET /questionnaire has the new ones.")
    return trial


def _subject(reference: str) -> tuple[str, str | None]:
    """The patient's id and, of an absolute reference, the server."""
    server, mark, id = reference.rpartition("Patient/")
    if not mark or (server and not server.endswith("/")):
        raise Refused(400, "subject has to be a reference to a Patient.")
    return patient_id(id), server.rstrip("/") or None


def _author(author: Reference | None) -> str:
    said = (author.display or author.reference or "") if author else ""
    if not said.strip():
        raise Refused(400, "author has to say who answered, by display or reference.")
    return name(said)


def _authored(text: str | None, today: date, now: datetime) -> tuple[date, datetime]:
    """The day and the moment; without a time of day, its first moment. Now where nothing is said."""
    if text is None:
        return today, now
    try:
        moment = datetime.fromisoformat(text) if _DATE_TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None or moment.year not in _YEARS:
        raise Refused(400, "authored has to be a day, or a moment with its offset.")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # East of the site it may be tomorrow already: such a moment is past, and its day is the site's.
    if moment > now or moment.date() > today + timedelta(days=1):
        raise Refused(400, "authored lies in the future.")
    return min(moment.date(), today), moment


def _answers(items: list[Item], depth: int) -> Iterator[tuple[str, bool]]:
    """Ref and answer of each item that was answered, also inside groups."""
    if depth > DEEPEST:
        raise Refused(400, f"Items stand more than {DEEPEST} deep in each other.")
    for item in items:
        if item.modifier_extension:
            raise Refused(400, _MODIFIED)
        if item.answer:
            if len(item.answer) > 1 or item.answer[0].value_boolean is None:
                raise Refused(400, "Each answer has to be one valueBoolean.")
            yield item.link_id, item.answer[0].value_boolean
        yield from _answers(item.item or [], depth + 1)
