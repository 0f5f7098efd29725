"""For a code that no value set knows: the value set that its words come nearest to, and the criteria that name that.

A hint for whoever writes a ConceptMap, never a mapping.
"""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Final, NamedTuple

from app.library import Library
from app.reading.unmapped import Unmapped
from mappings.folding import by_words, plain
from mappings.value_set import SetKind, ValueSet, closure
from trials.needs import names_of
from trials.record import Kind
from trials.tree import rows

_ALIKE: Final = 0.75
_SHORTEST_NAME: Final = 4
"""Letters of a name that is looked for inside a longer text."""

_KINDS: Mapping[Kind, frozenset[SetKind]] = {
    "result": frozenset({"laboratory", "vital", "score"}),
    "diagnosis": frozenset({"diagnosis", "procedure"}),
    "procedure": frozenset({"diagnosis", "procedure"}),
    "immunization": frozenset({"vaccine"}),
    "medication": frozenset({"ingredient", "drug_class"}),
    "allergy": frozenset({"substance", "ingredient", "drug_class"}),
}


class Near(NamedTuple):
    """A value set, and the rows of the loaded trials that rest on it."""

    name: str
    criteria: tuple[str, ...]


class Names:
    """What every value set is called, by the kinds of entries that could be it."""

    def __init__(self, library: Library) -> None:
        sets = library.terminology.sets
        self._called = {kind: called(one for one in sets.values() if one.kind in of) for kind, of in _KINDS.items()}
        self._criteria: dict[str, list[str]] = {}
        for trial in library.trials:
            for planned in trial.rows:
                node = next(node for node in rows(planned.group.node) if node.row is planned.row)
                for name in closure(names_of(node, sets), sets):
                    self._criteria.setdefault(name, []).append(planned.row.ref)

    def near(self, one: Unmapped) -> Near | None:
        """The nearest value set of a kind that the entry could be."""
        for kind in one.kinds:
            name = nearest(one.text, self._called[kind])
            if name is not None:
                return Near(name, tuple(dict.fromkeys(self._criteria.get(name, ()))))
        return None


def called(sets: Iterable[ValueSet]) -> dict[str, str]:
    """Everything that these value sets are called → the set's name."""
    return {
        plain(text): one.name
        for one in reversed(tuple(sets))
        for text in (*one.names, one.title, one.name.replace("_", " "))
    }


def nearest(text: str | None, names: Mapping[str, str]) -> str | None:
    """The value set whose name stands in the text, the longest first, else the one that is spelt most alike."""
    if not text or not text.strip():
        return None
    words = _singular(text)
    inside = [name for name in names if len(name) >= _SHORTEST_NAME and _singular(name) in words]
    best = [max(inside, key=len)] if inside else get_close_matches(plain(text), names, n=1, cutoff=_ALIKE)
    return names[best[0]] if best else None


@lru_cache(maxsize=8_192)
def _singular(text: str) -> str:
    """The words without a plural's s, each between underscores, so that only whole words are found."""
    return "".join(f"{word.removesuffix('s')}_" for word in by_words(text).split("_"))
