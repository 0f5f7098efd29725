"""Loads the trial definitions of a folder, each in a folder of its own: `trial.yaml`, and `cases.yaml` beside it."""

import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from mappings.source import MappingError, Part, read_part
from trials.definition import Arm, Definition, Group
from trials.judge import Trial, ready
from trials.language import NotWritten, Row
from trials.lint import complaints
from trials.match import Section
from trials.measures import Limits, Units
from trials.parsing import Reader
from trials.tree import rows

DEFINITIONS = Path(__file__).parent / "definitions"
"""The definitions that come with the service."""

_KEYS = (
    "id", "ref", "title", "summary", "source", "registry", "recruitment", "not_assessable",
    "inclusion", "exclusion", "arms",
)  # fmt: skip
_TEXTS = ("summary", "source", "recruitment", "not_assessable")
_LINE = re.compile(r"[^:]*:(?P<line>\d+): ")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NCT = re.compile(r"NCT\d{8}")
_SECTIONS: tuple[Section, ...] = ("inclusion", "exclusion")


class DefinitionError(ValueError):
    """Definitions that do not load. Each line of its text names file and line, what was found and what is right."""


def load_trials(folder: Path, units: Units) -> tuple[Trial, ...]:
    """Every trial of a folder, by name; raises one `DefinitionError` with all that is wrong in any of them."""
    files = sorted(folder.glob("*/trial.yaml"))
    if not files:
        raise DefinitionError(f"{folder.name}: no definitions found; expected folders with a trial.yaml each")
    trials, faults = [], []
    for file in files:
        try:
            trials.append(load_trial(file, units))
        except DefinitionError as error:
            faults.append(str(error))
    seen: dict[str, str] = {}
    for trial in trials:
        for mark in (trial.id, trial.ref):
            if mark in seen:
                faults.append(
                    f"{trial.definition.file}:1: {mark!r} is already used by {seen[mark]}; every trial has its own"
                )
            seen[mark] = trial.definition.file
    if faults:
        raise DefinitionError("\n".join(faults))
    return tuple(trials)


def load_trial(file: Path, units: Units) -> Trial:
    """One trial, checked and compiled; raises one `DefinitionError` with all that is wrong in it."""
    try:
        part = read_part(file)
        part.entries()
    except MappingError as error:
        raise DefinitionError(str(error)) from error
    limits = Limits(units)
    reader = Reader(limits)
    definition = _definition(part, reader, limits)
    faults = reader.faults or complaints(definition, units.sets)
    if faults:
        raise DefinitionError("\n".join(sorted(faults, key=_line)))
    return ready(definition, units.sets)


def _line(fault: str) -> int:
    found = _LINE.match(fault)
    return int(found["line"]) if found else 0


def _definition(part: Part, reader: Reader, limits: Limits) -> Definition:
    fields = reader.fields(part, _KEYS)
    head = {key: reader.tried(partial(_needed, part, fields, key), "") for key in ("id", "ref", "title")}
    if head["id"] and not _ID.fullmatch(head["id"]):
        reader.complain(fields["id"], f"found {head['id']!r}; an id is of small letters, digits and hyphens")
    texts = {key: reader.tried(partial(_text, fields, key), None) for key in _TEXTS}
    if "not_assessable" not in fields and not {"inclusion", "exclusion", "arms"} & set(fields):
        reader.complain(part, "no criteria; expected `inclusion:`, `exclusion:` or `not_assessable:`")
    nowhere: dict[str, str] = {}
    registry = reader.tried(lambda: _registry(fields), nowhere)
    shared = _groups(fields, reader)
    no_arms: dict[str, tuple[Part, Part]] = {}
    entries = reader.tried(fields["arms"].entries, no_arms) if "arms" in fields else no_arms
    arms = tuple(_arm(arm_id, key, value, reader, limits) for arm_id, (key, value) in entries.items())
    for ref, claim in reader.claimed.items():
        if head["ref"] and not ref.startswith(f"{head['ref']}-"):
            reader.complain(claim, f"{ref!r} is no row of {head['ref']}; expected {head['ref']}-…")
    return Definition(
        id=head["id"],
        ref=head["ref"],
        title=head["title"],
        summary=texts["summary"] or "",
        source=texts["source"] or "",
        registry=tuple(registry.items()),
        recruitment=texts["recruitment"] or "unknown",
        not_assessable=texts["not_assessable"],
        shared=shared,
        arms=arms,
        file=part.file,
    )


def _groups(fields: Mapping[str, Part], reader: Reader) -> tuple[Group, ...]:
    groups: list[Group] = []
    nothing: dict[str, tuple[Part, Part]] = {}
    for section in _SECTIONS:
        entries = reader.tried(fields[section].entries, nothing) if section in fields else nothing
        for name, (key, value) in entries.items():
            if name == "not_written":
                groups += _unwritten(value, section, reader)
            else:
                groups.append(Group(name, section, reader.node(value), key.line))
    return tuple(groups)


def _unwritten(part: Part, section: Section, reader: Reader) -> list[Group]:
    nothing: tuple[Part, ...] = ()
    items = reader.tried(part.items, nothing)
    rows = [reader.tried(partial(_unwritten_row, item, reader), None) for item in items]
    return [Group("not_written", section, NotWritten(row=row), row.line) for row in rows if row is not None]


def _unwritten_row(item: Part, reader: Reader) -> Row:
    ref = item.text()
    if ref in reader.claimed:
        item.fail(
            f"{ref} is claimed twice, first on line {reader.claimed[ref].line}; it is written, so take it off this list"
        )
    reader.claimed[ref] = item
    return Row(ref, "This criterion of the protocol is not written here yet", line=item.line)


def _arm(arm_id: str, key: Part, part: Part, reader: Reader, limits: Limits) -> Arm:
    nothing: dict[str, Part] = {}
    unnamed: tuple[str, ...] = ()
    fields = reader.tried(
        lambda: reader.fields(part, ("title", "target", "target_of_childhood", *_SECTIONS, "not_written")), nothing
    )
    title = reader.tried(partial(_needed, key, fields, "title"), "")
    targets = reader.tried(partial(_targets, arm_id, key, fields, limits), unnamed)
    groups = _groups(fields, reader)
    written = "not_written" not in fields
    if not written:
        groups += tuple(_unwritten(fields["not_written"], "inclusion", reader))
    young = reader.tried(partial(_targets_of_childhood, fields, limits), unnamed)
    return Arm(arm_id, title, targets, groups, written, key.line, young)


def _targets(arm_id: str, key: Part, fields: Mapping[str, Part], limits: Limits) -> tuple[str, ...]:
    if "target" not in fields:
        key.fail(f"arm {arm_id!r} has no `target`; name the disease that it is for")
    return limits.names(fields["target"], ("diagnosis",))


def _targets_of_childhood(fields: Mapping[str, Part], limits: Limits) -> tuple[str, ...]:
    return limits.names(fields["target_of_childhood"], ("diagnosis",)) if "target_of_childhood" in fields else ()


def _registry(fields: Mapping[str, Part]) -> dict[str, str]:
    registry = dict(fields["registry"].texts_by_key()) if "registry" in fields else {}
    if "nct" in registry and not _NCT.fullmatch(registry["nct"]):
        fields["registry"].fail(f"found {registry['nct']!r}; a number of ClinicalTrials.gov is NCT and eight digits")
    return registry


def _needed(part: Part, fields: Mapping[str, Part], key: str) -> str:
    if key not in fields:
        part.fail(f"found no {key!r}; expected `{key}: …`")
    return fields[key].text()


def _text(fields: Mapping[str, Part], key: str) -> str | None:
    return fields[key].text() if key in fields else None


def refs(trials: Iterable[Trial]) -> tuple[str, ...]:
    """Every row that the trials claim, in order."""
    return tuple(
        node.row.ref
        for trial in trials
        for groups in (trial.definition.shared, *(arm.groups for arm in trial.definition.arms))
        for group in groups
        for node in rows(group.node)
        if node.row
    )
