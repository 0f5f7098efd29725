"""Drugs against a chart: ever, now, within a window, for how long, how many, at which dose."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import ROUND_CEILING

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, concluded, silence
from trials.judging.doses import judge_dose
from trials.judging.exposures import dates_open, ending, exposures, long_enough
from trials.judging.windows import ahead
from trials.language import FUTURE_ANCHORS, Anchor, HalfLives, Took
from trials.record import Exposure
from trials.truth import Truth, all_of, at_least
from trials.verdict import Verdict, Why, first, unknown
from trials.when import Span, before

_Test = Callable[[Chart, Exposure], Verdict]
_Together = Callable[[Chart, Sequence[Exposure]], list[Verdict]]
"""What all exposures to the named drugs say, one by one or together."""


def judge_took(node: Took, sets: Mapping[str, ValueSet]) -> Judge:
    """The judge of a drug criterion."""
    together, test = _together(node, sets), _test(node, sets)

    def judge(chart: Chart) -> Verdict:
        apart = exposures(chart, node.apart_from) if node.apart_from else []
        taken = [fact for fact in exposures(chart, node.names) if fact not in apart]
        others = [fact for fact in exposures(chart, node.open_list) if fact not in taken and fact not in apart]
        verdicts = together(chart, taken) if taken else []
        verdicts += [_of_another(_decided(chart, fact, test), fact) for fact in others]
        return concluded(verdicts, silence(chart, ("medication",), node.names, node.absent == "ask"))

    return judge


def _of_another(verdict: Verdict, fact: Exposure) -> Verdict:
    """A drug that the text does not name proves nothing; outside the window it raises no question either."""
    if verdict.truth is Truth.TRUE:
        return unknown(Why.NEEDS_PERSON, fact, note="a drug of the class that the text does not name")
    return verdict


def _together(node: Took, sets: Mapping[str, ValueSet]) -> _Together:
    test = _test(node, sets)
    if node.dose is not None:
        dose, days = node.dose, node.length.days if node.length else 1
        return lambda chart, taken: [judge_dose(chart, taken, dose, days, since(chart, node))]
    if node.length is not None:
        length = node.length
        return lambda chart, taken: [_lengthy(chart, taken, length, node.agents, since(chart, node))]
    if node.agents is not None:
        agents = node.agents
        return lambda chart, taken: [_count([_decided(chart, fact, test) for fact in taken], taken, agents)]
    return lambda chart, taken: [_decided(chart, fact, test) for fact in taken]


def since(chart: Chart, node: Took) -> date | None:
    """The first day that counts towards a length or a dose."""
    if isinstance(node.within, Span):
        return before(chart.today, node.within)
    return chart.today if node.when == "current" else None


def _decided(chart: Chart, fact: Exposure, test: _Test) -> Verdict:
    if fact.undecided:
        return unknown(Why.NEEDS_PERSON, fact, note="its status decides nothing")
    return test(chart, fact)


def _test(node: Took, sets: Mapping[str, ValueSet]) -> _Test:
    if isinstance(node.within, HalfLives):
        return _washout(node.within, node.before, sets)
    if node.within is not None:
        span = node.within
        if node.before == "sample":
            return lambda chart, fact: _before_sample(chart, fact, span)
        if node.before in FUTURE_ANCHORS:
            return lambda chart, fact: ahead(chart, fact, ending(chart, fact), span)
        return lambda chart, fact: _overlaps(chart, fact, before(chart.today, span))
    if node.when == "current":
        return _current
    return lambda _, fact: Verdict(Truth.TRUE, None, (fact,))


def washout(within: HalfLives, ingredient: ValueSet) -> Span | None:
    """So many half-lives of the drug, in whole days; nothing for one whose half-life is not in the table."""
    hours = ingredient.half_life_hours
    if hours is None:
        return None
    return Span(int((within.number * hours / 24).to_integral_value(ROUND_CEILING)), "days")


def _washout(within: HalfLives, anchor: Anchor, sets: Mapping[str, ValueSet]) -> _Test:
    """Whether the last dose lies within so many half-lives; a drug without one in the table is for a person."""

    def test(chart: Chart, fact: Exposure) -> Verdict:
        span = washout(within, sets[fact.ingredient])
        if span is None:
            return unknown(Why.NEEDS_PERSON, fact, note="its half-life is not in our table")
        if anchor in FUTURE_ANCHORS:
            return ahead(chart, fact, ending(chart, fact), span)
        return _overlaps(chart, fact, before(chart.today, span))

    return test


def _before_sample(chart: Chart, fact: Exposure, span: Span) -> Verdict:
    """Whether the drug was given within `span` before the sample was drawn."""
    sample, end = chart.sample, ending(chart, fact)
    if sample is None:
        return unknown(Why.NO_DATA, fact, note="no sample whose day could be compared")
    if fact.start is None or end is None:
        return unknown(Why.IMPRECISE, fact)
    begun = fact.start.days.inside(Interval(None, sample.first))
    lasted = end.inside(Interval(before(sample.last, span), None))
    truth = all_of([begun, lasted])
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))


def _current(chart: Chart, fact: Exposure) -> Verdict:
    """Active, in a period that covers the day."""
    if not fact.ongoing:
        return Verdict(Truth.FALSE, None, (fact,))
    covers = Truth.TRUE if fact.end is None else fact.end.days.inside(Interval(chart.today, None))
    return unknown(Why.IMPRECISE, fact) if covers is Truth.UNKNOWN else Verdict(covers, None, (fact,))


def _overlaps(chart: Chart, fact: Exposure, start: date) -> Verdict:
    end = ending(chart, fact)
    truth = Truth.UNKNOWN if end is None else end.inside(Interval(start, None))
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))


def _count(verdicts: Sequence[Verdict], taken: Sequence[Exposure], agents: int) -> Verdict:
    """Whether so many different ingredients pass the test."""
    best: dict[str, Truth] = {}
    for verdict, fact in zip(verdicts, taken, strict=True):
        best[fact.ingredient] = max(best.get(fact.ingredient, Truth.FALSE), verdict.truth)
    truth = at_least(agents, best.values())
    if truth is not Truth.UNKNOWN:
        return Verdict(truth, None, tuple(taken))
    undecided = [verdict for verdict in verdicts if verdict.truth is Truth.UNKNOWN]
    clears = max((verdict.clears for verdict in undecided if verdict.clears), default=None)
    reason = first([verdict.why for verdict in undecided if verdict.why])
    return Verdict(truth, reason, tuple(taken), clears)


def _lengthy(chart: Chart, taken: Sequence[Exposure], length: Span, agents: int | None, since: date | None) -> Verdict:
    """Whether the class, or so many of its ingredients each, was taken for so long."""
    names = dict.fromkeys(fact.ingredient for fact in taken)
    groups = [taken] if agents is None else [[fact for fact in taken if fact.ingredient == name] for name in names]
    truths = [long_enough(chart, group, length.days, since) for group in groups]
    truth = at_least(agents or 1, truths)
    if truth is not Truth.UNKNOWN:
        return Verdict(truth, None, tuple(taken))
    open_ = [fact for group, one in zip(groups, truths, strict=True) if one is Truth.UNKNOWN for fact in group]
    people = any(fact.single or fact.undecided for fact in open_)
    return unknown(Why.NEEDS_PERSON if people and not dates_open(chart, open_, since) else Why.IMPRECISE, *taken)
