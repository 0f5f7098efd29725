"""A diagnosis for a terminal: one table for each question that somebody who connects a site has."""

import textwrap
from collections.abc import Iterable, Sequence

from app.diagnosing import Diagnosis, IgnoredResource
from app.terminology.unmapped import UnmappedCode, UnmappedOfCharts

_GAP = "  "
_MOST_OF_A_CELL = 60
_MOST_CRITERIA = 3


def diagnosis_text(found: Diagnosis, width: int) -> str:
    """The whole diagnosis in words."""
    read, ignored = sum(one.read for one in found.types), len(found.ignored)
    of_whom = found.patient or found.trouble or "no patient"
    lines = [f"{of_whom.rstrip('.')} on {found.as_of}: {read} resources read, {ignored} ignored"]
    types = [(one.type, str(one.read), str(one.ignored), one.note or "") for one in found.types]
    lines += _section("Resources by type", ("type", "read", "ignored", ""), types, width)
    lines += _section("Ignored", ("resource", "reason and what FHIR's own model says"), _ignored(found.ignored), width)
    unidentified = [(one.reference, one.kind, one.text) for one in found.unidentified]
    lines += _section("Could not be identified", ("entry", "kind", "what it says"), unidentified, width)
    columns = ("count", "system", "code", "text", "nearest value set")
    lines += _section("Codes that no value set knows", columns, map(_unmapped, found.unmapped), width)
    missed = [(one.what, one.how) for one in found.not_searched]
    lines += _section("Not searched in full", ("kind or value set", "how"), missed, width)
    if found.not_needed:
        lines += ["", f"Not asked for, since no loaded trial needs it: {', '.join(found.not_needed)}"]
    return "\n".join(lines)


def _ignored(ignored: Iterable[IgnoredResource]) -> Iterable[tuple[str, str]]:
    for one in ignored:
        yield one.reference, one.reason + (", though FHIR's own model accepts it" if one.accepted_by_model else "")
        yield from (("", f"{fault.location}: {fault.message}") for fault in one.faults)


def _unmapped(one: UnmappedCode) -> tuple[str, ...]:
    return str(one.count), one.system or "", one.code or "", one.text or "", one.nearest or ""


def unmapped_text(found: UnmappedOfCharts, width: int) -> str:
    """The unmapped codes of many charts in words."""
    lines = [f"{found.charts} charts read, {len(found.unread)} files not"]
    columns = ("charts", "count", "system", "code", "text", "nearest value set and its criteria")
    rows = [(str(one.charts), *_unmapped(one)[:-1], _near(one)) for one in found.codes]
    lines += _section("Codes that no value set knows", columns, rows, width)
    if found.unread:
        lines += _section("Not read", ("file", "why"), [(one.file, one.why) for one in found.unread], width)
    return "\n".join(lines)


def _near(one: UnmappedCode) -> str:
    """The nearest set and the first of the criteria that rest on it."""
    if one.nearest is None or not one.criteria:
        return one.nearest or ""
    further = len(one.criteria) - _MOST_CRITERIA
    more = f" and {further} more" if further > 0 else ""
    return f"{one.nearest} ({', '.join(one.criteria[:_MOST_CRITERIA])}{more})"


def _section(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]], width: int) -> list[str]:
    """A heading and its table, or one line where there is nothing to tell; the last column is wrapped."""
    cells = [(*map(_cut, row[:-1]), row[-1]) for row in rows]
    if not cells:
        return ["", f"{title}: none"]
    table = [tuple(columns), *cells]
    widths = [max(len(row[at]) for row in table) for at in range(len(columns) - 1)]
    indent = _GAP + "".join(" " * one + _GAP for one in widths)
    lines = ["", title]
    for row in table:
        head = _GAP + "".join(cell.ljust(one) + _GAP for cell, one in zip(row[:-1], widths, strict=True))
        rest = textwrap.wrap(row[-1], max(width - len(indent), 30)) or [""]
        lines += [(head + rest[0]).rstrip(), *(indent + more for more in rest[1:])]
    return lines


def _cut(cell: str) -> str:
    words = " ".join(cell.split())
    return words if len(words) <= _MOST_OF_A_CELL else words[: _MOST_OF_A_CELL - 1] + "…"
