"""What a chart says of one statement: a truth, the reason where no fact decided it, and the facts that were used."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from trials.record import Fact
from trials.truth import Truth


class Why(StrEnum):
    """Why a truth is not decided by a fact in hand. The order is the order of precedence."""

    TEXT_MISSING = "text-missing"
    NOT_WRITTEN = "not-written"
    UNDEFINED = "undefined"
    NOT_SEARCHED = "not-searched"
    CONFLICT = "conflict"
    UNIT = "unit"
    NO_REFERENCE_RANGE = "no-reference-range"
    STALE = "stale"
    IMPRECISE = "imprecise"
    FUTURE = "future"
    NEEDS_PERSON = "needs-person"
    NO_DATA = "no-data"
    NOT_IN_CHART = "not-in-chart"
    NOT_APPLICABLE = "not-applicable"


RANK = {why: rank for rank, why in enumerate(Why)}


class Verdict(NamedTuple):
    """One statement judged. `why` is `None` exactly where facts in hand decided it."""

    truth: Truth
    why: Why | None = None
    facts: tuple[Fact, ...] = ()
    clears: date | None = None
    """The first day on which a fact that lies inside a window before a future event no longer stands in the way."""
    note: str | None = None
    """A short remark for people: what is missing, which formula, by whose policy."""


def unknown(why: Why, *facts: Fact, clears: date | None = None, note: str | None = None) -> Verdict:
    """An undecided verdict and its reason."""
    return Verdict(Truth.UNKNOWN, why, facts, clears, note)


def first(whys: "list[Why]") -> Why | None:
    """The reason that comes first where several apply."""
    return min(whys, key=RANK.__getitem__, default=None)
