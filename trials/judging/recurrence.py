"""How often a finding occurred: the same event may stand in a chart twice, so that days are counted, not entries."""

from collections.abc import Iterable, Sequence
from datetime import date

from trials.interval import Interval
from trials.truth import Truth
from trials.verdict import Verdict, Why, first, unknown


def recurrent(verdicts: Sequence[Verdict], times: int) -> Verdict:
    """Whether findings that hold occurred on so many different days; one without a date may be any of them."""
    held = [verdict for verdict in verdicts if verdict.truth is Truth.TRUE]
    facts = tuple(dict.fromkeys(fact for verdict in verdicts for fact in verdict.facts))
    days = [fact.when.days for verdict in held for fact in verdict.facts if fact.when is not None]
    undated = len(held) - len(days)
    if max(_apart(days), 1 if undated else 0) >= times:
        return Verdict(Truth.TRUE, None, tuple(fact for verdict in held for fact in verdict.facts))
    undecided = [verdict.why for verdict in verdicts if verdict.truth is Truth.UNKNOWN and verdict.why]
    if _different(days) + undated + len(undecided) < times:
        return Verdict(Truth.FALSE, None, facts)
    return unknown(first(undecided) or Why.IMPRECISE, *facts)


def _different(days: Sequence[Interval[date]]) -> int:
    """The most days on which they can have happened: only entries of one exact day are surely one."""
    exact = {span for span in days if span.low == span.high}
    return len(exact) + sum(1 for span in days if span.low != span.high)


def _apart(days: Iterable[Interval[date]]) -> int:
    """The fewest days on which all of these can have happened."""
    count, last = 0, date.min
    for span in sorted(days, key=lambda span: span.high or date.max):
        if count == 0 or (span.low or date.min) > last:
            count, last = count + 1, span.high or date.max
    return count
