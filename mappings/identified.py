"""What an entry of a chart turns out to be, and which kinds of value sets each kind of entry can be."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from mappings.codes import Names
from mappings.coding import Coding
from mappings.systems import NEEDS_TEXT, SYSTEMS, canonical_system
from mappings.value_set import SetKind

LONGEST_TEXT = 1_000
"""How much of a text is searched for names and words; nobody names a disease behind that."""

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


def texts_of(codings: tuple[Coding, ...], text: str | None) -> Names:
    """Everything said in words; a coding's display counts as text."""
    said = [text, *(coding.display for coding in codings)]
    return tuple(dict.fromkeys(words.strip()[:LONGEST_TEXT] for words in said if words and words.strip()))


def is_told(codings: tuple[Coding, ...]) -> bool:
    """Whether a code that no set holds can be told from a silent one: the small systems are known as a whole."""
    systems = {canonical_system(coding.system) for coding in codings if coding.code and coding.code.strip()}
    return bool(systems & (set(SYSTEMS.values()) - NEEDS_TEXT))
