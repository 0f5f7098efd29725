"""All pieces: each class C leaf of the definitions through the generators of its tests."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from random import Random

from tests.differential.definitions import Node, class_c, each_test, rows
from tests.differential.patients.answered import answered, titred
from tests.differential.patients.courses import after_a_course, dosed, sampled
from tests.differential.patients.derived import INPUTS, derived
from tests.differential.patients.diagnosed import diagnosed
from tests.differential.patients.done import allergic, done
from tests.differential.patients.drugged import drugged
from tests.differential.patients.measured import measured
from tests.differential.patients.people import aged
from tests.differential.patients.pieces import Piece, codes_of

LIMITS = {"min", "max", "above", "below"}


@cache
def pieces(today: date) -> tuple[Piece, ...]:
    """Every piece of every class C leaf that a definition has, on a day."""
    leaves = [row for ref, row in rows().items() if ref in class_c()]
    return tuple(piece for row in leaves for test in each_test(row.node) for piece in _of_test(row.ref, test, today))


def _of_test(ref: str, test: Node, today: date) -> Iterator[Piece]:
    random = Random(f"{ref} {today}")
    if "age" in test:
        yield from aged(ref, test, today)
    elif test.get("observation") in INPUTS:
        yield from derived(ref, test, today, random)
        if "loinc" in codes_of(test["observation"]):
            yield from measured(ref, test, today, random)
    elif "observation" in test and "loinc" in codes_of(test["observation"]):
        yield from _of_results(ref, test, today, random)
    elif "condition" in test or "supported_by" in test:
        yield from diagnosed(ref, test, today, random)
    elif "procedure" in test or "immunization" in test:
        yield from done(ref, test, today, random)
    elif "medication" in test:
        yield from drugged(ref, test, today, random)
        if "daily_dose" in test:
            yield from dosed(ref, test, today, random)
        if "sample_of" in test:
            yield from sampled(ref, test, today)
    elif "allergy" in test:
        yield from allergic(ref, test, today, random)


def _of_results(ref: str, test: Node, today: date, random: Random) -> Iterator[Piece]:
    if "is" in test:
        yield from answered(ref, test, today, random)
    elif test.get("min", "").startswith("1:"):
        yield from titred(ref, test, today)
    elif LIMITS & set(test):
        yield from measured(ref, test, today, random)
    if "after" in test:
        yield from after_a_course(ref, test, today, random)
