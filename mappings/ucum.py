"""What a UCUM code measures, by ucumvert. Used while mappings and definitions load; no chart is judged by asking it.

Source: the Unified Code for Units of Measure, https://ucum.org/ucum.
"""

from decimal import Decimal
from functools import cache
from typing import Any, Final, NamedTuple

DIGITS: Final = 12
"""Significant digits of a factor between two units. ucumvert computes in floats; rounded, factors of decimal units are
exact, and twelve digits leave room for exact products in decimal arithmetic: 1.5 times a limit is 1.5 times a limit."""

BODY_SURFACE: Final = "{1.73_m2}"
"""The one annotation that says what is measured: a rate for a standard body is another quantity than a rate."""


class NotUcum(ValueError):
    """The text is no UCUM code."""


class Measure(NamedTuple):
    """The dimension of a unit, and how many of that dimension's base unit it is, to a float's precision."""

    dimension: str
    factor: Decimal


def rounded(factor: Decimal) -> Decimal:
    """`factor` to `DIGITS` significant digits, without trailing zeros."""
    short = Decimal(f"{factor:.{DIGITS - 1}e}")
    return short.quantize(Decimal(1)) if short == short.to_integral() else short.normalize()


@cache
def measure(code: str) -> Measure:
    """What a UCUM code measures. Raises `NotUcum`."""
    bare = code.removesuffix(f"/{BODY_SURFACE}")
    # International units of enzymes are enzyme units; for other analytes the pair does not meet.
    enzyme = bare.replace("[IU]", "U").replace("[iU]", "U")
    quantity = _quantity(enzyme).to_base_units()
    dimension = str(quantity.dimensionality)
    if bare != code:
        dimension += f" / {BODY_SURFACE}"
    return Measure(dimension, Decimal(repr(float(quantity.magnitude))))


def _quantity(code: str) -> Any:
    registry = _registry()
    try:
        return registry.from_ucum(code)
    except Exception as error:  # ucumvert and pint raise lark's, pint's and Python's own errors for a bad code
        raise NotUcum(code) from error


@cache
def _registry() -> Any:
    from ucumvert import PintUcumRegistry  # type: ignore[import-untyped]  # it ships no types; half a second: only who loads mappings pays it

    return PintUcumRegistry()
