"""Loads the trial definitions of a folder, each in a folder of its own: `trial.yaml`, and `cases.yaml` beside it."""

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import TypeVar

from mappings.source import MappingError, Part, read_part
from trials.judge import Trial, ready
from trials.language import Arm, Definition, Group, NotWritten, Row, rows
from trials.lint import complaints
from trials.match import Section
from trials.measures import Limits, Units
from trials.parsing import Reader

DEFINITIONS = Path(__file__).parent / "definitions"
"""The definitions that come with the service."""

_KEYS = (
    "id", "ref", "title", "summary", "source", "registry", "recruitment", "not_assessable",
    "inclusion", "exclusion", "arms",
)  # fmt: skip
T = TypeVar("T")
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
    """One trial, checked and compiled."""
    try:
        part = read_part(file)
        fields = part.fields(_KEYS)
    except MappingError as error:
        raise DefinitionError(str(error)) from error
    faults: list[str] = []
    reader = Reader(Limits(units))
    definition = _definition(part, fields, reader, faults)
    if not faults:
        faults += complaints(definition, units.sets)
    if faults:
        raise DefinitionError("\n".join(faults))
    return ready(definition, units.sets)


def _definition(part: Part, fields: dict[str, Part], reader: Reader, faults: list[str]) -> Definition:
    head = {key: _tried(faults, partial(_needed, part, fields, key), "") for key in ("id", "ref", "title")}
    not_assessable = _optional(fields, "not_assessable")
    if not_assessable is None and not {"inclusion", "exclusion"} & set(fields):
        faults.append(
            f"{part.file}:{part.line}: no criteria; expected `inclusion:` and `exclusion:`, or `not_assessable:`"
        )
    shared = _groups(fields, reader, faults)
    none: tuple[Arm, ...] = ()
    arms = _tried(faults, lambda: _arms(fields, reader, faults), none)
    for ref, claim in reader.claimed.items():
        if not ref.startswith(f"{head['ref']}-"):
            faults.append(f"{claim.file}:{claim.line}: {ref!r} is no row of {head['ref']}; expected {head['ref']}-…")
    registry = fields["registry"].texts_by_key() if "registry" in fields else {}
    return Definition(
        id=head["id"],
        ref=head["ref"],
        title=head["title"],
        summary=_optional(fields, "summary") or "",
        source=_optional(fields, "source") or "",
        registry=tuple(registry.items()),
        recruitment=_optional(fields, "recruitment") or "unknown",
        not_assessable=not_assessable,
        shared=shared,
        arms=arms,
        file=part.file,
    )


def _groups(fields: dict[str, Part], reader: Reader, faults: list[str]) -> tuple[Group, ...]:
    groups: list[Group] = []
    for section in _SECTIONS:
        if section not in fields:
            continue
        nothing: dict[str, tuple[Part, Part]] = {}
        for name, (key, value) in _tried(faults, fields[section].entries, nothing).items():
            group = _tried(faults, partial(_group, name, key, value, section, reader), None)
            if group is not None:
                groups.extend(group)
    return tuple(groups)


def _group(name: str, key: Part, value: Part, section: Section, reader: Reader) -> tuple[Group, ...]:
    if name == "not_written":
        return tuple(_unwritten(item, section, reader) for item in value.items())
    return (Group(name, section, reader.node(value), key.line),)


def _unwritten(item: Part, section: Section, reader: Reader) -> Group:
    ref = item.text()
    if ref in reader.claimed:
        item.fail(
            f"{ref} is claimed twice, first on line {reader.claimed[ref].line}; it is written, so take it off this list"
        )
    reader.claimed[ref] = item
    row = Row(ref, "This criterion of the protocol is not written here yet", line=item.line)
    return Group("not_written", section, NotWritten(row=row), item.line)


def _arms(fields: dict[str, Part], reader: Reader, faults: list[str]) -> tuple[Arm, ...]:
    arms = []
    for arm_id, (_, value) in (fields["arms"].entries() if "arms" in fields else {}).items():
        own = value.fields(("title", "target", "inclusion", "exclusion", "not_written"))
        title = _needed(value, own, "title")
        if "target" not in own:
            value.fail(f"arm {arm_id!r} has no `target`; name the disease that it is for")
        targets = reader.names(own["target"], ("diagnosis",))
        groups = _groups(own, reader, faults)
        written = "not_written" not in own
        if not written:
            groups += tuple(_unwritten(item, "inclusion", reader) for item in own["not_written"].items())
        arms.append(Arm(arm_id, title, targets, groups, written))
    return tuple(arms)


def _needed(part: Part, fields: dict[str, Part], key: str) -> str:
    if key not in fields:
        part.fail(f"found no {key!r}; expected `{key}: …`")
    return fields[key].text()


def _optional(fields: dict[str, Part], key: str) -> str | None:
    return fields[key].text() if key in fields else None


def _tried(faults: list[str], read: Callable[[], T], otherwise: T) -> T:
    try:
        return read()
    except MappingError as error:
        faults.append(str(error))
        return otherwise


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
