"""Counts the codes of a chart that no value set knows."""

from dataclasses import dataclass

from app.reading.concepts import Known, KnownDrug
from mappings.coding import Coding
from trials.record import Kind


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code, or a text, that no value set knows."""

    system: str | None
    code: str | None
    text: str | None
    count: int
    kinds: tuple[Kind, ...] = ()
    """The kinds of entries that had it."""


class UnmappedCount:
    """How often each was met in one chart."""

    def __init__(self) -> None:
        self._met: dict[tuple[Known | KnownDrug, Kind], int] = {}

    def add(self, known: Known | KnownDrug, kind: Kind) -> None:
        """Counts one that no set knows, of an entry of that kind."""
        self._met[known, kind] = self._met.get((known, kind), 0) + 1

    def found(self) -> tuple[Unmapped, ...]:
        """All of them, the most frequent first; what has neither a code nor a text is not unmapped but unidentified."""
        counts: dict[Coding, int] = {}
        kinds: dict[Coding, set[Kind]] = {}
        for (known, kind), count in self._met.items():
            if any(known.first):
                counts[known.first] = counts.get(known.first, 0) + count
                kinds.setdefault(known.first, set()).add(kind)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], *(part or "" for part in item[0])))
        return tuple(
            Unmapped(first.system, first.code, first.display, count, tuple(sorted(kinds[first])))
            for first, count in ordered
        )
