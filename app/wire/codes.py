"""The codes of value sets as people read them: the system by its short name, ICD-10-CM with its dot."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from app.wire.named import value_sets
from mappings.systems import ATC, CVX, ICD10CM, LOINC, RXNORM, SNOMED
from mappings.value_set import ValueSet, closure
from trials.judge import Trial
from trials.judging.derived import INPUTS

_SYSTEMS: Final = {
    LOINC: "LOINC",
    SNOMED: "SNOMED CT",
    ICD10CM: "ICD-10-CM",
    RXNORM: "RxNorm",
    CVX: "CVX",
    ATC: "ATC",
}


class CodeText(NamedTuple):
    """One code, or an ICD-10-CM code with all below it."""

    system: str
    code: str
    display: str


class SetText(NamedTuple):
    """One value set and what it stands for."""

    name: str
    title: str
    kind: str
    unit: str | None
    codes: tuple[CodeText, ...]
    includes: tuple[tuple[str, str], ...]
    """Name and title of the sets whose codes belong to this one too."""
    names: tuple[str, ...]
    """What it may be called without a code."""


def set_texts(trial: Trial, sets: Mapping[str, ValueSet]) -> tuple[SetText, ...]:
    """Every value set that the trial names, and those that these include, by title."""
    named = {name for row in trial.rows for name in value_sets(row.group.node, sets)}
    named.update(part for name in tuple(named) for part in INPUTS.get(name, ()))
    named.update(name for arm in trial.definition.arms for name in arm.targets)
    return tuple(sorted((_set_text(sets[name], sets) for name in closure(named, sets)), key=_order))


def _order(text: SetText) -> tuple[str, str]:
    return text.title.casefold(), text.name


def _set_text(value_set: ValueSet, sets: Mapping[str, ValueSet]) -> SetText:
    return SetText(
        value_set.name,
        value_set.title,
        value_set.kind.replace("_", " "),
        value_set.unit if value_set.unit not in (None, "1", "{titre}") else None,
        _codes(value_set),
        tuple((name, sets[name].title) for name in value_set.includes),
        value_set.names if value_set.kind in ("score", "ingredient", "diagnosis") else (),
    )


def _codes(value_set: ValueSet) -> tuple[CodeText, ...]:
    found = [
        CodeText(_SYSTEMS.get(system, system), _dotted(system, code), display)
        for system, codes in value_set.codes.items()
        for code, display in codes.items()
    ]
    for system, prefixes in value_set.prefixes.items():
        left_out = value_set.but_not.get(system, ())
        found += [CodeText(_SYSTEMS.get(system, system), *_below(system, code, left_out)) for code in prefixes]
    return tuple(found)


def _below(system: str, prefix: str, left_out: Iterable[str]) -> tuple[str, str]:
    """A prefix and what it stands for, without what is left out below it."""
    exceptions = ", ".join(_dotted(system, code) for code in left_out if code.startswith(prefix))
    words = "and all codes below it" if len(prefix) > 2 else "and all codes that begin with it"
    return _dotted(system, prefix), words + (f", except {exceptions}" if exceptions else "")


def _dotted(system: str, code: str) -> str:
    return f"{code[:3]}.{code[3:]}" if system == ICD10CM and len(code) > 3 and "." not in code else code
