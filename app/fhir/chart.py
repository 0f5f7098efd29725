"""One patient's chart: what the EHR sent along, and the rest from its FHIR server, all at once and in one time budget.

Says for each kind of fact how far its search fell short; without the patient or the conditions there is no chart.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple

from app.fhir.client import FhirClient, Pull, Trouble
from app.fhir.gaps import checked, failed, gaps
from app.fhir.medications import read_medications
from app.fhir.search import Found, run
from app.reading.page import Page
from cds_hooks.prefetch import CONDITIONS, PATIENT, Search
from cds_hooks.request import is_fhir_id
from trials.record import Gap

log = logging.getLogger("trialhook.fhir")

Reason = Literal["failed", "too-slow", "no-server", "no-patient"]

_REQUIRED = (PATIENT, CONDITIONS)
_NO_SUCH = frozenset({404, 410})
"""Statuses of a read whose resource was never there, or was deleted."""


class Chart(NamedTuple):
    """The pages of a chart in no order that matters, and what is missing from it."""

    pages: list[Page]
    gaps: Mapping[str, Gap]
    not_searched: tuple[str, ...]
    """Resource types whose search failed or was cut short."""


class ChartUnavailable(Exception):
    """The patient or the conditions could not be had, so nothing can be judged."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


async def fetch_chart(
    client: FhirClient,
    *,
    patient_id: str,
    prefetch: Mapping[str, Page | None],
    searches: Sequence[Search],
    server: str | None,
    token: str | None,
    budget_s: float,
) -> Chart:
    """The chart, within `budget_s` seconds. Raises `ChartUnavailable`, and `ValueError` if `patient_id` is no FHIR id.

    A key of `prefetch` whose value is `None` was searched by the EHR and is empty; only keys that are absent are asked
    of `server`, an allowed base address without a trailing slash. With everything at hand nothing is sent at all.
    """
    if not is_fhir_id(patient_id):
        raise ValueError("the patient id is no FHIR id")
    deadline = asyncio.get_running_loop().time() + budget_s
    pull = None if server is None else Pull(server, token, deadline=deadline, max_bytes=client.max_bytes)
    at_hand = [_settled(found, patient_id) for search in searches if (found := _at_hand(search, prefetch, pull))]
    if pull is None:
        return _chart(at_hand, [])
    here = {found.search.key for found in at_hand}
    missing = [search for search in searches if search.key not in here]
    return await _completed(client, pull, patient_id, prefetch, at_hand, missing)


def _at_hand(search: Search, prefetch: Mapping[str, Page | None], pull: Pull | None) -> Found | None:
    """What needs no request: prefetched in full, or not to be had. (CDS Hooks 2.0.1, "prefetch query results".)"""
    if search.key not in prefetch:
        return Found(search, trouble=Trouble("no-server")) if pull is None else None
    page = prefetch[search.key]
    if page is None:
        return Found(search)
    if page.failure is not None:  # asked and failed: asking again does not help
        return Found(search, (page,), Trouble("outcome"))
    if page.next is not None:
        return (
            Found(search, (page,), Trouble("no-server"), search.newest_first(search.published))
            if pull is None
            else None
        )
    return Found(search, (page,))


async def _completed(
    client: FhirClient,
    pull: Pull,
    patient_id: str,
    prefetch: Mapping[str, Page | None],
    at_hand: list[Found],
    missing: list[Search],
) -> Chart:
    async def bring(search: Search) -> Found:
        return _settled(await run(client, pull, search, patient_id, first=prefetch.get(search.key)), patient_id)

    async def bring_drugs(entries: list[asyncio.Task[Found]]) -> list[Page]:
        found = [one for one in at_hand if one.search.kind == "medication"] + await asyncio.gather(*entries)
        return await read_medications(client, pull, _pages(found))

    unavailable: list[ChartUnavailable] = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(bring(search)) for search in missing]
            drug_entries = [task for task, search in zip(tasks, missing, strict=True) if search.kind == "medication"]
            drugs = group.create_task(bring_drugs(drug_entries))
    except* ChartUnavailable as raised:  # the first one ended all other requests
        unavailable = [error for error in raised.exceptions if isinstance(error, ChartUnavailable)]
    if unavailable:
        raise unavailable[0]
    return _chart([*at_hand, *(task.result() for task in tasks)], drugs.result())


def _settled(found: Found, patient_id: str) -> Found:
    """The search with what is wrong with its content; raises `ChartUnavailable` if there is no chart without it."""
    found = checked(found, patient_id)
    if found.trouble is not None:
        status = "" if found.trouble.status is None else f" {found.trouble.status}"
        log.warning("%s: %s%s after %d pages", found.search.key, found.trouble.why, status, len(found.pages))
        if found.search.key in _REQUIRED and failed(found):
            raise ChartUnavailable(_reason(found.search, found.trouble))
    return found


def _reason(search: Search, trouble: Trouble) -> Reason:
    match trouble.why:
        case "refused" if search.key == PATIENT and trouble.status in _NO_SUCH:
            return "no-patient"
        case "no-server":
            return "no-server"
        case "too-slow" | "no-connection":
            return "too-slow"
        case _:
            return "failed"


def _chart(found: list[Found], drugs: list[Page]) -> Chart:
    short = {one.search.type for one in found if one.trouble is not None and one.search.kind is not None}
    return Chart([*_pages(found), *drugs], gaps(found), tuple(sorted(short)))


def _pages(found: Iterable[Found]) -> list[Page]:
    return [page for one in found for page in one.pages]
