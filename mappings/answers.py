"""What a qualitative answer says, whatever its form: coded, flagged, or written in English or Chinese."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeVar, cast, get_args

from mappings.coding import Coding
from mappings.concept_map import OWN
from mappings.folding import folded, plain
from mappings.source import Part, read_part, suggestion
from mappings.systems import SYSTEMS, canonical_system, code_fault

K = TypeVar("K")
Answer = Literal["positive", "negative", "indeterminate"]
Flag = Literal["high", "low", "normal", "abnormal"]

INTERPRETATIONS: Final = frozenset(
    {
        "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
        "http://terminology.hl7.org/CodeSystem/v2-0078",
        "http://hl7.org/fhir/v3/ObservationInterpretation",
        "http://hl7.org/fhir/v2/0078",
        "urn:oid:2.16.840.1.113883.5.83",
    }
)
"""Systems of HL7's interpretation codes, old and new."""

_TITRE = re.compile(r"[<>=≤≥]*\s*1\s*[:：]\s*\d+")
_SEGMENT = re.compile(r"[,;:.()\[\]，。；：、（）\n]+")
_WORD = re.compile(r"[^\W_]+")


class Answers(NamedTuple):
    """Every form of an answer that is known."""

    coded: Mapping[tuple[str, str], Answer]
    written: Mapping[str, Answer]
    """By `folded` text."""
    signs: Mapping[str, Answer]
    """Texts without a letter, such as "(+)"."""
    fillers: frozenset[str]
    """Words around an answer that change nothing: "HBV DNA not detected"."""
    flags: Mapping[str, Answer | Flag]
    """HL7 interpretation codes."""
    displays: Mapping[tuple[str, str], str] = {}
    """What the codes of `coded` are officially called."""

    def answer(self, codings: Iterable[Coding], text: str | None) -> Answer | None:
        """What a coded or written value says; `None` if it cannot be read or its parts contradict each other."""
        said = [*(self._coded(coding) or self.read(coding.display) for coding in codings), self.read(text)]
        return _agreed(said)

    def interpretation(self, codings: Iterable[Coding]) -> Answer | Flag | None:
        """What the interpretation beside a result says; an answer goes before a flag."""
        found: set[Answer | Flag] = set()
        for coding in codings:
            said = self._coded(coding)
            if said is None and coding.code and (not coding.system or coding.system.strip() in INTERPRETATIONS):
                said = cast(Answer | None, self.flags.get(coding.code.strip().upper()))
            if said:
                found.add(said)
        answers = found.intersection(get_args(Answer))
        decided = answers or found
        return decided.pop() if len(decided) == 1 else None

    def read(self, text: str | None) -> Answer | None:
        """What a text says as a whole. Never by a part of it: "not detected" holds "detected"."""
        if not text:
            return None
        sign = self.signs.get("".join(text.split()))
        if sign:
            return sign
        without_titre = _TITRE.sub(" ", text)
        whole = self._phrase(without_titre)
        if whole:
            return whole
        return _agreed(map(self._phrase, _SEGMENT.split(without_titre)))

    def _phrase(self, text: str) -> Answer | None:
        known = self.written.get(folded(text))
        if known:
            return known
        words = [word for word in _WORD.findall(plain(text)) if word not in self.fillers]
        return self.written.get("".join(words))

    def _coded(self, coding: Coding) -> Answer | None:
        if not coding.code or not coding.system:
            return None
        return self.coded.get((canonical_system(coding.system) or "", coding.code.strip()))


def _agreed(said: Iterable[Answer | None]) -> Answer | None:
    """The one answer that is given; `None` if there is none, or two that contradict each other."""
    found = {answer for answer in said if answer}
    return found.pop() if len(found) == 1 else None


def read_answers(path: Path) -> Answers:
    """The table of answers."""
    fields = read_part(path).fields((*get_args(Answer), "fillers", "interpretation"))
    coded: dict[tuple[str, str], Answer] = {}
    written: dict[str, Answer] = {}
    signs: dict[str, Answer] = {}
    displays: dict[tuple[str, str], str] = {}
    for answer in cast(tuple[Answer, ...], get_args(Answer)):
        if answer not in fields:
            next(iter(fields.values())).fail(f"found no {answer!r}; expected one entry for each answer")
        parts = fields[answer].fields(("snomed", "loinc", "texts", "signs"))
        for system in ("snomed", "loinc"):
            for code, (key, display) in parts[system].entries().items() if system in parts else ():
                _refuse(key, code_fault(system, code))
                _enter(coded, (SYSTEMS[system], code), answer, key)
                displays[SYSTEMS[system], code] = display.text()
        coded[OWN, answer] = answer
        for item in parts["texts"].items() if "texts" in parts else ():
            _enter(written, folded(item.text()), answer, item)
        for item in parts["signs"].items() if "signs" in parts else ():
            _enter(signs, "".join(item.text().split()), answer, item)
    fillers = frozenset(plain(word) for word in fields["fillers"].texts()) if "fillers" in fields else frozenset()
    return Answers(coded, written, signs, fillers, _flags(fields["interpretation"]), displays)


def _flags(part: Part) -> Mapping[str, Answer | Flag]:
    known = (*get_args(Answer), *get_args(Flag))
    flags: dict[str, Answer | Flag] = {}
    for code, (_, value) in part.entries().items():
        if value.text() not in known:
            value.fail(f"unknown meaning {value.text()!r}; {suggestion(value.text(), known)}")
        flags[code] = cast(Answer | Flag, value.text())
    return flags


def _refuse(part: Part, fault: str | None) -> None:
    if fault:
        part.fail(fault)


def _enter(table: dict[K, Answer], key: K, answer: Answer, part: Part) -> None:
    if table.setdefault(key, answer) != answer:
        part.fail(f"{part.text()!r} says {table[key]} already; an answer has one meaning")
