"""What each criterion says of a chart that was searched in full and holds one woman and nothing else."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.cases.expected import verdict_text
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
T2 = "cd19-bcma-autoimmune"


def of_empty_chart(trial: Trial, terminology: Terminology) -> TrialMatch:
    needed = needs((trial,), terminology.sets).names
    pages = [decode_page(EMPTY)]
    reading = read_record(pages, terminology=terminology, today=TODAY, patient_id="woman", needed=needed)
    return match(trial, reading.record, TODAY, Policy())


@pytest.fixture(scope="module")
def found(trials: dict[str, Trial], terminology: Terminology) -> dict[str, str]:
    """What each criterion of T2 says, in the words of the table."""
    criteria = of_empty_chart(trials[T2], terminology).criteria
    return {judged.ref: verdict_text(judged.verdict) for judged in criteria}


@pytest.mark.parametrize("leaf", leaves("T2"), ids=lambda leaf: leaf.id)
def test_a_leaf_says_of_an_empty_chart_what_the_table_says(leaf: Leaf, found: dict[str, str]) -> None:
    assert found[leaf.id] == leaf.silent


def test_what_is_not_written_is_said_to_be_so_and_nothing_else_is(
    trials: dict[str, Trial], found: dict[str, str]
) -> None:
    definition = trials[T2].definition
    groups = definition.shared + tuple(group for arm in definition.arms for group in arm.groups)
    unwritten = {
        node.row.ref for group in groups for node in rows(group.node) if isinstance(node, NotWritten) and node.row
    }

    assert {ref for ref, verdict in found.items() if verdict == "unknown not-written"} == unwritten


def test_every_leaf_of_the_table_is_claimed_once_and_beside_them_only_lost_text_and_what_a_person_accepts(
    trials: dict[str, Trial],
) -> None:
    definition = trials[T2].definition
    groups = definition.shared + tuple(group for arm in definition.arms for group in arm.groups)
    lost = {node.row.ref for group in groups for node in rows(group.node) if isinstance(node, Missing) and node.row}
    accepted = {row.ref for group in groups for row in accepting(group.node)}

    claimed = refs([trials[T2]])

    assert sorted(ref for ref in claimed if ref not in lost | accepted) == sorted(leaf.id for leaf in leaves("T2"))
    assert len(set(claimed)) == len(claimed)
    assert len(lost) == 5
    assert accepted == {"T2-AIHA"}


def test_lost_text_is_open_whatever_the_chart_says(found: dict[str, str]) -> None:
    lost = {ref: verdict for ref, verdict in found.items() if ref.startswith("T2-M")}

    assert set(lost.values()) == {"unknown text-missing"}


def test_a_trial_without_criteria_cannot_be_assessed(trials: dict[str, Trial], terminology: Terminology) -> None:
    found = of_empty_chart(trials["scar02"], terminology)

    assert (found.standing, found.criteria, found.open) == ("not-assessable", (), ())


def accepting(node: Node) -> Iterator[Row]:
    """The questions whether evidence is accepted although so many of its markers fail."""
    if isinstance(node, AllOf) and node.but_row is not None and node.but_row.row is not None:
        yield node.but_row.row
    for part in parts(node):
        yield from accepting(part)
