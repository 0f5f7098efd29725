"""How far the facts that decide a row are from its limit: in the limit's own unit, as a share of it, and in days.

Of a row with several limits the nearest is said. Nothing here decides anything: it only measures what was decided.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Literal, NamedTuple

from mappings.value_set import ValueSet
from trials.interval import Interval, scaled
from trials.judging.chart import Chart
from trials.judging.derived import age_years
from trials.language import Age, Bound, Node, Not, Observed
from trials.outlook.lengths import Measured, measured
from trials.record import Fact, Result
from trials.tree import parts
from trials.truth import Truth
from trials.verdict import Verdict
from trials.wording import limit_text, number_text, outside_text, unit_text

Sets = Mapping[str, ValueSet]
Number = Interval[Decimal]
Side = Literal["short", "over", "to-spare", "open"]
"""Too little, too much, enough, or not known which."""
_SINGULAR = {"days": "day", "years": "year", "drugs": "drug", "half-lives": "half-life"}


class Distance(NamedTuple):
    """One value against one limit. `by` is how far it is from the limit, never negative; an interval where it is."""

    value: Number
    limit: Decimal
    unit: str
    """As people write it; "× ULN" and "× LLN" are multiples of the result's own limit of normal."""
    by: Number
    share: Number | None
    """`by` as a share of the limit; nothing where the limit is zero."""
    side: Side
    needs: str
    """What is asked for, in words: "at least 20 ×10⁹/L"."""
    absolute: tuple[Number, Decimal, Number, str] | None = None
    """Value, limit, distance and unit behind a multiple of a normal limit or of a half-life."""
    fact: Fact | None = None

    @property
    def nearness(self) -> Decimal:
        """Its least share of the limit, for ranking; what has none is far."""
        low = self.share.low if self.share else None
        return Decimal(1) if low is None else low


def distance(node: Node, want: Truth, verdict: Verdict, chart: Chart, sets: Sets) -> Distance | None:
    """The nearest distance of the facts that the verdict rests on; nothing where no limit is a number or a time.

    Of a row that does not serve, one that does not either.
    """
    found = [one for test, wanted in _tests(node, want) for one in _of_test(test, wanted, verdict, chart, sets)]
    serving = verdict.truth is want
    fitting = [one for one in found if (one.side == "to-spare") is serving] or found
    return min(fitting, key=lambda one: one.nearness, default=None)


def result_nearness(result: Result, bound: Bound) -> Decimal | None:
    """How near a result lies to the nearest end of a limit, as a share of that; nothing where it cannot be said."""
    normal = {None: Decimal(1), "ULN": result.high, "LLN": result.low}[bound.times]
    if result.value is None or normal is None or normal <= 0:
        return None
    one = Measured(scaled(result.value, 1 / normal), bound.interval, "", "", "")
    return next((each.nearness for each in _against(one, Truth.TRUE) if each.share is not None), None)


def distance_text(one: Distance) -> str:
    """ "18 ×10⁹/L, needs at least 20 ×10⁹/L: 2 short"."""
    value, by = _amount(one.value, one.unit), _amount(one.by, one.unit)
    if one.absolute is not None:
        held, limit, apart, unit = one.absolute
        value += f" ({_amount(held, unit)}, limit {_amount(Interval(limit, limit), unit)})"
        by += f" ({_amount(apart, unit)})"
    if one.side == "open":
        return f"{value}, needs {one.needs}: not known on which side"
    if one.by.exact and one.by.low == 0:
        return f"{value}, needs {one.needs}: on the limit"
    return f"{value}, needs {one.needs}: {by} {one.side.replace('-', ' ')}"


def _amount(number: Number, unit: str) -> str:
    low, high = number.low, number.high
    unit = _SINGULAR.get(unit, unit) if low == high == 1 else unit
    prefix, suffix = ("1:", "") if unit == "{titre}" else ("", f" {unit}" if unit else "")
    if low is not None and low == high:
        return f"{prefix}{number_text(low)}{suffix}"
    if low is None or high is None:
        end = low if high is None else high
        assert end is not None
        sign = {(True, True): "<", (True, False): "≤", (False, True): ">", (False, False): "≥"}
        opened = number.high_open if low is None else number.low_open
        return f"{sign[low is None, opened]}{prefix}{number_text(end)}{suffix}"
    return f"{prefix}{number_text(low)}–{prefix}{number_text(high)}{suffix}"


def _tests(node: Node, want: Truth) -> Iterator[tuple[Node, Truth]]:
    """The tests inside a row, and which answer of each serves."""
    below = parts(node)
    if not below:
        yield node, want
    for part in below:
        yield from _tests(part, want.negated if isinstance(node, Not) else want)


def _of_test(test: Node, want: Truth, verdict: Verdict, chart: Chart, sets: Sets) -> Iterable[Distance]:
    match test:
        case Age(years=years) if chart.record.person.birth is not None:
            yield from _against(_of_age(years, chart), want)
        case Observed(bound=bound) if bound is not None:
            yield from _of_results(test, bound, want, verdict.facts, sets)
        case _:
            found = [each for one in measured(test, verdict.facts, chart, sets) for each in _against(one, want)]
            failing = [one for one in found if one.side != "to-spare"]
            if want is Truth.FALSE and failing:
                # Each of several facts is enough to make it true: the last of them has to leave.
                found = [max(failing, key=lambda one: one.nearness)]
            yield from found


def _of_age(years: Number, chart: Chart) -> Measured:
    asked = f"{_sides(years)} years"
    return Measured(age_years(chart.record.person, chart), years, "years", asked, f"not {asked}")


def _of_results(test: Observed, bound: Bound, want: Truth, facts: Sequence[Fact], sets: Sets) -> Iterator[Distance]:
    names = (test.name, test.in_place, test.confirmed_by)
    for fact in facts:
        if not isinstance(fact, Result) or fact.name not in names or fact.value is None or fact.problem:
            continue
        words = limit_text(bound, sets[fact.name]), outside_text(bound, sets[fact.name])
        unit = unit_text(sets[fact.name])
        if bound.times is None:
            yield from _against(Measured(fact.value, bound.interval, unit, *words, fact), want)
            continue
        normal = fact.high if bound.times == "ULN" else fact.low
        if normal is not None and normal > 0:
            multiple = scaled(fact.value, 1 / normal)
            yield from _against(
                Measured(multiple, bound.interval, f"× {bound.times}", *words, fact, normal, unit), want
            )


def _sides(limit: Number) -> str:
    low, high = limit.low, limit.high
    if low is not None and high is not None:
        return f"{number_text(low)} to {number_text(high)}"
    return f"at least {number_text(low)}" if low is not None else f"at most {number_text(high or Decimal(0))}"


def _against(one: Measured, want: Truth) -> Iterator[Distance]:
    """The distance of a value from the end of its limit that it has to cross, or that keeps it."""
    inside = one.value.inside(one.limit)
    edge = _edge(one.value, one.limit, inside)
    if edge is None:
        return
    limit, is_low = edge
    by = _apart(one.value, limit)
    share = None if limit == 0 else scaled(by, 1 / abs(limit))
    side: Side = "open" if inside is Truth.UNKNOWN else "to-spare" if inside is want else _wrong_side(inside, is_low)
    factor = one.unit_is
    absolute = (
        None if factor is None else (scaled(one.value, factor), limit * factor, scaled(by, factor), one.unit_name)
    )
    needs = one.inside if want is Truth.TRUE else one.outside
    yield Distance(one.value, limit, one.unit, by, share, side, needs, absolute, one.fact)


def _wrong_side(inside: Truth, is_low: bool) -> Side:
    """Outside below the low end, or inside below the high end that would have to be passed: too little."""
    return "short" if is_low is (inside is Truth.FALSE) else "over"


def _edge(value: Number, limit: Number, inside: Truth) -> tuple[Decimal, bool] | None:
    """The end of the limit that matters to the value, and whether it is the low one."""
    ends = [(end, is_low) for end, is_low in ((limit.low, True), (limit.high, False)) if end is not None]
    if len(ends) < 2 or (value.low is None and value.high is None):
        return ends[0] if ends else None
    return min(ends, key=lambda end: _apart(value, end[0]).low or Decimal(0))


def _apart(value: Number, limit: Decimal) -> Number:
    """The least and the greatest distance of a value from a limit."""
    low = None if value.low is None else value.low - limit
    high = None if value.high is None else value.high - limit
    if low is not None and low >= 0:
        return Interval(low, high, value.low_open, value.high_open)
    if high is not None and high <= 0:
        return Interval(-high, None if low is None else -low, value.high_open, value.low_open)
    farthest = None if low is None or high is None else max(-low, high)
    return Interval(Decimal(0), farthest)
