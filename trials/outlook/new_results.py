"""New results that would turn a test: what they have to show, and what a result at hand lacks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.derived import INPUTS
from trials.language import Change, Observed, Pick
from trials.outlook.new_fact import NewFact, of_resource
from trials.record import Result
from trials.truth import Truth
from trials.verdict import Verdict, Why
from trials.wording import limit_text, number_text, outside_text, unit_text

Sets = Mapping[str, ValueSet]


def of_result(test: Observed, want: Truth, verdict: Verdict, sets: Sets) -> Iterator[NewFact]:
    """A new result; of one at hand, its unit, its range or its date."""
    about = next((fact for fact in verdict.facts if isinstance(fact, Result)), None)
    title = sets[test.name].title
    if verdict.truth is Truth.UNKNOWN and verdict.why is not None:
        yield from _of_reason(verdict.why, title, about, sets)
    if (
        test.after
        and verdict.truth is Truth.UNKNOWN
        and verdict.note
        and "course" in verdict.note.removeprefix(_NONE_YET)
    ):
        titles = " or ".join(sets[name].title for name in test.after)
        yield NewFact("date", f"when the first course of {titles} ended", test.after)
    elif verdict.why is not Why.NOT_SEARCHED and _helps(test, want, verdict):
        yield new_result(test, want, sets)
    for name in INPUTS.get(test.name, ()):
        # A remark names the input that was missed first.
        if verdict.note and sets[name].title.casefold() in verdict.note.casefold():
            yield NewFact("result", f"a usable {sets[name].title}, from which it is computed", (name,))


def _of_reason(why: Why, title: str, about: Result | None, sets: Sets) -> Iterator[NewFact]:
    """What an undecided result lacks."""
    match why:
        case Why.NOT_SEARCHED:
            yield NewFact("search", f"a complete search of the chart for {title}")
        case Why.NEEDS_PERSON:
            yield NewFact("answer", "a person's answer")
        case Why.UNIT if about is not None:
            yield of_resource("unit", f"the unit of the {title}", about)
        case Why.NO_REFERENCE_RANGE if about is not None:
            yield of_resource("reference-range", f"the normal range of the {title}", about)
        case Why.IMPRECISE if about is not None and about.when is None:
            yield of_resource("date", f"the date of the {title}", about)
        case _:
            return


_NONE_YET = "no result after the course"
"""The remark on a course whose end is known."""
_ONE_DECIDES: Mapping[Pick, Truth] = {"any": Truth.TRUE, "all": Truth.FALSE}


def _helps(test: Observed, want: Truth, verdict: Verdict) -> bool:
    """Whether one more result can turn it: the latest always, of several in a window only the one that decides."""
    if test.confirmed_by and want is Truth.FALSE and (verdict.truth is Truth.TRUE or verdict.why is Why.CONFLICT):
        # A confirming test that now denies contradicts what was positive: that is for a person.
        return False
    if verdict.why in (Why.NO_DATA, Why.STALE) or test.pick == "latest":
        return True
    if test.pick in ("ever", "recent"):
        return want is Truth.TRUE and verdict.why is not Why.CONFLICT and test.answer == "positive"
    if test.pick in _ONE_DECIDES:
        return _ONE_DECIDES[test.pick] is want or (verdict.truth is Truth.UNKNOWN and bool(test.after))
    assert test.bound is not None
    sides = test.bound.interval.low is not None, test.bound.interval.high is not None
    by_low, by_high = (Truth.FALSE, Truth.TRUE) if test.pick == "lowest" else (Truth.TRUE, Truth.FALSE)
    return (sides == (True, False) and by_low is want) or (sides == (False, True) and by_high is want)


def new_result(test: Observed, want: Truth, sets: Sets) -> NewFact:
    """A new result that turns the test."""
    value_set = sets[test.name]
    test = _past_the_limit(test) if test.exact_unknown is not None else test
    where = f" within {test.within}" if test.within else ""
    air = " on room air" if test.on_room_air else ""
    said = _shown(test, want, value_set)
    beyond = test.bound is not None and want is Truth.FALSE
    named = tuple(name for name in (test.confirmed_by or test.name,) if name)
    title = sets[named[0]].title
    beside = " beside an earlier one" if test.change is not None else ""
    course = f" after the first course of {' or '.join(sets[name].title for name in test.after)}" if test.after else ""
    text = f"a new {title}{air}{where}{beside}{course}: {said}"
    codes, other_than = (test.codes, ()) if want is Truth.TRUE else ((), test.codes)
    return NewFact("result", text, named, test.bound, beyond, _answer(test, want), codes, other_than)


def _past_the_limit(test: Observed) -> Observed:
    """The test without the limit itself, which is for a person."""
    assert test.bound is not None
    low, high = test.bound.interval[:2]
    return replace(test, bound=replace(test.bound, interval=Interval(low, high, low is not None, high is not None)))


def _shown(test: Observed, want: Truth, value_set: ValueSet) -> str:
    yes = want is Truth.TRUE
    if test.bound is not None:
        limit = limit_text(test.bound, value_set) if yes else outside_text(test.bound, value_set)
        return f"{limit}, with its normal range" if test.bound.times else limit
    if test.codes:
        organs = f" in {test.components} organs or more" if test.components else ""
        return f"{'' if yes else 'not '}{' or '.join(test.codes)}{organs}"
    if test.change is not None:
        return f"{'' if yes else 'not '}{_change_text(test.change, value_set)}"
    return _answer(test, want) or ""


def _answer(test: Observed, want: Truth) -> str | None:
    if test.answer is None or test.answer == "indeterminate":
        return test.answer
    opposite = {"positive": "negative", "negative": "positive", "detected": "not detected"}
    return test.answer if want is Truth.TRUE else opposite[test.answer]


def _change_text(change: Change, value_set: ValueSet) -> str:
    unit = "%" if change.relative else unit_text(value_set)
    least = change.least * 100 if change.relative else change.least
    amount = f"{number_text(least)} {unit}".strip()
    return f"a {change.direction} of {'more than' if change.strict else 'at least'} {amount}"
