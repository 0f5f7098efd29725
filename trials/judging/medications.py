"""Drugs against a chart: ever, now, within a window, for how long, how many."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING

from mappings.value_set import ValueSet
from trials.interval import Interval
from trials.judging.chart import Chart, Judge, concluded, found, silence
from trials.judging.doses import reaches
from trials.judging.windows import ahead
from trials.language import FUTURE_ANCHORS, Anchor, Dose, HalfLives, Took
from trials.record import Exposure
from trials.truth import Truth, all_of, at_least
from trials.verdict import Verdict, Why, unknown
from trials.when import Span, before

_Test = Callable[[Chart, Exposure], Verdict]


def judge_took(node: Took, sets: Mapping[str, ValueSet]) -> Judge:
    """The judge of a drug criterion."""

    def silent(chart: Chart) -> Verdict:
        return silence(chart, ("medication",), node.names, node.absent == "ask")

    def taken_of(chart: Chart) -> list[Exposure]:
        apart = exposures(chart, node.apart_from) if node.apart_from else []
        return [fact for fact in exposures(chart, node.names) if fact not in apart]

    def others(chart: Chart) -> list[Verdict]:
        named, apart = taken_of(chart), exposures(chart, node.apart_from)
        beyond = [fact for fact in exposures(chart, node.open_list) if fact not in named and fact not in apart]
        return [
            unknown(Why.NEEDS_PERSON, fact, note="a drug of the class that the text does not name") for fact in beyond
        ]

    if node.length is not None:
        length = node.length

        def judge_length(chart: Chart) -> Verdict:
            taken = taken_of(chart)
            verdicts = [_lengthy(chart, taken, length, node.agents, node.dose)] if taken else []
            return concluded(verdicts + others(chart), silent(chart))

        return judge_length

    test = _test(node, sets)

    def judge(chart: Chart) -> Verdict:
        taken = taken_of(chart)
        verdicts = [
            unknown(Why.NEEDS_PERSON, fact, note="its status decides nothing") if fact.undecided else test(chart, fact)
            for fact in taken
        ]
        if node.agents is not None:
            return concluded([_count(verdicts, taken, node.agents)] if taken else [], silent(chart))
        return concluded(verdicts + others(chart), silent(chart))

    return judge


def exposures(chart: Chart, names: Iterable[str]) -> list[Exposure]:
    """Systemic exposures to these drugs or classes that have begun."""
    facts = found(fact for name in names for fact in chart.record.medications.get(name, ()))
    return [
        fact
        for fact in facts
        if isinstance(fact, Exposure) and fact.systemic and (fact.start is None or fact.start.first <= chart.today)
    ]


def _test(node: Took, sets: Mapping[str, ValueSet]) -> _Test:
    if node.dose is not None:
        dose = node.dose
        return lambda chart, fact: _reached(chart, fact, dose)
    if isinstance(node.within, HalfLives):
        return _washout(node.within, node.before, sets)
    if node.within is not None:
        span = node.within
        if node.before == "sample":
            return lambda chart, fact: _before_sample(chart, fact, span)
        if node.before in FUTURE_ANCHORS:
            return lambda chart, fact: ahead(chart, fact, _end(chart, fact), span)
        return lambda chart, fact: _overlaps(chart, fact, before(chart.today, span))
    if node.when == "current":
        return _current
    return lambda _, fact: Verdict(Truth.TRUE, None, (fact,))


def _reached(chart: Chart, fact: Exposure, dose: Dose) -> Verdict:
    truth = reaches(chart, fact, dose)
    if truth is Truth.UNKNOWN:
        return unknown(Why.NEEDS_PERSON, fact, note="dose or weight could not be read")
    return Verdict(truth, None, (fact,))


def _washout(within: HalfLives, anchor: Anchor, sets: Mapping[str, ValueSet]) -> _Test:
    """Whether the last dose lies within so many half-lives; a drug without one in the table is for a person."""

    def test(chart: Chart, fact: Exposure) -> Verdict:
        hours = sets[fact.ingredient].half_life_hours
        if hours is None:
            return unknown(Why.NEEDS_PERSON, fact, note="its half-life is not in our table")
        span = Span(int((within.number * hours / 24).to_integral_value(ROUND_CEILING)), "days")
        if anchor in FUTURE_ANCHORS:
            return ahead(chart, fact, _end(chart, fact), span)
        return _overlaps(chart, fact, before(chart.today, span))

    return test


def _before_sample(chart: Chart, fact: Exposure, span: Span) -> Verdict:
    """Whether the drug was given within `span` before the sample was drawn."""
    sample, end = chart.sample, _end(chart, fact)
    if sample is None or fact.start is None or end is None:
        return unknown(Why.IMPRECISE, fact)
    begun = fact.start.days.inside(Interval(None, sample.first))
    lasted = end.inside(Interval(before(sample.last, span), None))
    truth = all_of([begun, lasted])
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))


def _current(_: Chart, fact: Exposure) -> Verdict:
    if not fact.ongoing:
        return Verdict(Truth.FALSE, None, (fact,))
    return Verdict(Truth.TRUE, None, (fact,))


def _end(chart: Chart, fact: Exposure) -> Interval[date] | None:
    """The days on which the exposure may have ended, none after the day of judging; `None` if nothing is known."""
    if fact.end is not None:
        return Interval(min(fact.end.first, chart.today), min(fact.end.last, chart.today))
    if fact.ongoing:
        return Interval(chart.today, chart.today)
    if fact.start is None:
        return None
    latest = fact.start.last + timedelta(days=chart.policy.order_without_end)
    return Interval(fact.start.first, min(latest, chart.today))


def _overlaps(chart: Chart, fact: Exposure, start: date) -> Verdict:
    end = _end(chart, fact)
    truth = Truth.UNKNOWN if end is None else end.inside(Interval(start, None))
    return unknown(Why.IMPRECISE, fact) if truth is Truth.UNKNOWN else Verdict(truth, None, (fact,))


def _count(verdicts: Sequence[Verdict], taken: Sequence[Exposure], agents: int) -> Verdict:
    best: dict[str, Truth] = {}
    for verdict, fact in zip(verdicts, taken, strict=True):
        best[fact.ingredient] = max(best.get(fact.ingredient, Truth.FALSE), verdict.truth)
    truth = at_least(agents, best.values())
    return unknown(Why.IMPRECISE, *taken) if truth is Truth.UNKNOWN else Verdict(truth, None, tuple(taken))


def _lengthy(chart: Chart, taken: Sequence[Exposure], length: Span, agents: int | None, dose: Dose | None) -> Verdict:
    if dose is not None:
        return _dosed(chart, taken, length, dose)
    if agents is None:
        groups = [list(taken)]
    else:
        groups = [
            [fact for fact in taken if fact.ingredient == name] for name in dict.fromkeys(f.ingredient for f in taken)
        ]
    truths = [_long_enough(chart, group, length.days) for group in groups]
    truth = at_least(agents or 1, truths)
    if truth is not Truth.UNKNOWN:
        return Verdict(truth, None, tuple(taken))
    people = any(fact.single or fact.undecided for fact in taken)
    return unknown(Why.NEEDS_PERSON if people and not _dates_open(chart, taken) else Why.IMPRECISE, *taken)


def _dosed(chart: Chart, taken: Sequence[Exposure], length: Span, dose: Dose) -> Verdict:
    """Whether exposures at the dose last so long; a dose that could not be read leaves it to a person."""
    reached = {fact: reaches(chart, fact, dose) for fact in taken}
    possible = [fact for fact, truth in reached.items() if truth is not Truth.FALSE]
    sure = [fact for fact, truth in reached.items() if truth is Truth.TRUE]
    if _long_enough(chart, sure, length.days) is Truth.TRUE:
        return Verdict(Truth.TRUE, None, tuple(sure))
    if _long_enough(chart, possible, length.days) is Truth.FALSE:
        return Verdict(Truth.FALSE, None, tuple(taken))
    return unknown(Why.NEEDS_PERSON, *possible, note="dose or length could not be read")


def _dates_open(chart: Chart, taken: Iterable[Exposure]) -> bool:
    courses = [fact for fact in taken if not fact.single and not fact.undecided]
    return any(_certain(chart, fact) != _possible(chart, fact) for fact in courses)


def _long_enough(chart: Chart, taken: Sequence[Exposure], days: int) -> Truth:
    """Whether days of exposure, both ends included and overlaps once, reach `days`. Single doses give no length."""
    courses = [fact for fact in taken if not fact.single and not fact.undecided]
    if _covered(_certain(chart, fact) for fact in courses) >= days:
        return Truth.TRUE
    if len(courses) < len(taken):
        return Truth.UNKNOWN
    spans = [_possible(chart, fact) for fact in courses]
    if any(span is None for span in spans) or _covered(spans) >= days:
        return Truth.UNKNOWN
    return Truth.FALSE


def _certain(chart: Chart, fact: Exposure) -> tuple[date, date] | None:
    end = _end(chart, fact)
    if fact.start is None or end is None or end.low is None or end.low < fact.start.last:
        return None
    return fact.start.last, end.low


def _possible(chart: Chart, fact: Exposure) -> tuple[date, date] | None:
    end = _end(chart, fact)
    if fact.start is None or end is None or end.high is None:
        return None
    return fact.start.first, max(end.high, fact.start.first)


def _covered(spans: Iterable[tuple[date, date] | None]) -> int:
    total, reach = 0, date.min
    for start, end in sorted(span for span in spans if span is not None):
        total += max(0, (end - max(start, reach + timedelta(days=1) if reach > date.min else start)).days + 1)
        reach = max(reach, end)
    return total
