"""Every trial's cases, run through the real path, and what they have to cover."""

import pytest

from app.cases import Cases, coverage, read_cases, review
from mappings.terminology import Terminology
from tests.trials.table import leaves
from trials import tree
from trials.judge import Trial
from trials.language import Asked, Missing, Node, NotWritten, Undefined
from trials.library import DEFINITIONS
from trials.tree import rows

IDS = sorted(file.parent.name for file in DEFINITIONS.glob("*/trial.yaml"))
T2 = "cd19-bcma-autoimmune"

SUPPORTED = "a coded diagnosis supports named criteria or a guideline and never proves them"
SILENT = "a chart that does not tell of the finding does not show that it is absent"
PERSON = "what the chart holds leaves severity, stage, cause or control to a person"

# A leaf that the chart decides and that some answer can never reach, and why.
OUT_OF_REACH = {
    "T2-C1": {"true": "no code says that a woman can bear children"},
    "T2-O13": {"true": SILENT},
    "T2-O16": {"true": SILENT, "false": PERSON},
    "T2-X1e": {"true": PERSON},
    "T2-X1f": {"true": PERSON},
    "T2-X8a": {"true": "the protocol does not name the agents"},
    "T2-X8b": {"true": "the protocol does not name the components"},
    "T2-X10a": {"true": PERSON},
    "T2-X14b": {"true": PERSON},
    "T2-X17": {"true": "a time before an event that lies ahead cannot be broken yet"},
    "T2-X19": {"true": PERSON},
    "T2-2a": {"true": SUPPORTED},
    "T2-2c": {"false": SILENT},
    "T2-4a": {"true": SUPPORTED},
    "T2-5a": {"true": SUPPORTED},
    "T2-6a": {"true": SUPPORTED},
    "T2-6b": {"true": "a coded relapse does not say that a neurologist confirmed it", "false": SILENT},
}


@pytest.fixture(scope="module")
def cases(trials: dict[str, Trial], terminology: Terminology) -> Cases:
    return read_cases(trials[T2], DEFINITIONS / T2, terminology)


@pytest.mark.parametrize("id", IDS)
def test_the_cases_of_a_trial_hold_and_leave_nothing_out(
    id: str, trials: dict[str, Trial], terminology: Terminology
) -> None:
    found = review(trials[id], DEFINITIONS / id, terminology)

    assert found.cases > 0
    assert found.lines == ()


def test_every_leaf_that_data_decide_has_a_case_for_each_answer(trials: dict[str, Trial], cases: Cases) -> None:
    named: dict[str, set[str]] = {}
    for case in cases.cases:
        for ref, claim in case.expected.claims.items():
            named.setdefault(ref, set()).add(str(claim.truth))
    by_data = {leaf.id for leaf in leaves("T2") if leaf.kind in "CSP"} & decided_by_data(trials[T2])

    missing = {
        ref: sorted({"true", "false", "unknown"} - named.get(ref, set()) - set(OUT_OF_REACH.get(ref, ())))
        for ref in sorted(by_data)
    }

    assert {ref: answers for ref, answers in missing.items() if answers} == {}


def test_a_leaf_of_which_no_chart_tells_is_always_for_a_person(trials: dict[str, Trial], cases: Cases) -> None:
    asked = {leaf.id for leaf in leaves("T2")} - decided_by_data(trials[T2])
    answers = [
        (ref, str(claim.truth)) for case in cases.cases for ref, claim in case.expected.claims.items() if ref in asked
    ]

    assert {ref for ref, _ in answers} == asked
    assert {truth for _, truth in answers} == {"unknown"}
    assert {leaf.kind for leaf in leaves("T2") if leaf.id in asked} <= set("JPS")


def test_no_case_reaches_what_is_said_to_be_out_of_reach(cases: Cases) -> None:
    reached = [
        f"{ref} {claim.truth}"
        for case in cases.cases
        for ref, claim in case.expected.claims.items()
        if str(claim.truth) in OUT_OF_REACH.get(ref, ())
    ]

    assert reached == []


def test_no_written_criterion_is_left_without_a_case(trials: dict[str, Trial], cases: Cases) -> None:
    assert coverage(trials[T2], cases) == []


def decided_by_data(trial: Trial) -> set[str]:
    definition = trial.definition
    groups = definition.shared + tuple(group for arm in definition.arms for group in arm.groups)
    return {node.row.ref for group in groups for node in rows(group.node) if node.row and reads_chart(node)}


def reads_chart(node: Node) -> bool:
    return any(not isinstance(test, Asked | Missing | Undefined | NotWritten) for test in tree.tests(node))
