"""Scales that grade organs one by one (BILAG): how many different components of the latest panel have a grade."""

from collections.abc import Iterable, Mapping, Sequence

from mappings.value_set import ValueSet
from trials.judging.chart import Chart, Judge
from trials.judging.results import agreed, gap, newest, nothing, visible, weighed
from trials.language import Observed
from trials.record import Gap, Result
from trials.truth import Truth, at_least, truth_of
from trials.verdict import Verdict, Why, first, unknown


def judge_components(node: Observed, count: int, value_set: ValueSet) -> Judge:
    """Whether so many organs have one of the grades; an organ that the panel leaves out may be any of them."""

    def measure(result: Result) -> Truth | Why:
        return truth_of(result.code in node.codes) if result.code else Why.IMPRECISE

    def judge(chart: Chart) -> Verdict:
        results = visible(chart, node.name)
        if not results:
            return nothing(chart, node.name)
        panel = newest(results)
        if not panel:
            return unknown(Why.IMPRECISE, results[0], note="no clinical date")
        if gap(chart, node.name) is Gap.CUT:
            return unknown(Why.NOT_SEARCHED, *panel)
        said = {
            organ: agreed([weighed(chart, one, measure, node, value_set) for one in graded])
            for organ, graded in _by_organ(panel).items()
        }
        return _counted(list(said.values()), count, value_set.components or len(said))

    return judge


def _by_organ(panel: Iterable[Result]) -> Mapping[str, Sequence[Result]]:
    """The grades of each organ; a grade of no organ is one of its own."""
    organs: dict[str, list[Result]] = {}
    for number, result in enumerate(panel):
        organs.setdefault(result.part.casefold().strip() or str(number), []).append(result)
    return organs


def _counted(organs: Sequence[Verdict], count: int, whole: int) -> Verdict:
    """`count` of the organs of a scale that has `whole` of them. What cannot be read is an organ or none."""
    read = [verdict for verdict in organs if verdict.truth is not Truth.UNKNOWN]
    missing = max(whole - len(read), 0)
    truth = at_least(count, [*(verdict.truth for verdict in read), *[Truth.UNKNOWN] * missing])
    if truth is not Truth.UNKNOWN:
        made = [verdict for verdict in read if verdict.truth is truth]
        return Verdict(truth, None, tuple(fact for verdict in made for fact in verdict.facts))
    whys = [verdict.why for verdict in organs if verdict.why] or [Why.NO_DATA]
    facts = [fact for verdict in organs for fact in verdict.facts]
    note = f"{len(read)} of {whole} organs are graded" if len(read) < whole else None
    return unknown(first(whys) or Why.NO_DATA, *facts, note=note)
