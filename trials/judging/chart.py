"""What a judge sees: the record, the day, the site's policy, and how silence is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from trials.interval import Interval
from trials.policy import Policy
from trials.record import Diagnosis, Entry, Exposure, Fact, Kind, PersonAnswer, Record
from trials.truth import Truth, all_of
from trials.verdict import Verdict, Why, first, unknown
from trials.when import When

NOTHING = ""
"""No finding at all, as the `only` finding of a chart."""


class Chart(NamedTuple):
    """One patient on one day. With `only`, of all diagnoses just the finding with that reference."""

    record: Record
    today: date
    policy: Policy
    only: str | None = None
    sample: When | None = None
    """When the sample was drawn whose validity is in question."""
    answers: Mapping[str, PersonAnswer] = {}
    """Row ref → what a person said of it, given by the day of judging."""
    contested: frozenset[str] = frozenset()
    """Rows whose answer a fact of the whole chart contradicts, while its findings are tried one by one."""


Counts = Callable[[Chart, Entry], bool]
"""Whether an entry might count for a criterion, if it were what its words hint at."""
Judge = Callable[[Chart], Verdict]


_NOT_FOUND = Verdict(Truth.FALSE, Why.NOT_IN_CHART)
_ASKED = unknown(Why.NEEDS_PERSON)


def seen(chart: Chart, facts: Iterable[Fact]) -> list[Fact]:
    """The facts that are not wholly after the day."""
    return [fact for fact in facts if fact.when is None or fact.when.first <= chart.today]


def silence(
    chart: Chart, kinds: Sequence[Kind], names: Iterable[str], ask: bool, counts: Counts | None = None
) -> Verdict:
    """The answer where no fact of these sets was found: false (`not-in-chart`) if the search was complete and every
    entry could be identified; with `ask`, unknown (`needs-person`) in place of false.

    An entry whose words hint at a set raises no question where `counts` denies that it could count if it were it: a
    cold of last year is no infection of today, whatever it was.
    """
    record = chart.record
    if chart.only and "diagnosis" in kinds:
        return Verdict(Truth.FALSE)
    if not (record.gaps or record.suspected or record.unidentified):
        return _ASKED if ask else _NOT_FOUND
    whys: list[Why] = []
    if any(kind in record.gaps for kind in kinds):
        whys.append(Why.NOT_SEARCHED)
    # The words of a procedure ("excision of a melanoma") raise the question of a diagnosis too.
    suspected = (entry for name in names for entry in record.suspected.get(name, ()))
    hints = seen(chart, (entry for entry in suspected if counts is None or counts(chart, entry)))
    if hints:
        whys.append(Why.NEEDS_PERSON)
    lost = seen(chart, (entry for kind in kinds for entry in record.unidentified.get(kind, ())))
    if lost:
        whys.append(Why.NO_DATA)
    if ask:
        whys.append(Why.NEEDS_PERSON)
    reason = first(whys)
    if reason is not None:
        return unknown(reason, *dict.fromkeys(hints + lost))
    return _NOT_FOUND


def found(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Facts without repeats of one resource, in order: one drug or diagnosis stands under several names."""
    listed = tuple(facts)
    if len(listed) < 2:
        return listed
    by_reference: dict[tuple[str, str], Fact] = {}
    for fact in listed:
        detail = fact.ingredient if isinstance(fact, Exposure) else ""
        by_reference.setdefault((fact.reference, detail), fact)
    return tuple(by_reference.values())


def diagnoses(chart: Chart, names: Iterable[str]) -> list[Diagnosis]:
    """The diagnoses of these sets that are not wholly in the future; one finding alone where the chart is narrowed."""
    facts = found(fact for name in names for fact in chart.record.diagnoses.get(name, ()))
    return [
        fact
        for fact in facts
        if isinstance(fact, Diagnosis)
        and (chart.only is None or fact.reference == chart.only)
        and (fact.when is None or fact.when.first <= chart.today)
    ]


def back(chart: Chart, start: date) -> Interval[date]:
    """The days from `start` to the day of judging, both included."""
    return Interval(start, chart.today)


def concluded(verdicts: Sequence[Verdict], silent: Verdict) -> Verdict:
    """One answer of several facts that are alternatives: a true one decides, then the first reason of an unknown one,
    then what silence says of the rest; only where silence is a plain no do facts that refute decide."""
    if not verdicts:
        return silent
    true = [verdict for verdict in verdicts if verdict.truth is Truth.TRUE]
    if true:
        return Verdict(Truth.TRUE, None, _facts(true))
    undecided = [verdict for verdict in verdicts if verdict.truth is Truth.UNKNOWN]
    if silent.truth is Truth.UNKNOWN and silent.why in (Why.NOT_SEARCHED, Why.NEEDS_PERSON, Why.NO_DATA):
        undecided.append(silent)
    reason = first([verdict.why for verdict in undecided if verdict.why])
    if reason is not None:
        clears = [verdict.clears for verdict in undecided if verdict.clears]
        # A person who is asked sees what the chart does hold, although it does not suffice.
        facts = _facts(undecided) or _facts(verdicts)
        notes = [verdict.note for verdict in undecided if verdict.note]
        return Verdict(Truth.UNKNOWN, reason, facts, max(clears, default=None), notes[0] if notes else None)
    return Verdict(Truth.FALSE, None, _facts(verdicts))


def conjoined(verdicts: Sequence[Verdict]) -> Verdict:
    """One answer of several that all have to hold: the least truth, with its first reason and its facts."""
    truth = all_of(verdict.truth for verdict in verdicts)
    made = [verdict for verdict in verdicts if verdict.truth is truth]
    return Verdict(truth, first([verdict.why for verdict in made if verdict.why]), _facts(made))


def _facts(verdicts: Iterable[Verdict]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for verdict in verdicts for fact in verdict.facts))
