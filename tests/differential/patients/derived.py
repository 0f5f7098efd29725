"""Boundary patients for derived values: inputs missing, old, apart, unreadable or twice, and a reported value."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

from tests.differential import codes
from tests.differential.definitions import Node
from tests.differential.patients.pieces import Json, Piece, ago, codes_of, concept, quantity, result
from tests.differential.plain.amounts import TABLE, factor, spellings

INPUTS = {
    "creatinine_clearance": ("creatinine", "body_weight"),
    "egfr": ("creatinine", "body_height"),
    "indirect_bilirubin_share": ("total_bilirubin", "indirect_bilirubin", "direct_bilirubin"),
}
VALUES = {
    "creatinine": ("62", "180", "190", "230", "600"),
    "body_weight": ("38", "61", "120"),
    "body_height": ("90", "140", "178"),
    "total_bilirubin": ("18", "30"),
    "indirect_bilirubin": ("9", "9.01", "15", "16"),
    "direct_bilirubin": ("9", "8.99", "15", "14"),
}
SORTS = (
    "one input missing",
    "inputs apart",
    "an input in another unit",
    "an input that cannot be read",
    "an input twice",
    "a reported value beside",
    "another person",
    "partial date",
)
UNREADABLE = (None, "blobs", "s")
PEOPLE: tuple[Json | None, ...] = (
    None,
    {"gender": "male", "birthDate": "1950-03-01"},
    {"gender": None},
    {"birthDate": None},
    {"birthDate": "1986"},
    {"birthDate": "2014-04-01"},
    {"birthDate": "2008", "gender": "male"},
)
DAYS = (2, 29, 32, 33, 55, 56, 57, 88, 90, 91, 120)


def derived(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a derived value; what is special is drawn, since the inputs multiply."""
    inputs = INPUTS[node["observation"]]
    yield Piece(ref, "missing")
    for first in VALUES[inputs[0]]:
        for name in inputs[1:]:
            for second in VALUES[name]:
                pair = (_one(inputs[0], first, today, 2), _one(name, second, today, 2))
                yield Piece(ref, "computed", pair, random.choice(PEOPLE[:2]))
    for gender in ("female", "male"):
        # 27.7 mL/min of a woman of 40, 32.6 of a man
        pair = (_one(inputs[0], VALUES[inputs[0]][-2], today, 2), _one(inputs[1], VALUES[inputs[1]][1], today, 2))
        yield Piece(ref, f"computed, {gender}", pair, {"gender": gender, "birthDate": f"{today.year - 40}-01-01"})
    for _ in range(160):
        yield _drawn(ref, node, inputs, today, random)


def _drawn(ref: str, node: Node, inputs: tuple[str, ...], today: date, random: Random) -> Piece:
    """Some inputs, each of its own day and value, perhaps twice or unreadable, and perhaps a reported value."""
    sort = random.choice(SORTS)
    names = list(inputs)
    if sort == "one input missing":
        names.remove(random.choice(names))
    days = {name: 3 for name in names}
    if sort in ("inputs apart", "a reported value beside"):
        days = {name: random.choice(DAYS) for name in names}
    made = [_one(name, random.choice(VALUES[name]), today, days[name]) for name in names]
    if sort == "an input in another unit":
        # Off every limit: numbers in JSON have ten digits here.
        made = [_elsewhere(_one(name, VALUES[name][-1], today, 3), random) for name in names]
    if sort == "an input that cannot be read":
        made[random.randrange(len(made))] |= {
            "valueQuantity": quantity(Fraction(70), random.choice((None, "blobs", "s")))
        }
    if sort == "an input twice":
        name = random.choice(names)
        made.append(_one(name, random.choice(VALUES[name]), today, random.choice((3, 3, 5))))
    if sort == "partial date":
        made[0]["effectiveDateTime"] = ago(today, random.choice(DAYS))[:7]
    if sort == "a reported value beside" and "loinc" in codes_of(node["observation"]):
        made.append(_reported(node, today, random))
    return Piece(ref, sort, tuple(made), random.choice(PEOPLE) if sort == "another person" else None)


def _one(name: str, value: str, today: date, days: int) -> Json:
    unit = codes.blocks()[name]["unit"]
    code = codes_of(name)["loinc"][0]
    return result(
        concept("loinc", code), f"{ago(today, days)}T08:00:00Z", valueQuantity=quantity(Fraction(value), unit)
    )


def _elsewhere(made: Json, random: Random) -> Json:
    """The same value in another unit that converts."""
    name = next(each for each in VALUES if made["code"]["coding"][0]["code"] in codes_of(each)["loinc"])
    units = [
        unit
        for unit in sorted(set(spellings().values()) & set(TABLE))
        if factor({"code": unit}, name) is not None and "{" not in unit
    ]
    unit = random.choice(units)
    times = factor({"code": unit}, name)
    assert times
    return {**made, "valueQuantity": quantity(Fraction(str(made["valueQuantity"]["value"])) / times, unit)}


def _reported(node: Node, today: date, random: Random) -> Json:
    name = node["observation"]
    code = random.choice(codes_of(name)["loinc"])
    unit = random.choice((codes.blocks()[name]["unit"],) * 4 + ("g/L", None))
    value = random.choice(("12", "29", "30", "31", "80"))
    day = f"{ago(today, random.choice(DAYS))}T08:00:00Z"
    return result(concept("loinc", code), day, valueQuantity=quantity(Fraction(value), unit))
