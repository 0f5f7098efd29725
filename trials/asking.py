"""Which rows a person may answer, and with which question; yes means that the statement holds."""

from trials.language import (
    Allergic,
    AnyOf,
    Asked,
    Done,
    Found,
    Immunized,
    Missing,
    Node,
    NotWritten,
    Observed,
    SexIs,
    Took,
    Undefined,
)
from trials.tree import parts, tests

_FOR_A_PERSON = (Allergic, Asked, Done, Found, Immunized, SexIs, Took, Undefined)
"""Tests that a person may know better than the chart: what silence answers, and what no chart can."""


def question(node: Node) -> str | None:
    """The question of a row: the author's own, else its statement; `None` where only data or the text can answer."""
    assert node.row is not None
    inside = tests(node)
    if any(isinstance(test, Missing | NotWritten) for test in inside):
        return None  # nobody can say whether a statement holds of which a part is lost
    if node.row.question is not None:
        return node.row.question
    asks = any(isinstance(test, _FOR_A_PERSON) or _measured_for_a_person(test) for test in inside)
    return f"{node.row.statement.rstrip('?. ')}?" if asks or _is_open_list(node) else None


def _measured_for_a_person(test: Node) -> bool:
    """A result that may leave its reading to a person."""
    return isinstance(test, Observed) and bool(
        test.exact_unknown or test.on_room_air or test.number_asks or test.number_never
    )


def _is_open_list(node: Node) -> bool:
    return (isinstance(node, AnyOf) and node.open) or any(_is_open_list(part) for part in parts(node))
