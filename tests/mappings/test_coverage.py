"""Every concept of the protocols' seeds has a set of ours or a line on the page of gaps.

The committed list needs nothing. Where the folder of reference codes is (TRIALHOOK_TEST_TERMINOLOGY), the list, each
verified code and each drug product are compared with it.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.systems import LOINC, RXNORM
from mappings.terminology import Coding, Terminology
from mappings.ucum import NotUcum, measure
from mappings.units import conversion
from tests import machine
from tests.mappings.seed_concepts import BY_NAME, GAP, ON_THE_PAGE, concepts, held, read_list

GAPS = (machine.ROOT / "docs" / "terminology-gaps.md").read_text(encoding="utf-8")


NOT_CONVERTED = {("egfr", "mL/min"), ("haptoglobin", "mol/L"), ("iga", "umol/L")}
"""Units of our codes that are refused on purpose: see "Quantities that are not converted" on the page."""


@pytest.fixture
def folder() -> Path:
    found = machine.terminology()
    assert found is not None
    return found


def test_every_concept_of_the_seeds_has_a_set_or_is_a_known_gap(terminology: Terminology) -> None:
    known = dict(read_list())

    without = [
        (concept, said)
        for concept, said in known.items()
        if said not in terminology.sets and not (said.startswith(f"{GAP}: ") and said.removeprefix(f"{GAP}: ") in GAPS)
    ]
    assert without == []
    assert len(known) > 160
    assert sum(said.startswith(GAP) for said in known.values()) < 10


@pytest.mark.terminology
def test_the_list_of_concepts_is_the_one_of_the_seeds(terminology: Terminology, folder: Path) -> None:
    """And each set in it knows a code of its concept. After a change: `python -m tests.mappings.seed_concepts`."""
    known = dict(read_list())
    of_seeds = concepts(folder)

    assert known.keys() == of_seeds.keys()
    coded = {name: codes for name, codes in of_seeds.items() if any(held(terminology, one) for one in codes)}
    assert [
        name for name, codes in coded.items() if not any(known[name] in held(terminology, one) for one in codes)
    ] == []
    assert known.keys() - coded.keys() <= BY_NAME.keys() | ON_THE_PAGE.keys()


@pytest.mark.terminology
def test_every_verified_code_of_the_seeds_is_mapped_or_on_the_page(terminology: Terminology, folder: Path) -> None:
    lost = [
        (concept, one.code)
        for concept, codes in concepts(folder).items()
        for one in codes
        if not held(terminology, one) and one.code not in GAPS
    ]

    assert lost == []


@pytest.mark.terminology
def test_every_known_product_of_a_drug_is_mapped_or_on_the_page(terminology: Terminology, folder: Path) -> None:
    """A product's code is what an order carries; without it the drug is known by its text alone."""
    lost = [
        (code, display)
        for system, code, display in _reference(folder)
        if system == RXNORM
        and not terminology.drug((Coding(RXNORM, code, None),), None).ingredients
        and terminology.drug((), display).ingredients
        and code not in GAPS
    ]

    assert lost == []


@pytest.mark.terminology
def test_every_mapped_code_is_a_published_one(terminology: Terminology, folder: Path) -> None:
    published = {(system, code) for system, code, _ in _reference(folder)} | {
        (LOINC, code) for code in _example_units(folder)
    }

    unknown = [
        (one.name, code)
        for one in terminology.sets.values()
        for system in (LOINC, RXNORM)
        for code in one.codes.get(system, ())
        if (system, code) not in published
    ]
    assert unknown == []


@pytest.mark.terminology
def test_the_usual_unit_of_each_code_comes_into_the_unit_of_its_set(terminology: Terminology, folder: Path) -> None:
    """A code whose own example units cannot be converted would be of another quantity than its set."""
    examples = _example_units(folder)

    foreign = [
        (one.name, code, unit)
        for one in terminology.sets.values()
        if one.unit is not None
        for code in one.codes.get(LOINC, ())
        for unit in examples.get(code, ())
        if terminology.units.factor(one, unit, None) is None and not _convertible(terminology, one.name, unit)
    ]
    assert [one for one in foreign if (one[0], one[2]) not in NOT_CONVERTED] == []
    assert {(name, unit) for name, _, unit in foreign} == NOT_CONVERTED


def _convertible(terminology: Terminology, name: str, unit: str) -> bool:
    try:
        return conversion(terminology.sets[name], unit, measure(unit)) is not None
    except NotUcum:
        return False


def _reference(folder: Path) -> Iterator[tuple[str, str, str]]:
    with (folder / "reference-codes.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines, delimiter="\t")
        next(rows)
        for system, code, display, *_ in rows:
            yield system, code, display


def _example_units(folder: Path) -> dict[str, tuple[str, ...]]:
    with (folder / "loinc-example-units.tsv").open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t")
        return {row["code"]: tuple(row["ucum_units"].split()) for row in rows}
