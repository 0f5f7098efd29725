"""What an entry of a chart turns out to be, and which kinds of value sets each kind of entry can be."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from mappings.codes import Names
from mappings.value_set import SetKind

Domain = Literal["result", "diagnosis", "procedure", "vaccine", "substance"]

KINDS: Mapping[Domain, frozenset[SetKind]] = {
    "result": frozenset({"laboratory", "vital", "score"}),
    # A transplant stands in a chart as a procedure or as the status that it leaves: both are asked alike.
    "diagnosis": frozenset({"diagnosis", "procedure"}),
    "procedure": frozenset({"diagnosis", "procedure"}),
    "vaccine": frozenset({"vaccine"}),
    "substance": frozenset({"substance", "ingredient", "drug_class"}),
}


class Identified(NamedTuple):
    """What a coded or named entry is."""

    names: Names = ()
    """Every set that holds it, the narrowest first."""
    history: Names = ()
    """Sets of whose personal history it is a code."""
    by_name: bool = False
    """Known by its text alone."""
    hints: Names = ()
    """Sets about which it raises a question: their words stand in the text of an entry that no set knows."""
    known: bool = True
    """False where nobody can tell what it is."""
