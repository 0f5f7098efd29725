"""Each class C leaf has generated patients, of every sort that the kind of its tests asks for."""

from datetime import date
from functools import cache

import pytest

from tests.differential.definitions import class_c, each_test, rows
from tests.differential.patients.all import pieces
from tests.differential.patients.wanted import REASONS, wanted

DAY = date(2026, 11, 21)


@cache
def sorts() -> dict[str, set[str]]:
    """By leaf."""
    found: dict[str, set[str]] = {}
    for piece in pieces(DAY):
        found.setdefault(piece.ref, set()).add(piece.sort)
    return found


def test_every_class_c_leaf_has_generated_patients_and_no_other_has() -> None:
    assert len(class_c()) == 147
    assert set(class_c()) == set(sorts())


@pytest.mark.parametrize("ref", class_c())
def test_a_leaf_has_patients_of_every_sort_that_its_tests_ask_for(ref: str) -> None:
    asked = set[str]().union(*(wanted(test) for test in each_test(rows()[ref].node)))

    assert {sort for sort in asked - sorts()[ref] if (ref, sort) not in REASONS} == set()


def test_no_reason_is_given_for_patients_that_are_there() -> None:
    assert [key for key in REASONS if key[1] in sorts().get(key[0], set())] == []
