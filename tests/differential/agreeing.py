"""One chart through both evaluators, and the rows on which they have to agree."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from random import Random
from typing import NamedTuple

from tests.differential import engine
from tests.differential.definitions import Node, Row, class_c, each_test, rows
from tests.differential.patients.all import pieces
from tests.differential.patients.pieces import Json, Piece, chart
from tests.differential.plain.chart import Chart
from tests.differential.plain.rows import judged
from tests.differential.plain.truth import Said

DAYS = (date(2026, 11, 21), date(2026, 5, 31), date(2024, 2, 29), date(2025, 3, 1))
"""The days of judging: an ordinary one, an end of a month that other months lack, and both sides of a leap day."""

UNTOLD = {"rise", "rise_above", "fall", "fall_above", "one_of", "cured_for", "severe", "times", "onset_before_age"}
"""What the plain evaluator does not know: all of it decides rows of other classes than C."""
OF_EACH_SORT, OF_EACH_LEAF = 7, 4
UNTOLD_STATES = {"past", "relapsed"}


class Disagreement(NamedTuple):
    """One row on which the two differ."""

    ref: str
    engine: Said
    plain: Said


@cache
def compared() -> tuple[Row, ...]:
    """Every class C row, and of the others those that the plain evaluator can tell."""
    return tuple(
        row for row in rows().values() if row.ref in class_c() or not any(_untold(test) for test in each_test(row.node))
    )


def _untold(test: Node) -> bool:
    length_at_dose = {"daily_dose", "for"} <= set(test)
    return bool(UNTOLD & set(test)) or test.get("when") in UNTOLD_STATES or length_at_dose


def disagreements(bundle: Json, today: date, trials: frozenset[str] | None = None) -> list[Disagreement]:
    """The rows of these trials, or of all, on which engine and plain evaluator differ."""
    said = engine.verdicts(bundle, today, trials)
    plain = Chart(bundle, today)
    asked = [row for row in compared() if row.ref in said and (trials is None or row.trial in trials)]
    found = (Disagreement(row.ref, said[row.ref], judged(row, plain)) for row in asked)
    return [each for each in found if each.engine != each.plain]


PEOPLE: tuple[Json, ...] = (
    {},
    {"gender": "male"},
    {"gender": "female", "birthDate": "1950-03"},
    {"gender": None},
    {"birthDate": None},
    {"birthDate": "2013-06-02"},
    {"gender": "other", "birthDate": "1971"},
)


class Made(NamedTuple):
    """A generated chart, and what it is made of."""

    today: date
    pieces: tuple[Piece, ...]
    bundle: Json

    def __str__(self) -> str:
        return f"{self.today}: {'; '.join(f'{piece.ref} {piece.sort}' for piece in self.pieces)}\n{self.bundle}"


def mixed(random: Random, days: tuple[date, ...] = DAYS) -> Made:
    """A chart of one to four pieces, of whatever leaves, of an invented person on one of the days."""
    today = random.choice(days)
    some = tuple(random.choice(pieces(today)) for _ in range(random.choice((1, 1, 2, 3, 4))))
    return Made(today, some, chart(list(some), random.choice(PEOPLE)))


def spread(random: Random, days: tuple[date, ...]) -> list[tuple[Piece, date]]:
    """Pieces of every leaf and of every sort: some of each leaf, and of each sort those of some leaves."""
    by_leaf: dict[str, list[tuple[Piece, date]]] = {}
    by_sort: dict[tuple[str, int], list[tuple[Piece, date]]] = {}
    for day in days:
        for piece in pieces(day):
            by_leaf.setdefault(piece.ref, []).append((piece, day))
            by_sort.setdefault((piece.sort, hash_of(piece.ref, OF_EACH_SORT)), []).append((piece, day))
    some = [one for listed in by_leaf.values() for one in random.sample(listed, min(OF_EACH_LEAF, len(listed)))]
    return some + [random.choice(listed) for listed in by_sort.values()]


def hash_of(ref: str, parts: int) -> int:
    """Which of so many parts a leaf is in, the same in every run."""
    return sum(map(ord, ref)) % parts


def alone(piece: Piece, today: date) -> Made:
    return Made(today, (piece,), chart([piece]))


def report(found: Iterable[tuple[Made, Disagreement]]) -> str:
    """What a person needs to look into disagreements, the first ten of them."""
    lines = [f"{each.ref}: engine {each.engine}, plain {each.plain}, by {made}" for made, each in list(found)[:10]]
    return "\n\n".join(lines)
