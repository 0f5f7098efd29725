"""What FHIR has no place for in a criterion of ours, each in a sentence; an export lists them all."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from mappings.value_set import ValueSet
from trials.judging.derived import INPUTS
from trials.language import (
    FUTURE_ANCHORS,
    Age,
    Allergic,
    AllOf,
    AnyOf,
    Aside,
    Asked,
    Beside,
    Done,
    Except,
    FirstOf,
    Found,
    Gated,
    HalfLives,
    Immunized,
    Missing,
    Node,
    NotWritten,
    Observed,
    Sampled,
    SexIs,
    Took,
    Undefined,
)

Sets = Mapping[str, ValueSet]


class Loss(NamedTuple):
    """What was not said, and of which rows; of the whole trial where there is none."""

    refs: tuple[str, ...]
    text: str


EVERYWHERE: Final = (
    "A criterion may be open as well as met or not met: what is missing, too old, contradictory or for a person is "
    "open. The format knows two answers.",
    "Of several results the most recent that counts decides unless a row says otherwise, and how old it may be is the "
    "site's policy where the protocol is silent. The format has no place for either.",
    "That nothing was found means no only for diagnoses, drugs, procedures, vaccines and allergies of a chart that was "
    "searched in full; for results it is open.",
)
"""Of every trial with criteria."""

_PICKS: Final = {
    "recent": "That the most recent result decides and a fresh positive one beside it contradicts it",
    "lowest": "That the lowest result decides",
    "highest": "That the highest result decides",
    "any": "That one result of any age inside the window is enough",
    "all": "That every result has to be so",
    "ever": "That an earlier positive result contradicts a later negative one",
}


def lost_of(test: Node, sets: Sets, *, offsets: bool) -> Iterator[str]:
    """What of a single test is not said; `offsets`: whether the format can refer to a normal limit."""
    match test:
        case Age(years=years):
            if years.high is not None:
                yield f"Completed years: {years.high} lasts until the day before the next birthday"
        case Observed():
            yield from _of_result(test, sets, offsets=offsets)
        case Found():
            yield from _of_finding(test, sets)
        case Took():
            yield from _of_drug(test, sets)
        case Done():
            yield from _supported(test.supported)
            yield from _asked(test.absent)
            yield from _ahead(test.before)
        case Immunized():
            yield from _ahead(test.before)
        case Allergic():
            yield from ["That the allergy is severe is said in words only"] if test.severe else []
            yield from _supported(test.supported)
        case Asked(shows=shows):
            yield "Judged by a person: no data decide it"
            yield from [f"What is shown beside the question: {_titles(shows, sets)}"] if shows else []
        case Missing():
            yield "The text is not in our copy of the protocol: it stays open for everybody"
        case Undefined(shows=shows):
            yield "The protocol sets no limit: a person decides"
            yield from [f"What is shown beside the question: {_titles(shows, sets)}"] if shows else []
        case NotWritten():
            yield "Not judged by this service yet"
        case SexIs():
            return
        case _:
            yield "How it is decided"


def lost_in(node: Node) -> str | None:
    """What of a combination is not said where all of, any of, at least and exclude are there."""
    match node:
        case AllOf(but=but) if but:
            return f"That a person is asked only where {but} of the parts fails"
        case AnyOf(waiver=True):
            return "The waiver is said as an alternative; that the whole is open while its cause is open is not"
        case AnyOf(open=True):
            return "That the parts are examples, so that none of them being so leaves it open"
        case FirstOf():
            return "Tests of one question are said as alternatives; that the first that decides prevails is not"
        case Beside():
            return "Test and code are said as alternatives; that a contradiction between them is open is not"
        case Except():
            return "The exception is said of the patient; that each finding is tried alone against it is not"
        case Sampled():
            return "The sample's condition is said as a further part; that the result else decides nothing is not"
        case Aside():
            return "That some rows are only named beside the criterion, are reported and decide nothing"
        case Gated():
            return "Whom it concerns is said as an alternative; that it is not applicable to others is not"
        case _:
            return None


def _of_result(test: Observed, sets: Sets, *, offsets: bool) -> Iterator[str]:
    if test.change is not None:
        yield "A change against earlier results is said in words only"
    if test.bound is not None and test.bound.times is not None:
        limit = "upper" if test.bound.times == "ULN" else "lower"
        at_limit = {test.bound.interval.low, test.bound.interval.high} == {None, 1}
        if not (offsets and at_limit):
            sign = f"{{{test.bound.times}}}"
            yield f"A multiple of the result's own {limit} limit of normal: a number annotated {sign} stands for it"
    if test.pick in _PICKS:
        yield _PICKS[test.pick]
    if test.exact_unknown is not None:
        yield f"That a value exactly on the limit is for a person ({test.exact_unknown})"
    if test.components is not None:
        yield f"That {test.components} organs have to be so"
    if test.after:
        yield f"That only results after the first course of {_titles(test.after, sets)} count"
    if test.number_never:
        yield "That only the laboratory's own answer counts, no number"
    if test.number_asks:
        yield "That a number without the laboratory's own reading is for a person"
    if test.on_room_air:
        yield "That room air is assumed where nothing of that day says oxygen"
    if test.in_place:
        yield f"That {sets[test.in_place].title}, where negative, takes its place"
    if test.confirmed_by:
        yield f"That {sets[test.confirmed_by].title} confirms or denies it"
    if test.name in INPUTS:
        inputs = ", ".join(sets[name].title for name in INPUTS[test.name])
        yield f"That it is computed where it is not reported ({inputs})"


def _of_finding(test: Found, sets: Sets) -> Iterator[str]:
    if test.when in ("past", "relapsed"):
        yield "That it is over" if test.when == "past" else "That its clinical status says that it came back"
    if test.onset_before_age:
        yield f"That it began before the age of {test.onset_before_age} years"
    if test.onset_within:
        yield "That the onset decides, not any part of the course"
    if test.apart_from:
        yield f"That findings of {_titles(test.apart_from, sets)} do not count here"
    if test.cured_for:
        yield "That the time is counted from the end of the disease"
    if test.severe:
        yield "That the severity is recorded is said in words only"
    if test.times > 1:
        yield "That the findings lie on different days"
    if test.supported_by:
        yield f"A diagnosis ({_titles(test.supported_by, sets)}) that supports it and proves nothing: a person decides"
    if test.currency:
        yield f"That a code of {test.currency} counts only for a time (the site's policy)"
    yield from _asked(test.absent)


def _of_drug(test: Took, sets: Sets) -> Iterator[str]:
    yield "That only systemic forms count"
    if isinstance(test.within, HalfLives):
        yield f"A window of {test.within} of the drug at hand"
    if test.length:
        yield "That days of exposure are added up over orders, overlapping ones once"
    if test.dose is not None:
        weight = "/kg" if test.dose.per_kg else ""
        yield f"A daily dose in mg{weight} of prednisone or its equivalent"
    if test.agents is not None:
        yield f"That {test.agents} different ingredient{'s' * (test.agents > 1)} have to be so, each alone"
    if test.open_list:
        yield f"That another drug of {_titles(test.open_list, sets)} is for a person"
    if test.apart_from:
        yield f"That {_titles(test.apart_from, sets)} does not count here"
    yield from _asked(test.absent)
    yield from _ahead(test.before)


def _supported(supported: bool) -> Iterable[str]:
    return ["Its presence supports the statement and proves nothing: a person decides"] if supported else []


def _asked(absent: str) -> Iterable[str]:
    return ["That a person is asked where the chart holds none"] if absent == "ask" else []


def _ahead(before: str) -> Iterable[str]:
    if before not in FUTURE_ANCHORS:
        return []
    return [f"The {before} lies ahead: inside the time it is open and clears on a day, and bars nobody"]


def _titles(names: Iterable[str], sets: Sets) -> str:
    return " or ".join(sets[name].title for name in names)
