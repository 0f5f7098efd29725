"""Every trial's cases, run through the real path, and what they have to cover."""

from collections.abc import Callable
from functools import cache

import pytest

from app.cases import Cases, coverage, read_cases, review
from mappings.terminology import Terminology
from tests.trials.table import leaves
from trials import tree
from trials.judge import Trial
from trials.language import Asked, Missing, Node, NotWritten, Undefined
from trials.library import DEFINITIONS
from trials.tree import rows
from trials.verdict import Why

IDS = sorted(file.parent.name for file in DEFINITIONS.glob("*/trial.yaml"))
IN_FULL = {"T1": "cd19-autoimmune", "T2": "cd19-bcma-autoimmune", "T3": "cd19-sle"}
"""The trials whose cases have to reach every answer that a chart can give."""

SUPPORTED = "a coded diagnosis supports named criteria or a guideline and never proves them"
SILENT = "a chart that does not tell of the finding does not show that it is absent"
CAUSE = "no chart says what caused a result"
OPEN = "the text names no antibody, so that others than those tested may be positive"
PERSON = "what the chart holds leaves severity, stage, cause or control to a person"

GATED = {"T3-X31c", "T3-X31d"}
"""Questions that do not concern everybody: they are false where they do not apply."""
AHEAD = "a time before an event that lies ahead cannot be broken yet"

# A leaf that the chart decides and that some answer can never reach, and why.
OUT_OF_REACH = {
    "T1-G3f": {"true": CAUSE},
    "T1-G3h": {"true": CAUSE},
    "T1-G3m": {"true": CAUSE},
    "T1-G4a": {"true": "no code says that a woman can bear children"},
    "T1-G4e": {"true": SILENT},
    "T1-A1": {"true": SUPPORTED},
    "T1-A3b": {"false": SILENT},
    "T1-B1a": {"true": SUPPORTED},
    "T1-B2": {"false": OPEN},
    "T1-B4b": {"false": SILENT},
    "T1-C1": {"true": SUPPORTED},
    "T1-C2": {"false": OPEN},
    "T1-C3a": {"true": PERSON, "false": SILENT},
    "T1-C4b": {"false": SILENT},
    "T1-C5b": {"true": PERSON, "false": SILENT},
    "T1-D1": {"true": SUPPORTED},
    "T1-D3": {"true": SILENT},
    "T1-D4c": {"true": PERSON, "false": SILENT},
    "T1-D5b": {"true": PERSON, "false": SILENT},
    "T1-D5c": {"false": SILENT},
    "T2-C1": {"true": "no code says that a woman can bear children"},
    "T2-O13": {"true": SILENT},
    "T2-O16": {"true": SILENT, "false": PERSON},
    "T2-X1e": {"true": PERSON},
    "T2-X1f": {"true": PERSON},
    "T2-X8a": {"true": "the protocol does not name the agents"},
    "T2-X8b": {"true": "the protocol does not name the components"},
    "T2-X10a": {"true": PERSON},
    "T2-X14b": {"true": PERSON},
    "T2-X17": {"true": AHEAD},
    "T2-X19": {"true": PERSON},
    "T2-2a": {"true": SUPPORTED},
    "T2-2c": {"false": SILENT},
    "T2-4a": {"true": SUPPORTED},
    "T2-5a": {"true": SUPPORTED},
    "T2-6a": {"true": SUPPORTED},
    "T2-6b": {"true": "a coded relapse does not say that a neurologist confirmed it", "false": SILENT},
    "T3-I4a": {"true": SUPPORTED},
    "T3-I6": {"false": "what was taken for too short a time here may have been taken elsewhere as well"},
    "T3-X2b": {"true": "the protocol's list of drugs is not in the text"},
    "T3-X10b": {"true": PERSON},
    "T3-X14a": {"true": "the protocol does not name the agents"},
    "T3-X18": {"true": PERSON},
    "T3-X24a": {"true": AHEAD},
    "T3-X24b": {"true": AHEAD},
    "T3-X26a": {"true": AHEAD},
    "T3-X27b": {"true": PERSON, "false": SILENT},
    "T3-X28a": {"true": PERSON, "false": SILENT},
}


@pytest.fixture(scope="module")
def read(trials: dict[str, Trial], terminology: Terminology) -> Callable[[str], Cases]:
    """The cases of a trial, read once."""
    return cache(lambda id: read_cases(trials[id], DEFINITIONS / id, terminology))


@pytest.mark.parametrize("id", IDS)
def test_the_cases_of_a_trial_hold_and_leave_nothing_out(
    id: str, trials: dict[str, Trial], terminology: Terminology
) -> None:
    found = review(trials[id], DEFINITIONS / id, terminology)

    assert found.cases > 0
    assert found.lines == ()


@pytest.mark.parametrize("ref", IN_FULL)
def test_every_leaf_that_data_decide_has_a_case_for_each_answer(
    ref: str, trials: dict[str, Trial], read: Callable[[str], Cases]
) -> None:
    named: dict[str, set[str]] = {}
    for leaf, truth in claims(read(IN_FULL[ref])):
        named.setdefault(leaf, set()).add(truth)
    by_data = {leaf.id for leaf in leaves(ref) if leaf.kind in "CSP"} & decided_by_data(trials[IN_FULL[ref]])

    missing = {
        leaf: sorted({"true", "false", "unknown"} - named.get(leaf, set()) - set(OUT_OF_REACH.get(leaf, ())))
        for leaf in sorted(by_data)
    }

    assert {leaf: answers for leaf, answers in missing.items() if answers} == {}


@pytest.mark.parametrize("ref", IN_FULL)
def test_a_leaf_of_which_no_chart_tells_is_always_for_a_person(
    ref: str, trials: dict[str, Trial], read: Callable[[str], Cases]
) -> None:
    asked = {leaf.id for leaf in leaves(ref)} - decided_by_data(trials[IN_FULL[ref]])
    answers = [(leaf, truth) for leaf, truth in claims(read(IN_FULL[ref]), concerned=True) if leaf in asked]

    assert {leaf for leaf, _ in answers} == asked
    assert {truth for leaf, truth in answers if leaf not in GATED} == {"unknown"}
    assert {leaf.kind for leaf in leaves(ref) if leaf.id in asked} <= set("JPSU")


@pytest.mark.parametrize("id", IN_FULL.values())
def test_no_case_reaches_what_is_said_to_be_out_of_reach(id: str, read: Callable[[str], Cases]) -> None:
    reached = [
        f"{leaf} {truth}" for leaf, truth in claims(read(id), concerned=True) if truth in OUT_OF_REACH.get(leaf, ())
    ]

    assert reached == []


@pytest.mark.parametrize("id", IN_FULL.values())
def test_no_written_criterion_is_left_without_a_case(
    id: str, trials: dict[str, Trial], read: Callable[[str], Cases]
) -> None:
    assert coverage(trials[id], read(id)) == []


def claims(cases: Cases, *, concerned: bool = False) -> list[tuple[str, str]]:
    """Row and truth of everything that the cases expect; with `concerned`, of those whom the row concerns."""
    found = [item for case in cases.cases for item in case.expected.claims.items()]
    return [(ref, str(claim.truth)) for ref, claim in found if not concerned or claim.why is not Why.NOT_APPLICABLE]


def decided_by_data(trial: Trial) -> set[str]:
    definition = trial.definition
    groups = definition.shared + tuple(group for arm in definition.arms for group in arm.groups)
    return {node.row.ref for group in groups for node in rows(group.node) if node.row and reads_chart(node)}


def reads_chart(node: Node) -> bool:
    return any(not isinstance(test, Asked | Missing | Undefined | NotWritten) for test in tree.tests(node))
