"""Says in plain clinical English how a single test is decided and what leaves it open; knows no groups, no codes."""

from collections.abc import Iterable, Mapping
from typing import Final

from app.means import means
from app.wire.result_words import change_words, open_results, result_words
from mappings.value_set import ValueSet, closure
from trials.language import (
    FUTURE_ANCHORS,
    Age,
    Allergic,
    Asked,
    Done,
    Dose,
    Found,
    HalfLives,
    Immunized,
    Missing,
    Node,
    NotWritten,
    Observed,
    SexIs,
    Took,
    Undefined,
)
from trials.policy import Policy
from trials.when import Span

Sets = Mapping[str, ValueSet]

_COURSES: Final = {
    "ever": "at any time",
    "current": "present now",
    "past": "over by now",
    "relapsed": "whose status says that it came back",
}
_UNDATED: Final = "its day is not known well enough for the window"
_ABSENT: Final = "Where a chart that was searched in full holds none, it does not hold (not found in the chart)."


def decided(test: Node, sets: Sets, policy: Policy) -> str:
    """How the test is decided, in sentences. A kind of test without sentences here is said as `means` says it."""
    match test:
        case Age(years=years):
            span = _years(years.low, years.high)
            return f"Age in completed years at the day of judging, from the date of birth: {span}."
        case SexIs(sex=sex):
            return f"The administrative sex is {sex}."
        case Observed(change=change) if change is not None:
            return change_words(test, change, sets, policy)
        case Observed():
            return result_words(test, sets, policy)
        case Found():
            return _finding(test, sets)
        case Took():
            return _drug(test, sets)
        case Done():
            what = f"A procedure ({_titles(test.names, sets)}){_window(test.within, test.before)}"
            return _settled(what, test.supported, asks=test.absent == "ask") + _later(test.before)
        case Immunized():
            what = f"A vaccine ({_titles(test.names, sets)}) given{_window(test.within, test.before)}"
            return _settled(what, False, asks=False) + _later(test.before)
        case Allergic():
            severe = "A severe allergy" if test.severe else "An allergy or intolerance"
            return _settled(f"{severe} to {_titles(test.names, sets)}", test.supported, asks=False)
        case Asked(shows=shows):
            return f"No chart answers this: a person is asked{_beside(shows, sets)}."
        case Missing():
            return "This part of the protocol is not in our copy: it is open for all, and nobody is called a candidate."
        case Undefined(shows=shows):
            return f"The protocol sets no limit: a person has to say{_beside(shows, sets)}."
        case NotWritten():
            return "This service does not judge it yet: read it in the protocol."
        case _:
            return f"{means(test, sets)}."


def _beside(shows: tuple[str, ...], sets: Sets) -> str:
    return f", who is shown what the chart holds of {_titles(shows, sets)}" if shows else ""


def left_open(test: Node, sets: Sets) -> tuple[str, ...]:
    """What leaves the test open although a chart was searched, each as the end of "open if ..."."""
    match test:
        case Age():
            return ("the date of birth is missing", "too vague to tell")
        case SexIs():
            return ("no administrative sex is recorded",)
        case Observed(change=change) if change is not None:
            ways = ("the two ways to compute the change disagree",) if change.both_ways else ()
            return ("the latest result is missing", "too old", "without an earlier one in that time", *ways)
        case Observed():
            return tuple(open_results(test, sets[test.name]))
        case Found(names=names):
            dated = test.within or test.onset_within or test.onset_before_age or test.at_least_ago or test.cured_for
            firm = ("the diagnosis is only provisional or suspected",) if names else ()
            worded = ("an entry without a known code has a word that points to it",)
            return (*firm, *worded, *((_UNDATED,) if dated else ()))
        case Took():
            return tuple(_open_drugs(test))
        case Done(within=within) | Immunized(within=within):
            return (_UNDATED,) if within else ()
        case Allergic(severe=severe):
            return ("its severity is not recorded",) if severe else ()
        case _:
            return ()


def _years(low: object, high: object) -> str:
    return f"{low} or more" if high is None else f"{low} to {high}, both included"


def _finding(test: Found, sets: Sets) -> str:
    said = []
    apart = f" (not counting {_titles(test.apart_from, sets)})" if test.apart_from else ""
    if test.names:
        severe = "recorded as severe, " if test.severe else ""
        times = f", on at least {test.times} different days" if test.times > 1 else ""
        said.append(
            f"A coded diagnosis of {_titles(test.names, sets)}{apart}, "
            f"{severe}{_course(test, sets)}{times}, decides it."
        )
    if test.supported_by:
        course = f", {_course(test, sets)}," if not test.names else ""
        found = f"A diagnosis of {_titles(test.supported_by, sets)}{apart}{course}"
        said.append(f"{found} supports it and does not prove it: then a person is asked.")
    if test.refuted_by:
        said.append(f"A diagnosis of {_titles(test.refuted_by, sets)} says that it does not hold.")
    if test.currency:
        said.append(f"A code of {test.currency} counts only for a time.")
    said.append("Where the chart holds none, a person is asked." if test.absent == "ask" else _ABSENT)
    return " ".join(said)


def _course(test: Found, sets: Sets) -> str:
    if test.within:
        events = {sets[name].event for name in closure(test.names or test.supported_by, sets)}
        if events == {True}:
            return f"that happened in the last {test.within}"
        return f"of which any part lies in the last {test.within}" + (" (of an event: its day)" if any(events) else "")
    if test.onset_within:
        return f"begun in the last {test.onset_within}"
    if test.onset_before_age:
        return f"begun before the age of {test.onset_before_age} years"
    if test.at_least_ago:
        return f"made at least {test.at_least_ago} ago"
    if test.cured_for:
        return f"ended at least {test.cured_for} ago"
    return _COURSES[test.when]


def _drug(test: Took, sets: Sets) -> str:
    count = f"at least {test.agents} different ingredients of " if test.agents and test.agents > 1 else ""
    count = "one and the same ingredient of " if test.agents == 1 and test.length else count
    apart = f" (not counting {_titles(test.apart_from, sets)})" if test.apart_from else ""
    now = " now" if test.when == "current" and test.within is None else ""
    taken = f"Taken{now}, for the whole body: {count}{_titles(test.names, sets)}{apart}"
    if test.dose is not None:
        taken += f", at a dose of {_dose(test.dose)}"
    taken += f", for at least {test.length}" if test.length else ""
    taken += _window(test.within, test.before) or ("" if now else ", at any time")
    said = [f"{taken}."]
    if test.length:
        said.append("Days of exposure are counted, overlapping ones once.")
    if isinstance(test.within, HalfLives):
        said.append("The time follows from the half-life of the drug at hand.")
    if test.open_list:
        said.append(f"Beyond the list, {_titles(test.open_list, sets)} is for a person.")
    said.append("Where the chart holds none, a person is asked." if test.absent == "ask" else _ABSENT)
    return " ".join(said) + _later(test.before)


def _dose(dose: Dose) -> str:
    low, high, low_open, _ = dose.mg
    sides = [f"{'more than' if low_open else 'at least'} {low}"] if low is not None else []
    sides += [f"at most {high}"] if high is not None else []
    return f"{' and '.join(sides)} mg{'/kg' if dose.per_kg else ''} of prednisone or its equivalent a day"


def _open_drugs(test: Took) -> Iterable[str]:
    if test.length or test.within:
        yield "an order has no end, so that its length is not known"
    if test.dose is not None:
        yield "the daily dose cannot be computed"
        yield from ["no weight is near the dose"] if test.dose.per_kg else []
    if isinstance(test.within, HalfLives):
        yield "the half-life of the drug is not in our table"
    yield "a drug entry cannot be identified"


def _settled(what: str, supported: bool, *, asks: bool) -> str:
    first = f"{what} supports it and does not prove it: then a person is asked." if supported else f"{what} decides it."
    return f"{first} {'Where the chart holds none, a person is asked.' if asks else _ABSENT}"


def _later(before: str) -> str:
    if before not in FUTURE_ANCHORS:
        return ""
    return f" The {before} lies ahead: inside the time the answer is open, and says on which day it clears."


def _window(within: Span | HalfLives | None, before: str) -> str:
    if within is None:
        return ""
    return f" in the last {within}" if before == "today" else f" in the {within} before the {before}"


def _titles(names: Iterable[str], sets: Sets) -> str:
    return " or ".join(sets[name].title for name in names)
