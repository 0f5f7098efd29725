"""Every trial's cases, run through the real path, and what they have to cover."""

import pytest

from app.cases import Cases, coverage, read_cases, review
from mappings.terminology import Terminology
from tests.trials.table import leaves
from trials import language
from trials.judge import Trial
from trials.language import Asked, Missing, Node, NotWritten, Undefined, rows
from trials.library import DEFINITIONS

IDS = sorted(file.parent.name for file in DEFINITIONS.glob("*/trial.yaml"))
T2 = "cd19-bcma-autoimmune"

# A leaf of class C or S that some answer can never reach, and why.
OUT_OF_REACH = {
    "T2-2a": {"true": "a coded diagnosis supports named criteria and never proves them"},
    "T2-X17": {"true": "a time before an event that lies ahead cannot be broken yet"},
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
    by_data = {leaf.id for leaf in leaves("T2") if leaf.kind in "CS"} & decided_by_data(trials[T2])

    missing = {
        ref: sorted({"true", "false", "unknown"} - named.get(ref, set()) - set(OUT_OF_REACH.get(ref, ())))
        for ref in sorted(by_data)
    }

    assert {ref: answers for ref, answers in missing.items() if answers} == {}


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
    return any(not isinstance(test, Asked | Missing | Undefined | NotWritten) for test in language.tests(node))
