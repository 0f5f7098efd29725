"""What each criterion says of a chart that was searched in full and holds one woman and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.cases.expected import verdict_text
from app.cases.reading import groups
from app.reading.page import decode_page
from app.reading.record import read_record
from mappings.terminology import Terminology
from tests.trials.table import Leaf, leaves
from trials.judge import Trial, match
from trials.language import AllOf, Missing, Node, NotWritten, Row
from trials.library import refs
from trials.match import TrialMatch
from trials.needs import needs
from trials.policy import Policy
from trials.tree import parts, rows

TODAY = date(2026, 6, 15)
EMPTY = b"""{"resourceType": "Bundle", "type": "searchset", "entry": [
    {"resource": {"resourceType": "Patient", "id": "woman", "gender": "female", "birthDate": "1986-02-01"}}]}"""
IN_FULL = {"T1": "cd19-autoimmune", "T2": "cd19-bcma-autoimmune", "T3": "cd19-sle", "T4": "ucd19-jdm"}
"""The trials that are written in full: for every one of their rows the table says what silence means."""
LEAVES = [leaf for trial in IN_FULL for leaf in leaves(trial)]
BESIDE = {"T2": {"T2-AIHA"}}
"""Rows beside the table and beside lost text: what a person accepts."""
LOST = {"T1": 1, "T2": 5}
"""How many parts of the protocol's text are lost."""


def of_empty_chart(trial: Trial, terminology: Terminology) -> TrialMatch:
    needed = needs((trial,), terminology.sets).names
    pages = [decode_page(EMPTY)]
    reading = read_record(pages, terminology=terminology, today=TODAY, patient_id="woman", needed=needed)
    return match(trial, reading.record, TODAY, Policy())


@pytest.fixture(scope="module")
def found(trials: dict[str, Trial], terminology: Terminology) -> dict[str, str]:
    """What each criterion of these trials says, in the words of the table."""
    matches = [of_empty_chart(trials[id], terminology) for id in IN_FULL.values()]
    return {judged.ref: verdict_text(judged.verdict) for match in matches for judged in match.criteria}


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf.id)
def test_a_leaf_says_of_an_empty_chart_what_the_table_says(leaf: Leaf, found: dict[str, str]) -> None:
    assert found[leaf.id] == leaf.silent


@pytest.mark.parametrize("ref", IN_FULL)
def test_a_trial_in_full_leaves_nothing_unwritten(ref: str, trials: dict[str, Trial]) -> None:
    assert [row.ref for row in claimed(trials[IN_FULL[ref]], NotWritten)] == []


@pytest.mark.parametrize("ref", IN_FULL)
def test_every_leaf_of_the_table_is_claimed_once_and_beside_them_only_lost_text_and_what_a_person_accepts(
    ref: str, trials: dict[str, Trial]
) -> None:
    trial = trials[IN_FULL[ref]]
    lost = {row.ref for row in claimed(trial, Missing)}
    accepted = {row.ref for group in groups(trial) for row in accepting(group.node)}

    every = refs([trial])

    assert sorted(set(every) - lost - accepted) == sorted(leaf.id for leaf in leaves(ref))
    assert len(set(every)) == len(every)
    assert len(lost) == LOST.get(ref, 0)
    assert accepted == BESIDE.get(ref, set())


def test_lost_text_is_open_whatever_the_chart_says(trials: dict[str, Trial], found: dict[str, str]) -> None:
    lost = [row.ref for id in IN_FULL.values() for row in claimed(trials[id], Missing)]

    assert {found[ref] for ref in lost} == {"unknown text-missing"}


def test_a_trial_without_criteria_cannot_be_assessed(trials: dict[str, Trial], terminology: Terminology) -> None:
    found = of_empty_chart(trials["scar02"], terminology)

    assert (found.standing, found.criteria, found.open) == ("not-assessable", (), ())


def claimed(trial: Trial, kind: type[Node]) -> list[Row]:
    """The rows of one kind of node."""
    return [node.row for group in groups(trial) for node in rows(group.node) if isinstance(node, kind) and node.row]


def accepting(node: Node) -> Iterator[Row]:
    """The questions whether evidence is accepted although so many of its markers fail."""
    if isinstance(node, AllOf) and node.but_row is not None and node.but_row.row is not None:
        yield node.but_row.row
    for part in parts(node):
        yield from accepting(part)
