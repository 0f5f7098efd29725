"""Which of the site's numbers act on a criterion, and how they are said beside its verdict; never as the protocol's."""

from collections.abc import Iterable, Mapping
from typing import Literal

from mappings.value_set import Freshness, ValueSet
from trials.judging.derived import INPUTS
from trials.language import Found, Node, Observed, Took
from trials.policy import Policy
from trials.tree import tests

Acting = (
    Freshness
    | Literal[
        "change_months",
        "inputs_apart",
        "room_air",
        "weight_near_dose",
        "order_without_end",
        "pregnancy_current",
        "lactation_current",
        "answer_days",
    ]
)
"""A number of the policy by its name; of the age of results by the kind of result."""


def acting(node: Node, sets: Mapping[str, ValueSet]) -> frozenset[Acting]:
    """The numbers that act on a row."""
    return frozenset(name for test in tests(node) for name in _of_test(test, sets))


def policy_text(names: Iterable[Acting], policy: Policy) -> str | None:
    """What the site chose, in one line; nothing where the protocol says it all."""
    chosen = frozenset(names)
    if not chosen:  # of most rows, in every request
        return None
    ages = [days for name, days in policy.fresh_days.items() if name in chosen and days is not None]
    said = [f"result not older than {min(ages)} days"] if ages else []
    said += [text for name, text in _texts(policy) if name in chosen]
    return "; ".join(said) or None


def _of_test(test: Node, sets: Mapping[str, ValueSet]) -> Iterable[Acting]:
    match test:
        case Observed(change=change) if change is not None:
            if change.over is None:
                yield "change_months"
        case Observed():
            if test.within is None:
                yield sets[test.name].freshness
            if len(INPUTS.get(test.name, ())) > 1:
                yield "inputs_apart"
            if test.on_room_air:
                yield "room_air"
            if test.after:
                yield "order_without_end"
        case Found(currency=currency) if currency is not None:
            yield "pregnancy_current" if currency == "pregnancy" else "lactation_current"
        case Took():
            if test.dose is not None and test.dose.per_kg:
                yield "weight_near_dose"
            if test.within is not None or test.length is not None:
                yield "order_without_end"


def _texts(policy: Policy) -> Iterable[tuple[Acting, str]]:
    yield "change_months", f"compared with values of the last {policy.change_months} months"
    yield "inputs_apart", f"inputs of a computed value not more than {policy.inputs_apart} days apart"
    yield "room_air", "taken as room air where nothing says oxygen"
    yield "weight_near_dose", f"weight within {policy.weight_near_dose} days of the dose"
    yield "order_without_end", f"a stopped order without an end lasted at most {policy.order_without_end} days"
    yield "pregnancy_current", f"a code of pregnancy counts for {policy.pregnancy_current} days"
    yield "lactation_current", f"a code of lactation counts for {policy.lactation_current} days"
    yield "answer_days", f"a person's answer counts for {policy.answer_days} days"
