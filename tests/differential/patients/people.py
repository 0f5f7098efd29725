"""Boundary patients for who the patient is: ages around each limit, partial and missing birth dates, and each sex."""

from collections.abc import Iterator
from datetime import date, timedelta

from tests.differential.definitions import Node
from tests.differential.patients.pieces import Piece, text


def aged(ref: str, node: Node, today: date) -> Iterator[Piece]:
    """Birthdays on, before and after each limit of an age; of an upper limit the year after it counts."""
    low, _, high = node["age"].removesuffix("years").replace(" and over", "..").strip().partition("..")
    ages = [int(low)] + ([int(high) + 1] if high.strip() else [])
    sorts = {-1: "just in or out, a day before", 0: "birthday today", 1: "just in or out, a day after"}
    for age in ages:
        birthday = _years_before(today, age)
        for days, sort in sorts.items():
            yield Piece(ref, sort, (), {"birthDate": text(birthday + timedelta(days=days))})
        for year in (-1, 0, 1):
            yield Piece(ref, "partial date", (), {"birthDate": str(birthday.year + year)})
            yield Piece(ref, "partial date", (), {"birthDate": f"{birthday.year + year}-{birthday.month:02}"})
    for age in (0, 4, 17, 40, 69, 90):
        yield Piece(ref, "an age", (), {"birthDate": text(_years_before(today, age))})
    yield Piece(ref, "born on a leap day", (), {"birthDate": "2008-02-29"})
    yield Piece(ref, "missing", (), {"birthDate": None})


def _years_before(today: date, years: int) -> date:
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return date(today.year - years, 3, 1)
