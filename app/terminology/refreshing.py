"""Takes a snapshot anew, set by set: asks, compares, tells what changed, and writes what is complete."""

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import NamedTuple

from app.terminology.server import CannotExpand, CannotReach, Concept, Expansion, TerminologyServer
from app.terminology.snapshot import Difference, Snapshot, difference, question, snapshots, taken
from app.wire.canonical import resource_id
from mappings.systems import SNOMED, code_fault
from mappings.value_set import ValueSet, closure

Told = tuple[tuple[str, ...], bool]
"""Lines to show, and whether something is wrong."""


class Refresh(NamedTuple):
    """Which server is asked, where the files are, and the day that they get."""

    server: str
    folder: Path
    day: date
    forget: bool = False
    dry_run: bool = False

    def run(
        self,
        wanted: Iterable[ValueSet],
        sets: Mapping[str, ValueSet],
        token: str | None,
        *,
        timeout_s: float,
        page: int,
    ) -> Iterator[Told]:
        """What is to be told of each set, when it is known. Raises `MappingError` where the folder is no snapshot."""
        before = self._before(sets)
        with asyncio.Runner() as runner:
            try:
                server = TerminologyServer(self.server, token=token, timeout_s=timeout_s, page=page)
            except CannotExpand as error:
                yield (str(error),), True
                return
            try:
                for one in wanted:
                    yield runner.run(self._one(server, one, before.get(one.name), sets))
            except CannotReach as error:
                yield (f"{self.server}: {error}; the snapshot stays as it was",), True
            finally:
                runner.run(server.close())

    def _before(self, sets: Mapping[str, ValueSet]) -> Mapping[str, Snapshot]:
        return snapshots(self.folder, sets) if self.folder.exists() else {}

    async def _one(
        self, server: TerminologyServer, one: ValueSet, before: Snapshot | None, sets: Mapping[str, ValueSet]
    ) -> Told:
        try:
            found = await self._whole(server, one)
        except CannotReach:
            raise
        except CannotExpand as error:
            kept = "its snapshot stays as it was" if before is not None else "there is no snapshot of it"
            return (f"{one.name}: {error}; {kept}",), True
        changed = difference(before, found)
        gone = () if self.forget else (*changed.gone, *changed.gone_before)
        _, content = taken(one, self.server, self.day.isoformat(), found, gone)
        if not self.dry_run:
            try:
                self._write(one, content)
            except OSError as error:
                return (f"{one.name}: {self.folder}: {error.strerror}",), True
        return tuple(_told(one, found, changed, sets, self.forget)), False

    async def _whole(self, server: TerminologyServer, one: ValueSet) -> Expansion:
        """Everything below the roots but what is left out, which is asked for by itself: HAPI gives no pages with an
        `exclude` (HAPI-0887)."""
        found = await server.expand(question(one, one.is_a))
        _believable(one, found)
        codes = {concept.code for concept in found.concepts}
        left_out = [code for code in one.is_a_but_not if code in codes]
        if not left_out:
            return found
        out = {concept.code for concept in (await server.expand(question(one, left_out))).concepts}
        return found._replace(concepts=tuple(concept for concept in found.concepts if concept.code not in out))

    def _write(self, one: ValueSet, content: bytes) -> None:
        """The whole file or none: it is written beside its place and then put there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"{resource_id(one.name)}.json"
        beside = file.with_suffix(".part")
        beside.write_bytes(content)
        beside.replace(file)


def _believable(one: ValueSet, found: Expansion) -> None:
    """A server without SNOMED CT may answer with nothing at all, and a broken one with what is no code of it."""
    for concept in found.concepts:
        if concept.system != SNOMED:
            raise CannotExpand(f"the server gave a code of {concept.system}, which was not asked for")
        if fault := code_fault("snomed", concept.code):
            raise CannotExpand(f"the server gave {fault}")
    codes = {concept.code for concept in found.concepts}
    missing = [code for code in one.is_a if code not in codes]
    if missing:
        raise CannotExpand(f"the server does not know the root {missing[0]} ({one.codes[SNOMED][missing[0]]})")


def _told(
    one: ValueSet, found: Expansion, changed: Difference, sets: Mapping[str, ValueSet], forget: bool
) -> Iterator[str]:
    yield f"{one.name}: {len(found.concepts)} codes, {len(changed.new)} new, {len(changed.gone)} gone" + _of(found)
    elsewhere = dict(_elsewhere(one, found, sets))
    for concept in changed.new:
        if concept.code in elsewhere:
            yield f"  ! {_called(concept)}: does not count, since here it is {elsewhere[concept.code]}"
        elif concept.code not in one.codes.get(SNOMED, {}):
            yield f"  + {_called(concept)}"
    kept = "forgotten" if forget else "kept as inactive"
    for concept in changed.gone:
        yield f"  - {_called(concept)}: no longer there; {kept}"
    if changed.gone_before:
        yield f"  gone before and {kept}: {len(changed.gone_before)}"
    below = {concept.code for concept in found.concepts}
    for code, display in one.codes.get(SNOMED, {}).items():
        if code not in below:
            yield f"  = {code} {display}: ours, and not below the roots there; it counts"


def _elsewhere(one: ValueSet, found: Expansion, sets: Mapping[str, ValueSet]) -> Iterator[tuple[str, str]]:
    """Codes of which we say that they are something else, with what they are."""
    inside = closure((one.name,), sets)
    holders: dict[str, list[str]] = {}
    for other in sets.values():
        for code in other.codes.get(SNOMED, ()):
            holders.setdefault(code, []).append(other.name)
    for concept in found.concepts:
        held = holders.get(concept.code, [])
        if held and inside.isdisjoint(held):
            yield concept.code, held[0]


def _called(concept: Concept) -> str:
    return f"{concept.code} {' '.join(concept.display.split())}"


def _of(found: Expansion) -> str:
    return f" ({', '.join(found.versions)})" if found.versions else ""
