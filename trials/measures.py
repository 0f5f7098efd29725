"""Reads the measures of a definition (limits, ages, spans of time, changes) and words them; knows their units."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Protocol, cast, get_args

import yaml

from mappings.source import Part, suggestion
from mappings.value_set import SetKind, ValueSet
from trials.interval import Interval
from trials.language import Age, Bound, Change, Dose, HalfLives, Node, Observed, Pick
from trials.record import Answer
from trials.when import Span, Unit
from trials.wording import limit_text

_LIMIT = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>\S.*)?")
_TITRE = re.compile(r"1\s*:\s*(?P<number>\d+)")
_POINTS = re.compile(r"(?P<number>\d+(?:\.\d+)?) points?")
_SPAN = re.compile(r"(?P<count>\d+)\s+(?P<unit>day|week|month|year)s?")
_MG = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*mg(?P<per_kg>/kg)?")
_HALF_LIVES = re.compile(r"(?P<number>\d+(?:\.\d+)?) half-li(?:fe|ves)")
_AGE = re.compile(r"(?:(?P<low>\d+)\s*(?:\.\.\s*(?P<high>\d+)|(?P<up>and over)))(?:\s+years)?")
_CHANGES = ("rise", "rise_above", "fall", "fall_above")
_DRUGS: tuple[SetKind, ...] = ("ingredient", "drug_class")
_RESULTS: tuple[SetKind, ...] = ("laboratory", "vital", "score")


class Units(Protocol):
    """What the terminology knows of the units that an author may write."""

    @property
    def sets(self) -> Mapping[str, ValueSet]:
        """Every value set by name."""

    def author_unit(self, text: str, value_set: ValueSet) -> Decimal | None:
        """The factor from a unit into the set's own."""


class Limits:
    """The value sets that measures refer to."""

    def __init__(self, units: Units) -> None:
        self._units = units

    def names(self, part: Part, kinds: tuple[SetKind, ...]) -> tuple[str, ...]:
        """One value-set name or a list of them, each of one of these kinds."""
        items = part.items() if isinstance(part.node, yaml.SequenceNode) else (part,)
        if not items:
            part.fail("found an empty list; expected at least one value set")
        names: dict[str, None] = {}
        for item in items:
            name = self.value_set(item, kinds).name
            if name in names:
                item.fail(f"{name!r} stands twice in this list; keep one of them")
            names[name] = None
        return tuple(names)

    def value_set(self, part: Part, kinds: tuple[SetKind, ...]) -> ValueSet:
        """The set of that name."""
        name = part.text()
        found = self._units.sets.get(name)
        if found is None:
            known = [other for other, value_set in self._units.sets.items() if value_set.kind in kinds]
            close = suggestion(name, known)
            hint = close if close.startswith("did you mean") else "see `trialhook check --names` for all of them"
            part.fail(f"unknown value set {name!r}; {hint}")
        if found.kind not in kinds:
            part.fail(
                f"{name!r} is a {found.kind.replace('_', ' ')}; expected a {' or a '.join(kinds).replace('_', ' ')}"
            )
        return found

    def statement(self, node: Node) -> str | None:
        """The sentence that a limit writes itself; none where its author has to."""
        match node:
            case Age(years=years):
                if years.high is None:
                    return f"Age {years.low} years or over"
                return f"Age {years.low} to {years.high} years, both included"
            case Observed(bound=bound) if bound is not None:
                value_set = self._units.sets[node.name]
                return f"{value_set.title} {limit_text(bound, value_set)}"
            case Observed(answer=answer) if answer is not None:
                return f"{self._units.sets[node.name].title} {answer}"
            case _:
                return None

    def number(self, part: Part, value_set: ValueSet) -> tuple[Decimal, Literal["ULN", "LLN"] | None]:
        """A limit in the set's unit, or in multiples of a normal limit."""
        text = part.text()
        titre = _TITRE.fullmatch(text)
        if titre is not None and value_set.unit == "{titre}":
            return Decimal(titre["number"]), None
        found = _LIMIT.fullmatch(text)
        if found is None:
            part.fail(f"found {text!r}; expected a number and its unit, such as '0.5 10*9/L', '1.5 ULN' or '1:8'")
        number, unit = Decimal(found["number"]), found["unit"]
        if unit in ("ULN", "LLN"):
            return number, cast(Literal["ULN", "LLN"], unit)
        if value_set.unit is None:
            part.fail(f"{value_set.name!r} is answered in words; expected `is: positive` or a multiple of ULN")
        if unit is None and value_set.unit != "1":
            part.fail(f"{text!r} has no unit; expected one such as '{text} {value_set.unit}'")
        factor = Decimal(1) if unit is None else self._units.author_unit(unit, value_set)
        if factor is None:
            part.fail(f"{unit!r} is no unit of {value_set.name!r}; expected one that converts to {value_set.unit!r}")
        return number * factor, None


def read_observed(value: Part, fields: Mapping[str, Part], limits: Limits) -> Observed:
    """A result criterion: exactly one of a limit, an answer, grades, or a change."""
    value_set = limits.value_set(value, _RESULTS)
    changes = [key for key in _CHANGES if key in fields]
    bound = None if changes else _bound(fields, value_set, limits)
    asked = [key for key in ("is", "one_of") if key in fields]
    kinds = asked + changes + (["min"] if bound is not None else [])
    if len(kinds) != 1:
        value.fail(
            "a result needs exactly one of: a limit (min, max, above, below), `is`, `one_of`, or a change (rise, fall)"
        )
    _refuse_strays(fields, change=bool(changes), limit=bound is not None)
    answer = fields["is"].one_of(("positive", "negative", "detected")) if "is" in fields else None
    number = fields["number"].one_of(("ask", "never")) if "number" in fields else None
    return Observed(
        name=value_set.name,
        bound=bound,
        answer=cast(Answer | Literal["detected"] | None, answer),
        codes=_grades(fields["one_of"], value_set) if "one_of" in fields else (),
        change=_change(changes[0], fields, value_set, limits) if changes else None,
        pick=cast(Pick, fields["pick"].one_of(get_args(Pick))) if "pick" in fields else "latest",
        within=read_span(fields["within"]) if "within" in fields else None,
        exact_unknown=fields["on_limit"].text() if "on_limit" in fields else None,
        on_room_air="on_room_air" in fields and fields["on_room_air"].flag(),
        number_asks=number == "ask",
        number_never=number == "never",
        components=count(fields["components"]) if "components" in fields else None,
        after=limits.names(fields["after"], _DRUGS) if "after" in fields else (),
        in_place=limits.value_set(fields["in_place"], _RESULTS).name if "in_place" in fields else None,
        confirmed_by=limits.value_set(fields["confirmed_by"], _RESULTS).name if "confirmed_by" in fields else None,
    )


def _refuse_strays(fields: Mapping[str, Part], *, change: bool, limit: bool) -> None:
    """Keys that mean nothing beside what is asked for."""
    answer = "is" in fields
    several = "pick" in fields and fields["pick"].text() in ("any", "all")
    for keys, fits, home in (
        (("either_way", "over", "from", "sustained"), change, "a change (rise, fall)"),
        (("on_limit",), limit, "a limit (min, max, above, below)"),
        (("number", "in_place", "confirmed_by"), answer, "an answer (`is: positive`)"),
        (("components",), "one_of" in fields, "the grades of a scale (`one_of: [A, B]`)"),
        (("after",), limit and several, "a limit with `pick: any` or `pick: all`"),
        (("pick",), not change, "a limit or an answer, since a change takes the latest reading"),
    ):
        stray = next((key for key in keys if key in fields), None)
        if stray and not fits:
            fields[stray].fail(f"{stray!r} belongs to {home}; take it out")
    if not limit and "pick" in fields and fields["pick"].text() in ("lowest", "highest"):
        fields["pick"].fail(f"{fields['pick'].text()!r} is the end of a row of numbers; expected a limit beside it")


def _grades(part: Part, value_set: ValueSet) -> tuple[str, ...]:
    for item in part.items():
        if item.text() not in value_set.grades:
            item.fail(f"{item.text()!r} is no grade of {value_set.name!r}; {suggestion(item.text(), value_set.grades)}")
    return part.texts()


def _bound(fields: Mapping[str, Part], value_set: ValueSet, limits: Limits) -> Bound | None:
    ends = {key: limits.number(fields[key], value_set) for key in ("min", "max", "above", "below") if key in fields}
    if not ends:
        return None
    for pair in (("min", "above"), ("max", "below")):
        if set(pair) <= set(ends):
            fields[pair[1]].fail(f"{pair[0]!r} and {pair[1]!r} are two limits on the same side; keep one of them")
    times = {unit for _, unit in ends.values()}
    last = fields[list(ends)[-1]]
    if len(times) > 1:
        last.fail(
            "a multiple of a normal limit and a plain limit cannot stand in one criterion; write two in an all_of"
        )
    low = ends.get("min") or ends.get("above")
    high = ends.get("max") or ends.get("below")
    if low and high and (low[0] > high[0] or (low[0] == high[0] and {"above", "below"} & set(ends))):
        last.fail(f"{low[0]} to {high[0]} holds nothing; the lower limit comes first")
    interval = Interval(low[0] if low else None, high[0] if high else None, "above" in ends, "below" in ends)
    return Bound(interval=interval, times=times.pop())


def _change(key: str, fields: Mapping[str, Part], value_set: ValueSet, limits: Limits) -> Change:
    part = fields[key]
    text = part.text()
    relative = text.endswith("%")
    points = _POINTS.fullmatch(text)
    if relative:
        least = Decimal(_matched(part, _LIMIT, "a number and %")["number"])
    elif points and value_set.unit in ("%", "1"):
        least = Decimal(points["number"])
    else:
        least = limits.number(part, value_set)[0]
    if least == 0:
        part.fail(f"found {text!r}; any reading changes by nothing, expected a number above 0")
    start = fields.get("from")
    baseline = _bound(start.fields(("min", "max", "above", "below")), value_set, limits) if start else None
    return Change(
        direction="rise" if key.startswith("rise") else "fall",
        least=least / 100 if relative else least,
        relative=relative,
        strict=key.endswith("_above"),
        # Of a quantity that is itself a percentage, "10 %" may be meant either way unless the author says.
        both_ways=fields["either_way"].flag() if "either_way" in fields else relative and value_set.unit == "%",
        over=read_span(fields["over"]) if "over" in fields else None,
        baseline=baseline.interval if baseline else None,
        sustained=read_span(fields["sustained"]) if "sustained" in fields else None,
    )


def count(part: Part) -> int:
    """A whole number from 1."""
    number = part.number()
    if number != int(number) or number < Decimal(1):
        part.fail(f"found {part.text()!r}; expected a whole number from 1")
    return int(number)


def read_age(part: Part) -> Interval[Decimal]:
    """Completed years: "18..65", "18 and over"."""
    found = _matched(part, _AGE, "an age such as '18..65 years' or '18 and over'")
    low, high = Decimal(found["low"]), Decimal(found["high"]) if found["high"] else None
    if high is not None and high < low:
        part.fail(f"{low} to {high} years holds nobody; the lower age comes first")
    return Interval(low, high)


def read_years(part: Part) -> int:
    """A number of birthdays: "18 years"."""
    span = read_span(part)
    if span.unit != "years":
        part.fail(f"found {part.text()!r}; an age is in years, such as '18 years'")
    return span.number


def read_dose(part: Part) -> Dose:
    """A daily dose of prednisone or its equivalent: `{above: 500 mg}`, `{min: 100 mg}`."""
    fields = part.fields(("min", "above"))
    if len(fields) != 1:
        part.fail("expected one limit of the daily dose in prednisone, such as `{above: 500 mg}`")
    key, value = next(iter(fields.items()))
    found = _matched(value, _MG, "mg of prednisone a day, such as '500 mg' or '1 mg/kg'")
    limit = Interval(Decimal(found["number"]), None, low_open=key == "above")
    return Dose(mg=limit, per_kg=found["per_kg"] is not None)


def read_washout(part: Part) -> Span | HalfLives:
    """A length of time, or a number of half-lives: "2 weeks", "3 half-lives"."""
    found = _HALF_LIVES.fullmatch(part.text())
    return HalfLives(Decimal(found["number"])) if found else read_span(part)


def read_span(part: Part) -> Span:
    """A length of time: "6 weeks", "3 months"."""
    found = _matched(part, _SPAN, "a length of time such as '6 weeks', '3 months' or '2 years'")
    number = int(found["count"])
    if number == 0:
        part.fail(f"found {part.text()!r}; expected a length of time of at least one {found['unit']}")
    return Span(number, cast(Unit, found["unit"] + "s"))


def _matched(part: Part, pattern: re.Pattern[str], right: str) -> re.Match[str]:
    found = pattern.fullmatch(part.text())
    if found is None:
        part.fail(f"found {part.text()!r}; expected {right}")
    return found
