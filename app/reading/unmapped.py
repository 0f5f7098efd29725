"""Counts the codes of a chart that no value set knows."""

from dataclasses import dataclass

from app.reading.concepts import Known, KnownDrug


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code, or a text, that no value set knows."""

    system: str | None
    code: str | None
    text: str | None
    count: int


class UnmappedCount:
    """How often each was met in one chart."""

    def __init__(self) -> None:
        self._met: dict[Known | KnownDrug, int] = {}

    def add(self, known: Known | KnownDrug) -> None:
        """Counts one that no set knows."""
        self._met[known] = self._met.get(known, 0) + 1

    def found(self) -> tuple[Unmapped, ...]:
        """All of them, the most frequent first; what has neither a code nor a text is not unmapped but unidentified."""
        counts: dict[tuple[str | None, ...], int] = {}
        for known, count in self._met.items():
            if any(known.first):
                counts[known.first] = counts.get(known.first, 0) + count
        ordered = sorted(counts.items(), key=lambda item: (-item[1], *(part or "" for part in item[0])))
        return tuple(Unmapped(system, code, text, count) for (system, code, text), count in ordered)
