"""The codes of many charts that no value set knows, counted; it judges no trial and names no patient."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import msgspec

from app import direct
from app.library import Library
from app.outcome import Refused
from app.reading.unmapped import Unmapped
from app.terminology.nearest import Names
from trials.record import Kind


class UnmappedCode(msgspec.Struct, frozen=True, rename="camel"):
    """A code, or a text, that no value set knows, and the value set that comes nearest to its words."""

    system: str | None
    code: str | None
    text: str | None
    kinds: tuple[Kind, ...]
    count: int
    nearest: str | None
    criteria: tuple[str, ...]
    """The criteria of the loaded trials that rest on that set."""


class CodeOfCharts(UnmappedCode, frozen=True, rename="camel"):
    """The same over many charts."""

    charts: int
    """In how many of them."""


class Unread(msgspec.Struct, frozen=True):
    """A file that is no chart."""

    file: str
    why: str


class UnmappedOfCharts(msgspec.Struct, frozen=True, rename="camel"):
    """The whole answer."""

    charts: int
    codes: tuple[CodeOfCharts, ...]
    """The most frequent first."""
    unread: tuple[Unread, ...]


def unmapped_code(one: Unmapped, names: Names) -> UnmappedCode:
    """The code with its nearest set."""
    near = names.near(one)
    return UnmappedCode(
        one.system, one.code, one.text, one.kinds, one.count, near.name if near else None, near.criteria if near else ()
    )


def unmapped_of(files: Iterable[Path], library: Library, today: date) -> UnmappedOfCharts:
    """The unmapped codes of charts in files, each a Bundle of one patient; a file that is none costs itself alone."""
    counts: dict[tuple[str | None, str | None, str | None, tuple[Kind, ...]], list[int]] = {}
    unread: list[Unread] = []
    charts = 0
    for file in files:
        try:
            chart = direct.bundle_chart(file.read_bytes())
            reading = direct.read(chart, library, today, None)
        except Refused as error:
            unread.append(Unread(str(file), error.text))
            continue
        except OSError as error:
            unread.append(Unread(str(file), error.strerror or "cannot be read"))
            continue
        charts += 1
        for one in reading.unmapped:
            counted = counts.setdefault((one.system, one.code, one.text, one.kinds), [0, 0])
            counted[0] += one.count
            counted[1] += 1
    return UnmappedOfCharts(charts, tuple(_codes(counts, Names(library))), tuple(unread))


def _codes(
    counts: dict[tuple[str | None, str | None, str | None, tuple[Kind, ...]], list[int]], names: Names
) -> Iterable[CodeOfCharts]:
    ordered = sorted(counts.items(), key=lambda item: (-item[1][0], *(part or "" for part in item[0][:3]), item[0][3]))
    for (system, code, text, kinds), (count, charts) in ordered:
        near = names.near(Unmapped(system, code, text, count, kinds))
        name, criteria = (near.name, near.criteria) if near else (None, ())
        yield CodeOfCharts(system, code, text, kinds, count, name, criteria, charts)
