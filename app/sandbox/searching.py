"""FHIR R4 search as far as the sandbox goes; a parameter that it does not know is an error, never ignored.

See https://hl7.org/fhir/R4/search.html; the list of parameters by type is also what the CapabilityStatement says.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from app.sandbox.shelf import DATE_PARAMETERS, TYPES, Instants, Kept, Shelf, instants

Pairs = Sequence[tuple[str, str]]
Test = Callable[[Kept], bool]

PAGE: Final = 20
"""Resources on a page where the caller does not say; small, so that paging is seen."""
MOST: Final = 50
"""Resources on a page at most, whatever the caller says."""

_PATIENT: Final = ("patient", "subject")
_PATIENT_ONLY: Final = frozenset({"Immunization", "AllergyIntolerance"})
_CODE_NAME: Final = {"Immunization": "vaccine-code"}
_WITH_CATEGORY: Final = frozenset({"Observation", "Condition"})
_COMPARED: Final[Mapping[str, Callable[[Instants, Instants], bool]]] = {
    "eq": lambda asked, held: asked[0] <= held[0] and held[1] <= asked[1],
    "ne": lambda asked, held: not (asked[0] <= held[0] and held[1] <= asked[1]),
    "gt": lambda asked, held: held[1] > asked[1],
    "lt": lambda asked, held: held[0] < asked[0],
    "ge": lambda asked, held: held[1] > asked[1] or (asked[0] <= held[0] and held[1] <= asked[1]),
    "le": lambda asked, held: held[0] < asked[0] or (asked[0] <= held[0] and held[1] <= asked[1]),
}
_NO_DATE: Final = datetime.min.replace(tzinfo=UTC)


class BadSearch(ValueError):
    """A search that the sandbox cannot make; its text repeats nothing of the search."""


class Plan(NamedTuple):
    """A search that was read and understood."""

    tests: tuple[Test, ...]
    order: tuple[tuple[str, bool], ...] = ()
    """Date parameters and "_id" to sort by, and whether the other way round; the first counts most."""
    page_size: int = PAGE


def known_parameters(kind: str) -> tuple[tuple[str, str], ...]:
    """The search parameters of a resource type, each with its FHIR type."""
    known = [("_id", "token")]
    if kind not in ("Patient", "Medication"):
        known += [(name, "reference") for name in _PATIENT[: 1 if kind in _PATIENT_ONLY else 2]]
    if kind != "Patient":
        known.append((_CODE_NAME.get(kind, "code"), "token"))
    if kind == "Observation":
        known.append(("combo-code", "token"))
    if kind in _WITH_CATEGORY:
        known.append(("category", "token"))
    return (*known, *((name, "date") for name in DATE_PARAMETERS.get(kind, ())))


def search(shelf: Shelf, kind: str, parameters: Pairs, base: str) -> tuple[list[Kept], int]:
    """What fits, in the order asked for, and how many go on a page; raises `BadSearch`. `base` is our own address."""
    plan = _plan(kind, parameters, base)
    found = [kept for kept in shelf.by_type[kind] if all(test(kept) for test in plan.tests)]
    for name, backwards in reversed(plan.order):
        found.sort(key=_sort_key(name), reverse=backwards)
    return found, plan.page_size


def _plan(kind: str, parameters: Pairs, base: str) -> Plan:
    if kind not in TYPES:
        raise BadSearch("This resource type is not kept here.")
    known = dict(known_parameters(kind))
    tests: list[Test] = []
    order: tuple[tuple[str, bool], ...] = ()
    count = PAGE
    for name, value in parameters:
        match name:
            case "_format" | "_total":
                continue
            case "_count":
                count = _page_size(value)
            case "_sort":
                order = tuple(_sorting(part, known) for part in value.split(","))
            case _:
                tests.append(_test(name, value, known, base))
    return Plan(tuple(tests), order, count)


def _test(name: str, value: str, known: Mapping[str, str], base: str) -> Test:
    bare, _, modifier = name.partition(":")
    if bare not in known or modifier not in ("", "missing"):
        raise BadSearch(f"Unknown search parameter. Known here: {', '.join(known)}, _count, _sort.")
    if modifier == "missing":
        return _missing(bare, value)
    match known[bare]:
        case "reference":
            wanted = {_patient_id(part, base) for part in value.split(",")}
            return lambda kept: kept.patient in wanted
        case "date":
            return _dated(bare, value)
        case _ if bare == "_id":
            ids = set(value.split(","))
            return lambda kept: kept.id in ids
        case _:
            tokens = [_token(part) for part in value.split(",")]
            return lambda kept: any(token(_held(kept, bare)) for token in tokens)


def _missing(name: str, value: str) -> Test:
    if value not in ("true", "false"):
        raise BadSearch("The modifier :missing takes true or false.")
    wanted = value == "true"
    return lambda kept: (not _present(kept, name)) is wanted


def _present(kept: Kept, name: str) -> bool:
    if name in _PATIENT:
        return kept.patient is not None
    return name in kept.dates or bool(_held(kept, name))


def _held(kept: Kept, name: str) -> Iterable[tuple[str | None, str]]:
    match name:
        case "category":
            return kept.categories
        case "code" | "vaccine-code":
            return kept.codes
        case "combo-code":
            return kept.codes | kept.component_codes
        case "_id":
            return ((None, kept.id),)
        case _:
            return ()


def _token(written: str) -> Callable[[Iterable[tuple[str | None, str]]], bool]:
    """`code`, `system|code`, `|code` (a code without a system) or `system|`."""
    system, bar, code = written.rpartition("|")
    if not bar:
        return lambda held: any(own == code for _, own in held)
    if not code:
        return lambda held: any(own == system for own, _ in held)
    return lambda held: (system or None, code) in set(held)


def _dated(name: str, value: str) -> Test:
    compared = [_date(part) for part in value.split(",")]
    return lambda kept: name in kept.dates and any(how(asked, kept.dates[name]) for how, asked in compared)


def _date(written: str) -> tuple[Callable[[Instants, Instants], bool], Instants]:
    prefix, day = (written[:2], written[2:]) if written[:2].isalpha() else ("eq", written)
    if prefix not in _COMPARED:
        raise BadSearch(f"Unknown date prefix. Known here: {', '.join(_COMPARED)}.")
    try:
        return _COMPARED[prefix], instants(day)
    except ValueError:
        raise BadSearch("A date is not written as YYYY, YYYY-MM, YYYY-MM-DD or with a time of day.") from None


def _patient_id(written: str, base: str) -> str:
    return written.removeprefix(base + "/").removeprefix("Patient/")


def _page_size(value: str) -> int:
    if not value.isdecimal() or not value.isascii() or len(value) > 9 or int(value) < 1:
        raise BadSearch("_count has to be a whole number of at least 1.")
    return min(int(value), MOST)


def _sorting(part: str, known: Mapping[str, str]) -> tuple[str, bool]:
    name = part.removeprefix("-")
    if name != "_id" and known.get(name) != "date":
        raise BadSearch("_sort takes _id and the date parameters of the resource type.")
    return name, part.startswith("-")


def _sort_key(name: str) -> Callable[[Kept], tuple[datetime, str]]:
    if name == "_id":
        return lambda kept: (_NO_DATE, kept.id)
    return lambda kept: (kept.dates[name][0] if name in kept.dates else _NO_DATE, "")
