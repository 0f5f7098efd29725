"""The committed part of the criteria table: how each leaf can be decided, and what it says of an empty chart."""

from typing import NamedTuple

from tests.machine import ROOT


class Leaf(NamedTuple):
    """One row."""

    id: str
    trial: str
    kind: str
    """C by codes, S by a captured score, P with a person, J by judgement, U undefined."""
    silent: str


def leaves(trial: str) -> tuple[Leaf, ...]:
    """The rows of one trial."""
    lines = (ROOT / "tests" / "criteria.tsv").read_text(encoding="utf-8").splitlines()
    rows = [Leaf(*line.split("\t")) for line in lines if not line.startswith("#")]
    return tuple(row for row in rows if row.trial == trial)
