"""What single new fact would turn an open or failing row: in words, and for a machine as kind, value set and limit.

It says what would be enough of a fact, never that it is to be had. Where no fact and no day can, there is none.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from mappings.value_set import ValueSet
from trials.judging.chart import Chart
from trials.judging.compile import compiled
from trials.language import (
    Age,
    AllOf,
    AnyOf,
    Asked,
    AtLeast,
    Beside,
    FirstOf,
    Missing,
    Node,
    Not,
    NotWritten,
    Observed,
    SexIs,
    Undefined,
)
from trials.outlook.new_fact import NewFact, answer
from trials.outlook.new_history import of_history
from trials.outlook.new_results import of_result
from trials.outlook.timing import Timing
from trials.record import PersonAnswer
from trials.truth import Truth, truth_of
from trials.verdict import Verdict, Why
from trials.wording import day_text

Sets = Mapping[str, ValueSet]


class Change(NamedTuple):
    """The facts that would turn a row: any one of them, or all `together`."""

    facts: tuple[NewFact, ...] = ()
    together: bool = False


NOTHING = Change()
"""Neither a day nor a fact turns it: an age that is past, a disease that was had."""

_Judged = Callable[[Node], Verdict]


def change(
    node: Node, want: Truth | None, verdict: Verdict, timing: Timing, question: str | None, chart: Chart, sets: Sets
) -> Change:
    """What would make the row serve, or decide it where neither answer does. A day that comes by itself stands first,
    then data, then a person."""

    def judged(part: Node) -> Verdict:
        return verdict if part is node else compiled(part, sets)(chart)

    said = _contradicted(verdict)
    if said is not None:
        # Only an answer that agrees with the fact ends the contradiction.
        agreeing = question is not None and truth_of(said.yes) is not want
        return Change((answer(question or "", want),)) if agreeing else NOTHING
    found = _turned(node, Truth.TRUE if want is None else want, judged, sets)
    alone = (*_by_time(timing), *(() if found.together else found.facts))
    by_fact = verdict.truth is not Truth.UNKNOWN and verdict.why is not Why.NOT_IN_CHART
    alone = tuple(one for one in alone if one.kind != "answer")
    if question is not None and not by_fact:
        alone = (*alone, answer(question, want))
    return Change(_unlike(alone)) if alone or not found.together else found


def _contradicted(verdict: Verdict) -> PersonAnswer | None:
    """What a person has said that a fact of the chart contradicts."""
    said = (fact for fact in verdict.facts if isinstance(fact, PersonAnswer))
    return next(said, None) if verdict.why is Why.CONFLICT else None


def _by_time(timing: Timing) -> tuple[NewFact, ...]:
    if timing.clears is None:
        return ()
    day = day_text(timing.clears)
    match timing.clears_if:
        case None:
            return (NewFact("time", f"clears by itself on {day}"),)
        case "go-on":
            return (NewFact("time", f"reached on {day} if the treatment goes on"),)
        case "end-today":
            return (NewFact("stop", f"clears on {day} if the treatment ends today"),)


def _turned(node: Node, want: Truth, judged: _Judged, sets: Sets) -> Change:
    """What turns a node, by what turns its parts."""
    match node:
        case Not(part=part):
            return _turned(part, want.negated, judged, sets)
        case AllOf(parts=parts):
            return _of_parts(parts, len(parts), want, judged, sets)
        case AnyOf(parts=parts, open=True) if want is Truth.FALSE:
            return NOTHING
        case AnyOf(parts=parts):
            return _of_parts(parts, 1, want, judged, sets)
        case AtLeast(count=count, parts=parts):
            return _of_parts(parts, count, want, judged, sets)
        case FirstOf(parts=parts):
            return _of_first(parts, want, judged, sets)
        case Beside(part=part, code=code):
            return _of_beside(part, code, want, judged, sets)
        case _:
            return Change(_unlike(_of_test(node, want, judged(node), sets)))


def _of_test(test: Node, want: Truth, verdict: Verdict, sets: Sets) -> Iterable[NewFact]:
    """The facts any one of which would turn a test; none where time, other parts or nothing has to."""
    if verdict.truth is want:
        return ()
    match test:
        case Observed():
            return of_result(test, want, verdict, sets)
        case Age() | SexIs():
            what = "date of birth" if isinstance(test, Age) else "administrative sex"
            return (NewFact("person", f"the {what} of the patient"),) if verdict.truth is Truth.UNKNOWN else ()
        case Asked() | Undefined():
            return (NewFact("answer", "a person's answer", answer="yes" if want is Truth.TRUE else "no"),)
        case Missing() | NotWritten():
            return (NewFact("protocol-text", "the text of the protocol"),)
        case _:
            return of_history(test, want, verdict, sets)


def _of_parts(parts: Sequence[Node], count: int, want: Truth, judged: _Judged, sets: Sets) -> Change:
    """So many parts make it true. One that is still lacking turns it alone; several only together."""
    needed = count if want is Truth.TRUE else len(parts) - count + 1
    lacking = [part for part in parts if judged(part).truth is not want]
    missing = needed - (len(parts) - len(lacking))
    ways = [way for part in lacking if (way := _turned(part, want, judged, sets)).facts]
    if missing <= 0 or len(ways) < missing:
        return NOTHING
    if missing == 1:
        alone = [fact for way in ways if not way.together for fact in way.facts]
        return Change(_unlike(alone)) if alone else ways[0]
    each = (way.facts if way.together else way.facts[:1] for way in ways[:missing])
    return Change(_unlike(fact for facts in each for fact in facts), together=True)


def _of_first(parts: Sequence[Node], want: Truth, judged: _Judged, sets: Sets) -> Change:
    """Tests of one question, in order: up to the one that a fact decides, each may decide in its place."""
    verdicts = [judged(part) for part in parts]
    by_fact = [place for place, one in enumerate(verdicts) if one.truth is not Truth.UNKNOWN and one.why is None]
    upto = by_fact[0] + 1 if by_fact else len(parts)
    ways = [_turned(part, want, judged, sets) for part in parts[:upto] if judged(part).truth is not want]
    alone = [fact for way in ways if not way.together for fact in way.facts]
    return Change(_unlike(alone)) if alone else next((way for way in ways if way.facts), NOTHING)


def _of_beside(part: Node, code: Node, want: Truth, judged: _Judged, sets: Sets) -> Change:
    """A test and a code that says the same: what each of them says against the wanted answer has to go."""
    tested, coded = judged(part), judged(code)
    by_test = _turned(part, want, judged, sets)
    if want is Truth.TRUE or coded.truth is Truth.FALSE:
        return by_test
    by_code = _turned(code, want, judged, sets)
    if tested.truth is Truth.FALSE:
        return by_code
    if not by_test.facts or not by_code.facts:
        return NOTHING
    return Change((by_test.facts[0], by_code.facts[0]), together=True)


def _unlike(facts: Iterable[NewFact]) -> tuple[NewFact, ...]:
    return tuple(dict.fromkeys(facts))
