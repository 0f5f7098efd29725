"""Codes that are added to the packaged sets: many at once, and in an order that does not matter."""

import random
import time

import pytest

from mappings.additions import Addition
from mappings.systems import SNOMED, code_fault
from mappings.terminology import Coding, MappingError, load_terminology

LUPUS = "systemic_lupus_erythematosus"


def snomed_codes(count: int) -> list[str]:
    """So many codes of SNOMED CT's shape that nobody holds."""
    found = []
    for number in range(count):
        stem = f"99{number:06d}00"
        found.append(next(stem + digit for digit in "0123456789" if code_fault("snomed", stem + digit) is None))
    return found


def added(name: str, code: str, snapshot: str = "") -> Addition:
    return Addition(name, SNOMED, code, f"Name of {code}", "here", snapshot=snapshot)


def test_the_codes_of_a_large_expansion_are_added_in_no_time() -> None:
    """Infections or malignancies are tens of thousands; the measure is the processor's, not the clock's."""
    large = [added("malignancy", code, "2026-11-20") for code in snomed_codes(40_000)]
    began = time.process_time()
    alone = load_terminology()
    between = time.process_time()
    known = load_terminology(additions=large)

    assert len(known.sets["malignancy"].codes[SNOMED]) == len(alone.sets["malignancy"].codes[SNOMED]) + 40_000
    assert time.process_time() - between < (between - began) + 2


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_additions_does_not_matter(seed: int) -> None:
    codes = snomed_codes(6)
    listed = [added(LUPUS, code, "2026-11-20") for code in codes[:4]]
    listed += [added("vasculitis", code) for code in codes[2:]] + [added("malignancy", codes[0], "2026-11-20")]
    shuffled = random.Random(seed).sample(listed, len(listed))

    one, other = load_terminology(additions=listed), load_terminology(additions=shuffled)

    for code in codes:
        coding = (Coding(SNOMED, code, None),)
        assert set(one.identify("diagnosis", coding, None).names) == set(
            other.identify("diagnosis", coding, None).names
        )
    assert one.expanded == other.expanded


def test_what_a_person_wrote_goes_before_a_servers_word() -> None:
    (code,) = snomed_codes(1)

    known = load_terminology(additions=[added(LUPUS, code, "2026-11-20"), added("vasculitis", code)])

    names = known.identify("diagnosis", (Coding(SNOMED, code, None),), None).names
    assert ("vasculitis" in names, LUPUS in names) == (True, False)
    assert known.snapshot_of((Coding(SNOMED, code, None),)) is None


def test_a_wrong_check_digit_is_told_with_its_place() -> None:
    with pytest.raises(MappingError, match="here: '990000000000' fails SNOMED CT's check digit"):
        load_terminology(additions=[added(LUPUS, "990000000000")])
