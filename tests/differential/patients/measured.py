"""Boundary patients for results with limits: values, units, comparators and ranges around each limit."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random
from typing import NamedTuple

from tests.differential import codes
from tests.differential.definitions import Node
from tests.differential.patients.dated import dated
from tests.differential.patients.pieces import Json, Piece, ago, codes_of, concept, number, quantity, result
from tests.differential.plain.amounts import TABLE, factor, meaning, spellings

RANGE = (Fraction(20), Fraction(40))
INR_RANGE = (Fraction("0.8"), Fraction("1.2"))
SMALL = Fraction(1, 512)


class Around(NamedTuple):
    """A limit, and which side of it is in."""

    name: str
    unit: str | None
    limit: Fraction
    """In the block's unit."""
    above: bool
    """Whether more is in."""
    range: tuple[Fraction, Fraction] | None
    """The range of normal that it multiplies."""

    @property
    def code(self) -> str:
        return next(iter(codes_of(self.name)["loinc"]))

    def inside(self, share: Fraction = SMALL) -> Fraction:
        return self.limit * (1 + share if self.above else 1 - share)

    def outside(self, share: Fraction = SMALL) -> Fraction:
        return self.limit * (1 - share if self.above else 1 + share)


def around(node: Node) -> list[Around]:
    """The limits of a test."""
    found = []
    for key in ("min", "above", "max", "below"):
        if key in node:
            number_, _, unit = node[key].partition(" ")
            name, block = node["observation"], codes.blocks()[node["observation"]]
            normal = (INR_RANGE if block.get("upper_normal") else RANGE) if unit in ("ULN", "LLN") else None
            if normal:
                limit = Fraction(number_) * normal[unit == "ULN"]
            else:
                limit = Fraction(number_) * (factor({"code": unit} if unit else {}, name) or 1)
            found.append(Around(name, block.get("unit"), limit, key in ("min", "above"), normal))
    return found


def measured(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a test with limits."""
    for limit in around(node):
        for sort, resources in _of_limit(limit, today, random):
            yield Piece(ref, sort, resources)
        yield from dated(ref, node, today, _made(limit, limit.inside()), _made(limit, limit.outside()))


def _made(limit: Around, value: Fraction) -> Json:
    """A result of the block without its day."""
    return _valued(limit, quantity(value, _written(limit.unit)))


def _written(unit: str | None) -> str | None:
    return None if unit in (None, "1", "{titre}") else unit


def _valued(limit: Around, value: Json, range_: list[Json] | None = None) -> Json:
    made = result(concept("loinc", limit.code), None, valueQuantity=value)
    if range_ is None and limit.range:
        unit = {key: value[key] for key in ("unit", "system", "code") if key in value}
        range_ = [{"low": {"value": number(limit.range[0]), **unit}, "high": {"value": number(limit.range[1]), **unit}}]
    return {**made, "referenceRange": range_} if range_ else made


def _of_limit(limit: Around, today: date, random: Random) -> Iterator[tuple[str, tuple[Json, ...]]]:
    day = ago(today, 3)
    yield "missing", ()
    for sort, number_ in (("just in", limit.inside()), ("on the limit", limit.limit), ("just out", limit.outside())):
        yield sort, ({**_made(limit, number_), "effectiveDateTime": day},)
    for sort, value in (*_comparators(limit), *_units(limit, random), *_wrong_units(limit)):
        yield sort, ({**value, "effectiveDateTime": day},)
    if limit.range:
        for sort, value in _ranges(limit):
            yield sort, ({**value, "effectiveDateTime": day},)
    yield "no number", ({**result(concept("loinc", limit.code), day, valueString="see comment")},)
    yield "in a panel", (_panel(_made(limit, limit.outside()), day),)
    for code in codes_of(limit.name)["loinc"][1:]:
        yield (
            "another code",
            ({**_made(limit, limit.outside()), "code": concept("loinc", code), "effectiveDateTime": day},),
        )
    oid = concept("loinc", limit.code, oid=True)
    yield "system as urn:oid", ({**_made(limit, limit.outside()), "code": oid, "effectiveDateTime": day},)


def _panel(part: Json, day: str) -> Json:
    component = {key: part[key] for key in ("code", "valueQuantity", "referenceRange") if key in part}
    return result({"text": "Panel"}, day, component=[component])


def _comparators(limit: Around) -> Iterator[tuple[str, Json]]:
    for sign in ("<", "<=", ">", ">="):
        for value in (limit.limit, limit.inside(Fraction(1, 2)), limit.outside(Fraction(1, 2))):
            yield f"comparator {sign}", _valued(limit, quantity(value, _written(limit.unit), comparator=sign))


def _units(limit: Around, random: Random) -> Iterator[tuple[str, Json]]:
    """Both sides of the limit in every other unit that converts, and in some home-made spellings of each."""
    for code, sort in sorted(convertible(limit.name).items()):
        times = factor({"code": code}, limit.name)
        assert times
        range_ = _range_in(limit, times, code)
        # Through a molar mass nothing lies exactly on a limit: the factor has twelve digits.
        for value in (limit.inside(), limit.outside(), *([limit.limit] if sort == "another unit" else [])):
            yield sort, _valued(limit, quantity(value / times, code), range_)
        homemade = [each for each in spellings() if spellings()[each] == code and each != code]
        for each in random.sample(homemade, min(2, len(homemade))):
            for value in (limit.inside(), limit.outside()):
                yield "home-made spelling", _valued(limit, quantity(value / times, each, code=False), range_)


def _range_in(limit: Around, times: Fraction, code: str) -> list[Json] | None:
    if not limit.range:
        return None
    low, high = (quantity(end / times, code) for end in limit.range)
    return [{"low": low, "high": high}]


def convertible(name: str) -> dict[str, str]:
    """Every unit in which a block can be reported, and the sort of charts that it makes."""
    wanted = meaning(codes.blocks()[name].get("unit", "-"))
    if wanted is None:
        return {}
    found = {}
    for code in set(spellings().values()):
        if code in TABLE and factor({"code": code}, name) is not None:
            found[code] = "another unit" if TABLE[code][0] == wanted[0] else "mass and molar"
    return found


def _wrong_units(limit: Around) -> Iterator[tuple[str, Json]]:
    value = limit.inside()
    wrong = next(code for code in ("g/L", "mm", "s", "U/L") if factor({"code": code}, limit.name) is None)
    yield "wrong dimension", _valued(limit, quantity(value, wrong))
    yield "no unit", _valued(limit, quantity(value, None))
    yield "a unit that nobody knows", _valued(limit, quantity(value, "blobs", code=False))
    yield "percent", _valued(limit, quantity(value, "%"))


def _ranges(limit: Around) -> Iterator[tuple[str, Json]]:
    assert limit.range
    unit = _written(limit.unit)
    low, high = (quantity(end, unit) for end in limit.range)
    out, in_ = quantity(limit.outside(), unit), quantity(limit.inside(), unit)
    numbers = f"{number(limit.range[0])}-{number(limit.range[1])}"
    yield "no reference range", {key: value for key, value in _valued(limit, out).items() if key != "referenceRange"}
    for value in (out, in_):
        yield "range as text", _valued(limit, value, [{"text": numbers}])
        yield "range with its upper end alone", _valued(limit, value, [{"high": high}])
        yield "range with its lower end alone", _valued(limit, value, [{"low": low}])
    yield "range as text below a number", _valued(limit, out, [{"text": f"<{number(limit.range[1])}"}])
    yield "therapeutic range", _valued(limit, out, [{"low": low, "high": high, "type": _kind("therapeutic")}])
    yield "range marked normal", _valued(limit, out, [{"low": low, "high": high, "type": _kind("normal")}])
    for sex in ("female", "male"):
        yield "range of one sex", _valued(limit, out, [{"low": low, "high": high, "appliesTo": [{"text": sex}]}])
    for ages in ((0, 12), (18, 99)):
        age = {"low": {"value": ages[0], "unit": "a"}, "high": {"value": ages[1], "unit": "a"}}
        yield "range of an age", _valued(limit, out, [{"low": low, "high": high, "age": age}])
    for end in ("0.9", "1.0", "1.4", "1.5", "3.5"):
        yield (
            "range of another width",
            _valued(limit, out, [{"low": quantity(Fraction("0.5"), unit), "high": quantity(Fraction(end), unit)}]),
        )


def _kind(code: str) -> Json:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/referencerange-meaning", "code": code}]}
