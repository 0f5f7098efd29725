"""A definition's groups above the rows: their truth, what bars, and the smallest set of open rows that could decide.

Plans are made once; running one judges every row of the group and combines their truths.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from trials.answered import answered, narrowed_to_parts
from trials.asking import question
from trials.judging.chart import NOTHING, Chart, Judge, diagnoses
from trials.judging.compile import Sets, compiled
from trials.language import AllOf, AnyOf, Aside, AtLeast, Except, Found, Gated, Node, Not, Sampled
from trials.match import Section
from trials.record import Result
from trials.tree import rows, tests
from trials.truth import Truth, all_of, any_of, at_least
from trials.verdict import Verdict, Why

_GRANTED = (Why.TEXT_MISSING, Why.NOT_WRITTEN)
_MOST_TRIED = 12
"""Rows of one exception among which the fewest are looked for."""
Verdicts = dict[str, Verdict]
"""Row ref → what the chart says of it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One node of a judged group."""

    truth: Truth
    ref: str | None = None
    """The row it is; `None` for a combination, and for a test that only gates."""
    why: Why | None = None
    parts: tuple["Outcome", ...] = ()
    count: int = 0
    """So many of the parts make it true: all of them, one, or the count of "at least"."""
    negative: bool = False
    """True where its one part is false."""
    by_finding: bool = False
    """Its parts are the same rows, once for each finding: an answer speaks of all of them."""


Plan = Callable[[Chart, Verdicts], Outcome]


def planned(node: Node, sets: Sets, section: Section) -> Plan:
    """The plan of a group's node."""
    if node.row is not None:
        return _row(node.row.ref, compiled(node, sets), answerable=question(node) is not None)
    match node:
        case AllOf(but=but, but_row=but_row) if but and but_row is not None:
            return _all_but(but, [planned(part, sets, section) for part in node.parts], planned(but_row, sets, section))
        case AllOf():
            return _counted(None, [planned(part, sets, section) for part in node.parts])
        case AnyOf():
            return _counted(1, [planned(part, sets, section) for part in node.parts])
        case AtLeast():
            return _counted(node.count, [planned(part, sets, section) for part in node.parts])
        case Not():
            return _not(planned(node.part, sets, section))
        case Except():
            plans = planned(node.part, sets, section), planned(node.carve, sets, section)
            return _except(*plans, _finding_names(node.part))
        case Sampled():
            return _sampled(node, sets, section)
        case Aside():
            besides = [planned(part, sets, section) for part in node.beside]
            return _aside(planned(node.part, sets, section), besides)
        case Gated():
            gated_rows = [found.row.ref for found in rows(node.part) if found.row]
            return _gated(planned(node.part, sets, section), planned(node.gate, sets, section), gated_rows, section)
        case _:
            judge = compiled(node, sets)
            return lambda chart, _: _leaf(judge(chart))


def _leaf(verdict: Verdict, ref: str | None = None) -> Outcome:
    return Outcome(verdict.truth, ref, verdict.why)


def _row(ref: str, judge: Judge, *, answerable: bool) -> Plan:
    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        verdict = judge(chart)
        if answerable and ref in chart.answers:
            verdict = answered(verdict, chart.answers[ref], chart)
        verdicts[ref] = verdict
        return _leaf(verdict, ref)

    return plan


def _counted(count: int | None, plans: Sequence[Plan]) -> Plan:
    needed = len(plans) if count is None else count

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        parts = tuple(part(chart, verdicts) for part in plans)
        truths = [part.truth for part in parts]
        truth = all_of(truths) if needed == len(parts) else any_of(truths) if needed == 1 else at_least(needed, truths)
        return Outcome(truth, parts=parts, count=needed)

    return plan


def _all_but(but: int, plans: Sequence[Plan], accepted: Plan) -> Plan:
    """All parts, or all but `but` of them and a person accepts it."""

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        parts = tuple(part(chart, verdicts) for part in plans)
        person = accepted(chart, verdicts)
        truths = [part.truth for part in parts]
        whole = Outcome(all_of(truths), parts=parts, count=len(parts))
        most = Outcome(at_least(len(parts) - but, truths), parts=parts, count=len(parts) - but)
        nearly = Outcome(all_of([most.truth, person.truth]), parts=(most, person), count=2)
        return Outcome(any_of([whole.truth, nearly.truth]), parts=(whole, nearly), count=1)

    return plan


def _not(inner: Plan) -> Plan:
    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        part = inner(chart, verdicts)
        return Outcome(part.truth.negated, parts=(part,), negative=True)

    return plan


def _except(inner: Plan, carve: Plan, names: Sequence[str]) -> Plan:
    """A carve-out removes findings, not the patient: each finding is tried alone against the exceptions.

    So is the chart without any of them: what was not found for certain (an unmapped entry, a search that fell short)
    is a finding that no exception removes.
    """

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        part, carved = inner(chart, verdicts), carve(chart, verdicts)
        if part.truth is Truth.FALSE or chart.only is not None:
            return _uncarved(part, carved)
        references = dict.fromkeys(finding.reference for finding in diagnoses(chart, names))
        parts = narrowed_to_parts(chart, verdicts)
        return _any_of(alone(parts._replace(only=reference)) for reference in (*references, NOTHING))

    def alone(chart: Chart) -> Outcome:
        narrowed = _uncarved(inner(chart, {}), carve(chart, {}))
        # What holds in spite of its exceptions holds by its findings alone: no exception is a barrier.
        return narrowed.parts[0] if narrowed.truth is Truth.TRUE else narrowed

    return plan


def _uncarved(part: Outcome, carved: Outcome) -> Outcome:
    kept = Outcome(carved.truth.negated, parts=(carved,), negative=True)
    return Outcome(all_of([part.truth, kept.truth]), parts=(part, kept), count=2)


def _any_of(outcomes: Iterable[Outcome]) -> Outcome:
    parts = tuple(outcomes)
    return Outcome(any_of(part.truth for part in parts), parts=parts, count=1, by_finding=True)


def _finding_names(node: Node) -> tuple[str, ...]:
    """The sets whose diagnoses are findings of the node."""
    found = (test.names + test.supported_by for test in tests(node) if isinstance(test, Found))
    return tuple(dict.fromkeys(name for names in found for name in names))


def _sampled(node: Sampled, sets: Sets, section: Section) -> Plan:
    """A result whose sample is not valid, or may not be, decides nothing; nobody is barred by it."""
    inner, valid = planned(node.part, sets, section), planned(node.valid, sets, section)

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        own: Verdicts = {}
        part = inner(chart, own)
        verdicts.update(own)
        drawn = [f.when for verdict in own.values() for f in verdict.facts if isinstance(f, Result) and f.when]
        sample = max(drawn, key=lambda when: when.latest, default=None)
        counts = valid(chart._replace(sample=sample), verdicts)
        truth = part.truth if counts.truth is Truth.TRUE else Truth.UNKNOWN
        return Outcome(truth, parts=(part, counts), count=2)

    return plan


def _aside(inner: Plan, besides: Sequence[Plan]) -> Plan:
    """The criterion alone decides; what stands beside it is only judged."""

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        for beside in besides:
            beside(chart, verdicts)
        return inner(chart, verdicts)

    return plan


def _gated(inner: Plan, gate: Plan, gated_rows: Sequence[str], section: Section) -> Plan:
    harmless = Truth.TRUE if section == "inclusion" else Truth.FALSE

    def plan(chart: Chart, verdicts: Verdicts) -> Outcome:
        applies = gate(chart, verdicts)
        part = inner(chart, verdicts)
        if applies.truth is Truth.FALSE:
            facts = verdicts[applies.ref].facts if applies.ref else ()
            for ref in gated_rows:
                verdicts[ref] = Verdict(harmless, Why.NOT_APPLICABLE, facts)
            return Outcome(harmless, why=Why.NOT_APPLICABLE)
        if section == "exclusion":
            return Outcome(all_of([applies.truth, part.truth]), parts=(applies, part), count=2)
        unapplied = Outcome(applies.truth.negated, parts=(applies,), negative=True)
        return Outcome(any_of([unapplied.truth, part.truth]), parts=(unapplied, part), count=1)

    return plan


def deciding(outcome: Outcome) -> list[Outcome]:
    """The rows and gates that make a decided outcome what it is."""
    if not outcome.parts:
        return [outcome]
    if outcome.negative:
        return deciding(outcome.parts[0])
    same = [part for part in outcome.parts if part.truth is outcome.truth]
    return [row for part in same for row in deciding(part)]


def favourable(outcome: Outcome, want: Truth) -> frozenset[str] | None:
    """A smallest set of open rows whose answers could make the outcome `want`; `None` if nothing can any more.

    Missing and unwritten text is taken as granted: it stays open whatever a person answers.
    """
    if outcome.truth is want:
        return frozenset()
    if outcome.truth is not Truth.UNKNOWN:
        return None
    if not outcome.parts:
        granted = outcome.ref is None or outcome.why in _GRANTED
        return frozenset() if granted else frozenset({outcome.ref or ""})
    if outcome.negative:
        return favourable(outcome.parts[0], want.negated)
    found = _smallest([favourable(part, want) for part in outcome.parts], outcome, want)
    return _fewer(outcome, want, found) if outcome.by_finding and found else found


def _fewer(outcome: Outcome, want: Truth, found: frozenset[str]) -> frozenset[str]:
    """A smaller set, where one answer serves several findings; of equals the first in the protocol's order."""
    asked = list(dict.fromkeys(ref for ref in _open_rows(outcome)))
    tried = (frozenset(refs) for size in range(len(found)) for refs in combinations(asked[:_MOST_TRIED], size))
    return next((refs for refs in tried if _reachable(outcome, want, refs)), found)


def _open_rows(outcome: Outcome) -> Iterable[str]:
    if not outcome.parts and outcome.truth is Truth.UNKNOWN and outcome.ref:
        yield outcome.ref
    for part in outcome.parts:
        yield from _open_rows(part)


def _reachable(outcome: Outcome, want: Truth, refs: frozenset[str]) -> bool:
    """Whether answers to these rows alone could make it so."""
    if outcome.truth is not Truth.UNKNOWN:
        return outcome.truth is want
    if not outcome.parts:
        return outcome.ref is None or outcome.why in _GRANTED or outcome.ref in refs
    if outcome.negative:
        return _reachable(outcome.parts[0], want.negated, refs)
    needed = outcome.count if want is Truth.TRUE else len(outcome.parts) - outcome.count + 1
    return sum(_reachable(part, want, refs) for part in outcome.parts) >= needed


def unfound(outcome: Outcome, want: Truth, treatments: frozenset[str]) -> frozenset[str] | None:
    """A smallest set of earlier treatments that would no longer bar the outcome `want` if they had been given; `None`
    where something else bars it."""
    if outcome.truth is not want.negated:
        return frozenset()
    if not outcome.parts:
        treatment = outcome.ref in treatments and outcome.why is Why.NOT_IN_CHART
        return frozenset({outcome.ref or ""}) if treatment else None
    if outcome.negative:
        return unfound(outcome.parts[0], want.negated, treatments)
    return _smallest([unfound(part, want, treatments) for part in outcome.parts], outcome, want)


def _smallest(options: Sequence[frozenset[str] | None], outcome: Outcome, want: Truth) -> frozenset[str] | None:
    """The smallest of the parts' options that together make the outcome `want`."""
    needed = outcome.count if want is Truth.TRUE else len(options) - outcome.count + 1
    possible = [option for option in options if option is not None]
    return frozenset().union(*sorted(possible, key=len)[:needed]) if len(possible) >= needed else None
