"""Units and numbers: what a spelling means, exactly, and a value with its comparator as an interval."""

import re
import unicodedata
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

from tests.differential import codes
from tests.differential.definitions import ROOT, plain_yaml

Json = dict[str, Any]
Meaning = tuple[str, Fraction]
"""A dimension and how many of its base unit one is."""

PREFIX = {"k": 3, "": 0, "d": -1, "c": -2, "m": -3, "u": -6, "n": -9, "p": -12}
VOLUMES = {"L": "1", "dL": "0.1", "mL": "0.001", "uL": "1e-6", "nL": "1e-9", "mm3": "1e-6", "m3": "1000"}
TIMES = {"s": 1, "min": 60, "h": 3600}
MERCURY = Fraction("0.133322")
"""One mm[Hg] in kPa, as UCUM has it."""


def _table() -> dict[str, Meaning]:
    found: dict[str, Meaning] = {"1": ("number", Fraction(1)), "%": ("number", Fraction(1, 100))}
    found["[ppth]"] = ("number", Fraction(1, 1000))
    for volume, litres in VOLUMES.items():
        per = 1 / Fraction(litres)
        found["/" + volume] = ("count", per)
        for power in (3, 4, 6, 9, 12):
            found[f"10*{power}/{volume}"] = ("count", Fraction(10) ** power * per)
        for prefix, power in PREFIX.items():
            size = Fraction(10) ** power
            found[f"{prefix}g/{volume}"] = ("mass", size * per)
            found[f"{prefix}mol/{volume}"] = ("amount", size * per)
            found[f"{prefix}U/{volume}"] = ("activity", size * per)
            found[f"{prefix}kat/{volume}"] = ("activity", size * per * 60_000_000)
        for time, seconds in TIMES.items():
            found[f"{volume}/{time}"] = ("flow", Fraction(litres) / seconds)
            found[f"{volume}/{time}/{{1.73_m2}}"] = ("flow by surface", Fraction(litres) / seconds)
        for minutes in (5, 10, 15):
            found[f"{volume}/({minutes}.min)"] = ("flow", Fraction(litres) / (60 * minutes))
        found[volume] = ("volume", Fraction(litres))
    found |= {"kg": ("weight", Fraction(1000)), "g": ("weight", Fraction(1)), "mg": ("weight", Fraction("0.001"))}
    found |= {"ug": ("weight", Fraction("1e-6")), "[lb_av]": ("weight", Fraction("453.59237"))}
    found |= {"m": ("length", Fraction(100)), "cm": ("length", Fraction(1)), "mm": ("length", Fraction("0.1"))}
    found |= {"[in_i]": ("length", Fraction("2.54")), "[ft_i]": ("length", Fraction("30.48"))}
    found |= {"mm[Hg]": ("pressure", MERCURY), "kPa": ("pressure", Fraction(1))}
    found |= {
        "s": ("time", Fraction(1)),
        "ms": ("time", Fraction("0.001")),
        "min": ("time", Fraction(60)),
        "h": ("time", Fraction(3600)),
    }
    found |= {"g/(24.h)": ("mass in time", Fraction(1)), "mg/(24.h)": ("mass in time", Fraction("0.001"))}
    found |= {"mg/h": ("mass in time", Fraction("0.024")), "mg/min": ("mass in time", Fraction("1.44"))}
    return found


TABLE = _table()


def alike(spelling: str) -> str:
    """Blanks, mu, multiplication sign and raised digits made alike."""
    text = unicodedata.normalize("NFKC", spelling).replace("μ", "u").replace("µ", "u").replace("×", "x")
    return "".join(text.split())


def bare(spelling: str) -> str:
    """Without annotations, but for the body surface, which says what is measured."""
    return re.sub(r"\{(?!1\.73_m2)[^}]*\}", "", spelling)


@cache
def spellings() -> dict[str, str]:
    """Every spelling of the table, made alike, with the UCUM code that it means."""
    table = plain_yaml(ROOT / "mappings" / "units.yaml")
    return {alike(each): code for code, others in table.items() for each in (code, *others)}


@cache
def ucum(spelling: str) -> str | None:
    """The UCUM code that a spelling means; one in another case counts where one meaning is left."""
    text = alike(spelling)
    if text in spellings():
        return spellings()[text]
    meant = {code for each, code in spellings().items() if each.casefold() == text.casefold()}
    if len(meant) == 1:
        return meant.pop()
    if bare(text) == text:
        return None
    return ucum(bare(text)) if bare(text) else "1"


def meaning(spelling: str) -> Meaning | None:
    """What a unit's spelling means."""
    return TABLE.get(ucum(spelling) or "")


class Amount(NamedTuple):
    """All values that a report leaves possible, in the unit of the block; `None` is no end."""

    low: Fraction | None
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def __mul__(self, factor: Any) -> "Amount":
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Amount(low, high, self.low_open, self.high_open)


def exactly(number: Fraction) -> Amount:
    return Amount(number, number)


def amount(quantity: Json) -> Amount | None:
    """A Quantity's number with its comparator, in its own unit."""
    if quantity.get("value") is None:
        return None
    number = Fraction(str(quantity["value"]))
    match quantity.get("comparator"):
        case "<":
            return Amount(None, number, high_open=True)
        case "<=":
            return Amount(None, number)
        case ">":
            return Amount(number, None, low_open=True)
        case ">=":
            return Amount(number, None)
    return exactly(number)


def factor(quantity: Json, name: str) -> Fraction | None:
    """By what to multiply a quantity's number to have the block's unit; `None` where the unit will not do."""
    block = codes.blocks()[name]
    wanted = meaning(block["unit"]) if "unit" in block else None
    spelling = quantity.get("code") if "code" in quantity else quantity.get("unit")
    if wanted is None:
        return Fraction(1)
    if wanted[0] == "number":
        return _number_factor(spelling, block["unit"])
    if not spelling:
        return None
    found = meaning(spelling)
    if found is None:
        return None
    if found[0] == wanted[0]:
        return found[1] / wanted[1]
    molar = block.get("molar_mass")
    if molar and (found[0], wanted[0]) == ("mass", "amount"):
        return found[1] / Fraction(molar["g_per_mol"]) / wanted[1]
    if molar and (found[0], wanted[0]) == ("amount", "mass"):
        return found[1] * Fraction(molar["g_per_mol"]) / wanted[1]
    return None


def _number_factor(spelling: str | None, wanted: str) -> Fraction | None:
    """Plain numbers take none, `1`, an annotation, and `%` where they are percentages."""
    if not spelling:
        return Fraction(1)
    found = ucum(spelling)
    if found == "1":
        return Fraction(1)
    return Fraction(1) if found == wanted == "%" else None


def inside(value: Amount, limits: Amount) -> bool | None:
    """Whether every possible value lies within the limits (True), none does (False), or some do (None)."""
    if _apart(value, limits):
        return False
    return True if _starts_within(value, limits) and _ends_within(value, limits) else None


def _apart(value: Amount, limits: Amount) -> bool:
    return _before(value, limits) or _before(limits, value)


def _before(one: Amount, other: Amount) -> bool:
    """Whether the first ends before the second begins."""
    if one.high is None or other.low is None:
        return False
    return one.high < other.low or (one.high == other.low and (one.high_open or other.low_open))


def _starts_within(value: Amount, limits: Amount) -> bool:
    if limits.low is None:
        return True
    if value.low is None:
        return False
    return value.low > limits.low or (value.low == limits.low and (value.low_open or not limits.low_open))


def _ends_within(value: Amount, limits: Amount) -> bool:
    if limits.high is None:
        return True
    if value.high is None:
        return False
    return value.high < limits.high or (value.high == limits.high and (value.high_open or not limits.high_open))
