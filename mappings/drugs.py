"""Drugs: products and texts to ingredients, ingredients to classes, and whether a product's form is a local one."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from mappings.codes import CodeIndex, Names
from mappings.coding import Coding
from mappings.folding import plain
from mappings.source import read_part
from mappings.systems import RXNORM, canonical_system
from mappings.value_set import ValueSet


class IdentifiedDrug(NamedTuple):
    """What a drug entry holds."""

    ingredients: tuple[str, ...]
    by_text: bool = False
    """Known by a name in its text, without a code."""
    local_form: bool | None = None
    """A cream, an inhaler, eye drops; `None` where neither code nor text says."""
    known: bool = True
    """False where nobody can tell what drug it is."""


_LATIN_WORD = re.compile(r"[a-z0-9]+")
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")


class NameFinder:
    """Finds names in a text: as whole words in Latin script, anywhere in Chinese, where no blank ends a word.

    Where names overlap, the longest that begins first is meant: the Chinese name of methylprednisolone holds that of
    prednisolone, which holds that of prednisone.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """`names`: pairs of a name to look for and what it stands for."""
        self._meaning: dict[str, list[str]] = {}
        for name, meaning in names:
            self._meaning.setdefault(plain(name), []).append(meaning)
        longest_first = sorted(self._meaning, key=len, reverse=True)
        self._by_first_word: dict[str, list[str]] = {}
        for name in longest_first:
            if name[0] in _LATIN:
                self._by_first_word.setdefault(_LATIN_WORD.findall(name)[0], []).append(name)
        others = [re.escape(name) for name in longest_first if name[0] not in _LATIN]
        self._others = re.compile("|".join(others) or r"(?!)")

    def found(self, text: str) -> Names:
        """What the names in the text stand for, in the order of the text."""
        said = plain(text)
        hits = list(self._latin_hits(said))
        if not said.isascii():
            hits += [(hit.start(), hit[0]) for hit in self._others.finditer(said)]
            hits.sort()
        return tuple(dict.fromkeys(meaning for _, name in hits for meaning in self._meaning[name]))

    def _latin_hits(self, said: str) -> Iterable[tuple[int, str]]:
        end = 0
        for word in _LATIN_WORD.finditer(said):
            if word.start() < end:
                continue
            for name in self._by_first_word.get(word[0], ()):
                after = word.start() + len(name)
                if said.startswith(name, word.start()) and said[after : after + 1] not in _LATIN:
                    end = after
                    yield word.start(), name
                    break


class Forms(NamedTuple):
    """The words that tell a local form from a systemic one."""

    local: NameFinder
    systemic: NameFinder

    def is_local(self, text: str) -> bool | None:
        """Whether a product's name or an order's text says a local form; `None` where it says neither."""
        if self.local.found(text):
            return True
        return False if self.systemic.found(text) else None


def read_forms(path: Path) -> Forms:
    """The table of forms."""
    fields = read_part(path).fields(("local", "systemic"))
    return Forms(
        NameFinder((word, word) for word in fields["local"].texts()),
        NameFinder((word, word) for word in fields["systemic"].texts()),
    )


class Drugs:
    """Everything that is known of drugs."""

    def __init__(self, ingredients: Iterable[ValueSet], codes: CodeIndex, forms: Forms) -> None:
        self._codes = codes
        self._forms = forms
        sets = tuple(ingredients)
        self._ingredients = frozenset(value_set.name for value_set in sets)
        self._names = NameFinder((name, value_set.name) for value_set in sets for name in value_set.names)
        self._local_products = _local_products(sets, forms)
        self._special = {
            s.name: (s.form_of, NameFinder((word, s.name) for word in s.form_words)) for s in sets if s.form_of
        }

    def identify(self, codings: tuple[Coding, ...], texts: Names) -> IdentifiedDrug:
        """The ingredients by code, else by a name in the texts, and the form; `known` is left to the caller."""
        by_code = [name for coding in codings for name in self._codes.names(coding) if name in self._ingredients]
        found = dict.fromkeys(by_code) or dict.fromkeys(name for text in texts for name in self._names.found(text))
        ingredients = tuple(dict.fromkeys(self._in_form(name, texts) for name in found))
        return IdentifiedDrug(ingredients, bool(found) and not by_code, self._local(codings, texts))

    def _in_form(self, ingredient: str, texts: Names) -> str:
        """The form of the ingredient that the texts tell, where it counts as another drug; else the ingredient."""
        for name, (form_of, words) in self._special.items():
            if form_of == ingredient and any(words.found(text) for text in texts):
                return name
        return ingredient

    def _local(self, codings: tuple[Coding, ...], texts: Names) -> bool | None:
        products = [
            self._local_products.get((coding.code or "").strip())
            for coding in codings
            if canonical_system(coding.system) == RXNORM
        ]
        said = [*products, *map(self._forms.is_local, texts)]
        return next((local for local in said if local is not None), None)


def _local_products(ingredients: Iterable[ValueSet], forms: Forms) -> Mapping[str, bool]:
    """RxNorm product → whether its form is a local one, read off its official name."""
    local: dict[str, bool] = {}
    for value_set in ingredients:
        for code, display in value_set.codes.get(RXNORM, {}).items():
            form = forms.is_local(display)
            if form is not None:
                local[code] = form
    return local
