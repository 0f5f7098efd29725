"""Reads a trial's `cases.yaml`, strictly: each slip names its line and what would be right."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.cases.expansion import bundle
from app.cases.expected import Expected, read_expected
from app.cases.short import CHART_KEYS, Short, laid_over, read_short
from mappings.source import MappingError, Part, read_part
from mappings.terminology import Terminology
from trials.definition import Group
from trials.judge import Trial
from trials.language import NotWritten
from trials.library import DefinitionError
from trials.record import Gap, Kind
from trials.tree import rows

_CASE_KEYS = ("on", *CHART_KEYS, "without", "expect")
_KINDS: tuple[Kind, ...] = ("result", "diagnosis", "medication", "procedure", "immunization", "allergy")


class Case(NamedTuple):
    """One chart and what it is expected to say."""

    name: str
    file: str
    line: int
    body: bytes
    """The chart as a FHIR server would answer it."""
    gaps: Mapping[str, Gap]
    expected: Expected


class Cases(NamedTuple):
    """A trial's cases and the day on which all of them are judged."""

    as_of: date
    cases: tuple[Case, ...]


def read_cases(trial: Trial, folder: Path, terminology: Terminology) -> Cases:
    """The cases beside a definition; raises `DefinitionError` with everything that is wrong in them.

    `cases.yaml` has the day and the backgrounds; `cases-*.yaml` beside it have more cases on the same.
    """
    faults: list[str] = []
    try:
        part = read_part(folder / "cases.yaml")
        fields = part.fields(("as_of", "backgrounds", "cases"))
        for needed in ("as_of", "backgrounds", "cases"):
            if needed not in fields:
                part.fail(f"found no {needed!r}; expected `as_of:` a day, `backgrounds:` charts by name, and `cases:`")
        as_of = _day(fields["as_of"])
        backgrounds = _backgrounds(fields["backgrounds"], terminology)
        entries = [fields["cases"].entries()]
        for more in sorted(folder.glob("cases-*.yaml")):
            further = read_part(more).fields(("backgrounds", "cases"))
            if "backgrounds" in further:
                backgrounds = {**backgrounds, **_backgrounds(further["backgrounds"], terminology)}
            entries.append(further["cases"].entries() if "cases" in further else {})
    except MappingError as error:
        raise DefinitionError(str(error)) from error
    reader = _Reader(as_of, backgrounds, terminology, trial)
    cases = []
    for name, (key, value) in (case for file in entries for case in file.items()):
        try:
            cases.append(reader.case(name, key, value))
        except MappingError as error:
            faults.append(str(error))
    if faults:
        raise DefinitionError("\n".join(faults))
    return Cases(as_of, tuple(cases))


def groups(trial: Trial) -> tuple[Group, ...]:
    """Every group of the trial: the shared ones, then each arm's."""
    definition = trial.definition
    return definition.shared + tuple(group for arm in definition.arms for group in arm.groups)


def refs_of(trial: Trial, *, unwritten: bool) -> tuple[str, ...]:
    """The criteria that a trial claims, with or without those that are not written yet."""
    found = [node for group in groups(trial) for node in rows(group.node)]
    return tuple(node.row.ref for node in found if node.row and (unwritten or not isinstance(node, NotWritten)))


class _Reader(NamedTuple):
    as_of: date
    backgrounds: Mapping[str, Short]
    terminology: Terminology
    trial: Trial

    def case(self, name: str, key: Part, part: Part) -> Case:
        fields = part.fields(_CASE_KEYS)
        if "expect" not in fields:
            key.fail(f"{name!r} expects nothing; expected `expect:` with criteria by their ref, or a standing")
        background = fields["on"].one_of(self.backgrounds) if "on" in fields else next(iter(self.backgrounds))
        without = fields["without"].items() if "without" in fields else ()
        above = read_short(fields, self.terminology.sets)
        short = laid_over(self.backgrounds[background], above, without)
        arms = tuple(arm.id for arm in self.trial.definition.arms)
        expected = read_expected(fields["expect"], refs_of(self.trial, unwritten=True), arms)
        body = bundle(short, self.as_of, self.terminology)
        return Case(name, key.file, key.line, body, _gaps(short), expected)


def _backgrounds(part: Part, terminology: Terminology) -> Mapping[str, Short]:
    charts: dict[str, Short] = {}
    for name, (_, value) in part.entries().items():
        charts[name] = read_short(value.fields(CHART_KEYS), terminology.sets)
    if not charts:
        part.fail(
            "found no background; expected one chart at least, such as `woman: {patient: {born: …, sex: female}}`"
        )
    return charts


def _gaps(short: Short) -> Mapping[str, Gap]:
    wanted = {part.one_of(_KINDS) for part in short.not_searched}
    return {kind: Gap.FAILED for kind in _KINDS if kind in wanted}


def _day(part: Part) -> date:
    try:
        return date.fromisoformat(part.text())
    except ValueError:
        part.fail(f"found {part.text()!r}; expected the day on which the cases are judged, such as 2026-06-15")
