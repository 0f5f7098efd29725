"""Numbers as charts write them: exact decimals, comparators, titres, ranges in text. What cannot be read for certain is
no number; nothing is guessed from its size."""

import re
import unicodedata
from decimal import Context, Decimal, Inexact
from typing import Final, NamedTuple

from trials.interval import Interval

Number = Interval[Decimal]

MOST_DIGITS: Final = 34
"""As many as IEEE 754 decimal128 has, which FHIR servers store; more is no measurement."""
WIDEST_EXPONENT: Final = 30
"""Of a power of ten, up or down. Arithmetic of what is wider may cost any amount of time and space."""
_EXACT = Context(prec=MOST_DIGITS, traps=[Inexact])
LONGEST_TEXT: Final = 120
"""A longer text is prose, no number."""

_COMPARATORS = {
    "<": "<",
    "<=": "<=",
    "=<": "<=",
    "≤": "<=",
    "≦": "<=",
    ">": ">",
    ">=": ">=",
    "=>": ">=",
    "≥": ">=",
    "≧": ">=",
    "": "",
    "=": "",
}
_COMPARATOR = r"(?P<comparator>[<>=≤≥≦≧]{0,2})\s*"
_NUMBER = r"[0-9]{1,20}(?:\.[0-9]{1,20})?(?:[eE][+-]?[0-9]{1,2})?"
_POWER = r"[x*]?\s?10\s?[*^eE]?\s?[0-9]{1,2}"
_WORD = r"[^\W\d_%][^\s,;<>=()]{0,40}"
_UNIT = rf"(?P<unit>%|(?:{_POWER}\s?)?/?{_WORD}|10[*^][^\s,;]{{1,40}})?"
_PLAIN = re.compile(rf"{_COMPARATOR}(?P<number>[+-]?{_NUMBER})\s*{_UNIT}")
_DASH = r"(?:-|–|—|−|~|〜|to|至|\.\.\.?)"
_RANGE = re.compile(
    rf"(?P<open>[\[(]?)\s*(?P<low>-?{_NUMBER})\s*{_DASH}\s*(?P<high>{_NUMBER})\s*(?P<close>[\])]?)\s*{_UNIT}"
)
_TITRE = re.compile(rf"(?<![0-9.:/]){_COMPARATOR}1\s*:\s*(?P<number>[0-9]{{1,7}})(?![0-9.:/])")
_SLASHED_TITRE = re.compile(rf"{_COMPARATOR}1\s*/\s*(?P<number>[0-9]{{1,7}})")
_DECIMAL_COMMA = re.compile(r"(?<![0-9,.])([0-9]{1,6}),([0-9]{1,2})(?![0-9,.])")
_SUPERSCRIPT = re.compile("[\u2070\u00b9\u00b2\u00b3\u2074-\u2079]+")
_AROUND_SLASH = re.compile(r"\s*/\s*([0-9.]*)\s*")
_UP_TO = re.compile(r"(?:up to|bis|不超过)\s*(?=[0-9])", re.IGNORECASE)


class Written(NamedTuple):
    """A number that stood in a text."""

    value: Number
    unit: str | None = None
    titre: bool = False


def measured(value: Decimal | None) -> Decimal | None:
    """The number, if it is finite and of a size and precision that measurements have."""
    if value is None or not value.is_finite() or not -WIDEST_EXPONENT <= value.adjusted() <= WIDEST_EXPONENT:
        return None
    try:
        return _EXACT.plus(value)
    except Inexact:
        return None


def bounded(value: Decimal | None, comparator: str | None) -> Number | None:
    """The interval that a number and its comparator say: `<5` is all below 5; an unknown comparator says none."""
    value = measured(value)
    if value is None:
        return None
    if not comparator:
        return Interval(value, value)
    match _COMPARATORS.get(comparator.strip()):
        case "":
            return Interval(value, value)
        case "<":
            return Interval(None, value, high_open=True)
        case "<=":
            return Interval(None, value)
        case ">":
            return Interval(value, None, low_open=True)
        case ">=":
            return Interval(value, None)
        case _:
            return None


def written_number(text: str) -> Written | None:
    """The number that a text is as a whole: "5.1", "<0.05", "> 90 %", "5.1 10*9/L", "1:8", "2-5", "Reactive 1:8"."""
    plain = _plain(text)
    if plain is None:
        return None
    titre = _titre(plain)
    if titre is not None:
        return titre
    found = _PLAIN.fullmatch(plain)
    if found is not None:
        value = bounded(Decimal(found["number"]), found["comparator"])
        return None if value is None else Written(value, found["unit"])
    between = written_range(text)
    return between if between is not None and between.value.low is not None and between.value.high is not None else None


def written_range(text: str) -> Written | None:
    """The range that a text is as a whole: "3.5-9.5", "<40", "≤ 40", "0 – 40 U/L", "[3.5~9.5]"."""
    plain = _plain(text)
    if plain is None:
        return None
    between = _RANGE.fullmatch(plain)
    if between is not None:
        low, high = measured(Decimal(between["low"])), measured(Decimal(between["high"]))
        brackets = between["open"] + between["close"]
        if low is None or high is None or low > high or brackets not in ("", "[]", "()"):
            return None
        return Written(Interval(low, high), between["unit"])
    plain = _UP_TO.sub("<=", plain)
    titre = _TITRE.fullmatch(plain)
    if titre is not None and titre["comparator"]:
        return _as_titre(titre)
    found = _PLAIN.fullmatch(plain)
    if found is None or _COMPARATORS.get(found["comparator"]) in ("", None):
        return None
    value = bounded(Decimal(found["number"]), found["comparator"])
    return None if value is None else Written(value, found["unit"])


def _titre(plain: str) -> Written | None:
    """The one titre of a text; of two different ones neither."""
    slashed = _SLASHED_TITRE.fullmatch(plain)
    found = [slashed] if slashed else list(_TITRE.finditer(plain))
    return _as_titre(found[0]) if len(found) == 1 else None


def _as_titre(found: re.Match[str]) -> Written | None:
    value = bounded(Decimal(found["number"]), found["comparator"])
    return None if value is None else Written(value, titre=True)


def _plain(text: str) -> str | None:
    """The text with plain digits and signs, decimal points for decimal commas, no blank around a unit's slash."""
    if len(text) > LONGEST_TEXT:
        return None
    raised = _SUPERSCRIPT.sub(lambda digits: "^" + unicodedata.normalize("NFKC", digits[0]), text)
    plain = unicodedata.normalize("NFKC", raised).replace("×", "x").strip()
    plain = _AROUND_SLASH.sub(r"/\1", plain)
    return _DECIMAL_COMMA.sub(r"\1.\2", plain)
