"""Ordinal scales: from what a chart says, coded or written, to the grade in our own words."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mappings.blocks import Grade
from mappings.coding import Coding
from mappings.concept_map import OWN
from mappings.folding import plain
from mappings.systems import canonical_system


class Grades(NamedTuple):
    """Set → its grades, by (system, code) and by text."""

    coded: Mapping[str, Mapping[tuple[str, str], str]]
    written: Mapping[str, Mapping[str, str]]

    def read(self, set_name: str, codings: Iterable[Coding], texts: Iterable[str]) -> str | None:
        """The grade; `None` if it cannot be read or what is said contradicts itself."""
        coded, written = self.coded.get(set_name, {}), self.written.get(set_name, {})
        said = [*(coded.get(_key(coding)) for coding in codings), *(written.get(_bare(text)) for text in texts)]
        found = {grade for grade in said if grade}
        return found.pop() if len(found) == 1 else None

    def hold(self, codings: Iterable[Coding]) -> bool:
        """Whether one of the codes is a grade's, so that a chart that lists it as a finding says something known."""
        keys = tuple(map(_key, codings))
        return any(key in coded for coded in self.coded.values() for key in keys)


def read_grades(scales: Mapping[str, Mapping[str, Grade]]) -> Grades:
    """The grades of every scale, by the name of its set."""
    return Grades(
        {name: _coded(name, grades) for name, grades in scales.items()},
        {name: _written(grades) for name, grades in scales.items()},
    )


def grade_code(set_name: str, grade: str) -> str:
    """What a grade is called in our own code system."""
    return f"{set_name}.{grade}"


def _coded(set_name: str, grades: Mapping[str, Grade]) -> Mapping[tuple[str, str], str]:
    standard = {
        (system, code): name
        for name, grade in grades.items()
        for system, codes in grade.codes.items()
        for code in codes
    }
    return {**standard, **{(OWN, grade_code(set_name, name)): name for name in grades}}


def _written(grades: Mapping[str, Grade]) -> Mapping[str, str]:
    return {_bare(said): name for name, grade in grades.items() for said in (name, *grade.names)}


def _key(coding: Coding) -> tuple[str, str]:
    return canonical_system(coding.system) or "", (coding.code or "").strip()


def _bare(text: str) -> str:
    """A grade's text as it is compared. Its punctuation stays: "I-II" is two grades, and no "III"."""
    return plain(text).strip(" .:()")
