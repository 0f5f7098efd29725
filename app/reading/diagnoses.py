"""Conditions into diagnoses, one for each value-set name; those that nobody can identify into open questions."""

from typing import Final, Literal

from app.reading.ages import at_age, in_age_range
from app.reading.concepts import Known
from app.reading.reader import Reader, filed, reference_of
from app.reading.shapes import Concept, Condition, concept_in
from app.reading.shown import clean
from app.reading.status import ENTERED_IN_ERROR, codes_of
from trials.record import Diagnosis, Entry, Result
from trials.when import When

REFUTED: Final = "refuted"
CONFIRMED: Final = "confirmed"
ENDS: Final[dict[str, Literal["remission", "resolved", "inactive"]]] = {
    "remission": "remission",
    "resolved": "resolved",
    "inactive": "inactive",
}

RELAPSES: Final = frozenset({"recurrence", "relapse"})

_SEVERITIES: Final[dict[str, Literal["mild", "moderate", "severe"]]] = {
    **dict.fromkeys(("255604002", "mild", "轻度"), "mild"),
    **dict.fromkeys(("6736007", "moderate", "中度"), "moderate"),
    **dict.fromkeys(("24484000", "severe", "重度"), "severe"),
}
"""SNOMED CT's "Mild", "Moderate" and "Severe (severity modifier)", and the words alone."""


def read_condition(condition: Condition, reader: Reader) -> str | None:
    """Files its diagnoses; why it does not count."""
    verification = codes_of(condition.verification_status)
    if ENTERED_IN_ERROR in verification:
        return "entered in error"
    if REFUTED in verification:
        return "refuted"
    known = reader.known("diagnosis", condition.code)
    provisional = bool(verification) and CONFIRMED not in verification
    diagnosis = _diagnosis(condition, known, reader, provisional=provisional)
    for name in known.names:
        filed(reader.facts.diagnoses, name, diagnosis._replace(name=name))
    for name in known.history:
        if name not in known.names:
            filed(reader.facts.diagnoses, name, diagnosis._replace(name=name, history=True))
    if known.hints or not known.is_known:
        _question(condition, known, reader, diagnosis)
    if (known.grades or condition.stage) and not provisional:
        _grades(condition, known, reader)
    return None


def _diagnosis(condition: Condition, known: Known, reader: Reader, *, provisional: bool) -> Diagnosis:
    """Its course, under no name yet."""
    abated, abates = abatement(condition, reader)
    resolved = next((ENDS[code] for code in codes_of(condition.clinical_status) if code in ENDS), None)
    return Diagnosis(
        reference=reference_of(condition),
        name="",
        shown=known.shown,
        onset=onset(condition, reader),
        recorded=reader.dates.when(condition.recorded_date),
        abated=abated,
        ended=resolved is not None or abates,
        resolved=resolved or ("abated" if abates else None),
        provisional=provisional,
        by_name=known.by_name,
        severity=severity(concept_in(condition.severity)),
        relapsed=bool(codes_of(condition.clinical_status) & RELAPSES) and resolved is None and not abates,
    )


def _question(condition: Condition, known: Known, reader: Reader, diagnosis: Diagnosis) -> None:
    shown = known.shown or "a diagnosis without a code or a text"
    entry = Entry(reference_of(condition), "diagnosis", shown, diagnosis.onset or diagnosis.recorded, diagnosis)
    for name in known.hints:
        filed(reader.facts.suspected, name, entry)
    if not known.is_known:
        filed(reader.facts.unidentified, "diagnosis", entry)


def onset(condition: Condition, reader: Reader) -> When | None:
    """When it began, as far as the chart says; words alone say nothing that can be compared."""
    dates = reader.dates
    if condition.onset_date_time is not None:
        return dates.when(condition.onset_date_time)
    if condition.onset_age is not None:
        return at_age(condition.onset_age, condition.onset_age, reader.person, dates)
    if condition.onset_period is not None:
        return dates.within(condition.onset_period)
    return in_age_range(condition.onset_range, reader.person, dates)


def abatement(condition: Condition, reader: Reader) -> tuple[When | None, bool]:
    """When it ended, and whether the chart says that it did."""
    dates = reader.dates
    if condition.abatement_date_time is not None:
        return dates.when(condition.abatement_date_time), True
    if condition.abatement_age is not None:
        return at_age(condition.abatement_age, condition.abatement_age, reader.person, dates), True
    if condition.abatement_period is not None:
        return dates.within(condition.abatement_period), True
    if condition.abatement_range is not None:
        return in_age_range(condition.abatement_range, reader.person, dates), True
    return None, bool(clean(condition.abatement_string))


def severity(concept: Concept | None) -> Literal["mild", "moderate", "severe"] | None:
    """The grade, if it is one of three and only one is given."""
    if concept is None:
        return None
    said = [part for coding in concept.coding or () for part in (coding.code, coding.display)]
    words = [(part or "").strip().lower() for part in (*said, concept.text)]
    found = {_SEVERITIES[word] for word in words if word in _SEVERITIES}
    return found.pop() if len(found) == 1 else None


def _grades(condition: Condition, known: Known, reader: Reader) -> None:
    """Results out of a Condition that is, or has as its stage, a grade of a scale (NYHA)."""
    if codes_of(condition.clinical_status) & ENDS.keys():
        return
    stages = [reader.lexicon.known_concept("diagnosis", stage.summary) for stage in condition.stage or ()]
    for one in (known, *stages):
        for name, grade in one.grades:
            when = reader.dates.when(condition.recorded_date) or onset(condition, reader)
            filed(reader.facts.results, name, Result(reference_of(condition), name, when, one.shown, code=grade))
