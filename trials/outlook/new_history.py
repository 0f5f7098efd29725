"""New facts that would turn a test of the history: diagnoses, drugs, procedures, vaccines and allergies."""

from collections.abc import Iterable, Iterator, Mapping

from mappings.value_set import ValueSet
from trials.language import Allergic, Done, Found, Immunized, Node, Took
from trials.outlook.new_fact import NewFact, of_resource
from trials.record import Diagnosis, Entry, Exposure, Fact
from trials.truth import Truth
from trials.verdict import Verdict, Why

Sets = Mapping[str, ValueSet]


def of_history(test: Node, want: Truth, verdict: Verdict, sets: Sets) -> Iterator[NewFact]:
    """The facts any one of which would turn the test. What only time ends is left to time, what was is never undone."""
    if verdict.truth is Truth.UNKNOWN and verdict.why is not None:
        yield from _of_reason(test, verdict.why, verdict.facts, sets)
    if isinstance(test, Found) and test.cured_for is not None:
        yield from _ends(verdict.facts) if want is Truth.TRUE else ()
    elif want is Truth.TRUE:
        yield from _wanted(test, sets)
    elif verdict.truth is Truth.TRUE:
        yield from _ended(test, verdict.facts)


def _of_reason(test: Node, why: Why, facts: Iterable[Fact], sets: Sets) -> Iterator[NewFact]:
    about = next(iter(facts), None)
    match why:
        case Why.NOT_SEARCHED:
            yield NewFact("search", f"a complete search of the chart for {_titles(test, sets)}", _names(test))
        case Why.IMPRECISE | Why.STALE if about is not None:
            yield of_resource("date", "the exact dates of what was found", about)
        case Why.NO_DATA if isinstance(about, Entry):
            yield of_resource("identity", "what an entry without a readable code stands for", about)
        case Why.NEEDS_PERSON | Why.CONFLICT:
            yield NewFact("answer", "a person's answer")
        case _:
            return


def _wanted(test: Node, sets: Sets) -> Iterator[NewFact]:
    """What has to be found."""
    titles, names = _titles(test, sets), _names(test)
    match test:
        case Found(names=()):
            return
        case Found():
            severe = "severe " if test.severe else ""
            yield NewFact("diagnosis", f"a coded {severe}diagnosis of {titles}", names)
        case Took():
            how = f" for {test.length}" if test.length else ""
            number = f"{test.agents} of " if test.agents else ""
            yield NewFact("medication", f"treatment with {number}{titles}{how} in the chart", names)
        case Done():
            if not test.supported:
                yield NewFact("procedure", f"{titles} in the chart", names)
        case Immunized():
            yield NewFact("immunization", f"{titles} in the chart", names)
        case _:
            return


def _ended(test: Node, facts: Iterable[Fact]) -> Iterator[NewFact]:
    """What has to end, where an end would help: a disease that is judged as it is now, a drug that is taken now."""
    match test:
        case Found(when="current"):
            yield from _ends(facts)
        case Found(within=span) if span is not None:
            yield from _ends(facts)
        case Took(when="current", within=None, length=None, dose=None):
            for fact in facts:
                if isinstance(fact, Exposure) and fact.ongoing:
                    yield of_resource("stop", f"that {fact.shown} was stopped", fact)
        case _:
            return


def _ends(facts: Iterable[Fact]) -> Iterator[NewFact]:
    for fact in facts:
        if isinstance(fact, Diagnosis) and not fact.ended:
            yield of_resource("end-of-diagnosis", f"that {fact.shown} has ended, with the day", fact)


def _names(test: Node) -> tuple[str, ...]:
    if isinstance(test, Found | Took | Done | Immunized | Allergic):
        return test.names or (test.supported_by if isinstance(test, Found) else ())
    return ()


def _titles(test: Node, sets: Sets) -> str:
    return " or ".join(sets[name].title for name in _names(test))
