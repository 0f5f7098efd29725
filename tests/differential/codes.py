"""Reads the mappings as they stand in YAML: which names a code, a word or a text has, and what a block says."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.differential.definitions import ROOT, names, plain_yaml

SYSTEMS = {
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd10cm",
    "urn:oid:2.16.840.1.113883.6.90": "icd10cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://hl7.org/fhir/sid/cvx": "cvx",
    "urn:oid:2.16.840.1.113883.12.292": "cvx",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
}
CODES = ("loinc", "snomed", "icd10cm", "rxnorm", "cvx", "atc")
KINDS = ("diagnoses", "procedures", "laboratory", "vitals", "scores", "drugs", "drug_classes", "vaccines", "substances")
FRESHNESS = {"laboratory": "laboratory", "vitals": "vital", "scores": "score"}
Block = dict[str, Any]


@cache
def blocks() -> dict[str, Block]:
    """Every block by its name, with the kind that its file says."""
    found: dict[str, Block] = {}
    for path in sorted((ROOT / "mappings").glob("*.yaml")):
        kind = path.stem.partition("-")[0]
        if kind in KINDS:
            found |= {name: {**block, "kind": kind} for name, block in plain_yaml(path).items()}
    return found


@cache
def holders(name: str) -> frozenset[str]:
    """The block and every block that holds it, at whatever distance."""
    above = {other for other, block in blocks().items() if name in names(block.get("includes"))}
    return frozenset({name}).union(*(holders(other) for other in above))


@cache
def members(name: str) -> frozenset[str]:
    """The block and every block that it holds, at whatever distance."""
    return frozenset({name}).union(*(members(each) for each in names(blocks()[name].get("includes"))))


@cache
def named_by(system: str, code: str, part: str = "") -> frozenset[str]:
    """The names of a code; `part` is `history` or `hinted_by` for codes that look back or raise a question."""
    own = (name for name, block in blocks().items() if _holds(block.get(part, {}) if part else block, system, code))
    return frozenset().union(*(holders(name) for name in own))


def _holds(block: Block, system: str, code: str) -> bool:
    if code in block.get(system, {}):
        return True
    below = [prefix for prefix in block.get(f"{system}_prefix", {}) if _below(code, prefix)]
    without = [prefix for prefix in _left_out(block, system) if _below(code, prefix)]
    return bool(below) and not without


def _left_out(block: Block, system: str) -> Iterator[str]:
    left_out = block.get("but_not", {})
    yield from left_out.get(system, {})
    yield from left_out.get(f"{system}_prefix", {})


def _below(code: str, prefix: str) -> bool:
    """A prefix holds itself and what is below it in the classification."""
    return code.startswith(prefix)


def known(system: str, code: str) -> bool:
    """Whether any block knows the code for whatever it says."""
    return any(named_by(system, code, part) for part in ("", "history", "hinted_by"))


@cache
def folded(text: str) -> str:
    """A text without case, blanks and punctuation."""
    return "".join(letter for letter in small(text) if letter.isalnum())


@cache
def small(text: str) -> str:
    """A text without case and accents."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@cache
def named_by_text(text: str, kinds: tuple[str, ...]) -> frozenset[str]:
    """The names whose `names` equal a text."""
    own = (
        name
        for name, block in blocks().items()
        if block["kind"] in kinds and folded(text) in {folded(each) for each in names(block.get("names"))}
    )
    return frozenset().union(*(holders(name) for name in own))


@cache
def worded_by(text: str, kinds: tuple[str, ...]) -> frozenset[str]:
    """The names whose `words` stand in a text, be it inside other words."""
    own = (
        name
        for name, block in blocks().items()
        if block["kind"] in kinds and any(_stands_in(word, small(text)) for word in names(block.get("words")))
    )
    return frozenset().union(*(holders(name) for name in own))


def _stands_in(word: str, text: str) -> bool:
    if word.startswith("_"):
        return re.search(rf"\b{re.escape(small(word[1:]))}", text) is not None
    return small(word) in text


@cache
def drugs_in_text(text: str) -> frozenset[str]:
    """Ingredients, or substances, whose name stands in a text as whole words; the longest name at a place is meant."""
    found = {
        (name, each.casefold())
        for name, block in blocks().items()
        if block["kind"] in ("drugs", "substances")
        for each in names(block.get("names"))
        if _whole_word(each, text)
    }
    longest = {word for _, word in found if not any(word != other and word in other for _, other in found)}
    return frozenset(name for name, word in found if word in longest)


def _whole_word(name: str, text: str) -> bool:
    if not name.isascii():
        return small(name) in small(text)
    return re.search(rf"(?<![a-z0-9]){re.escape(small(name))}(?![a-z0-9])", small(text)) is not None


@cache
def form(text: str) -> str | None:
    """`local` or `systemic`, as the words of a product or a route say; local words win."""
    forms = plain_yaml(ROOT / "mappings" / "drug_forms.yaml")
    for kind in ("local", "systemic"):
        if any(_whole_word(word, text) for word in forms[kind]):
            return kind
    return None


@cache
def official(system: str, code: str) -> str | None:
    """The display under which a block holds a code."""
    return next((block[system][code] for block in blocks().values() if code in block.get(system, {})), None)


def freshness(name: str) -> str:
    """Which policy says how old a result of the block may be."""
    block = blocks()[name]
    return str(block.get("freshness") or FRESHNESS[block["kind"]])
