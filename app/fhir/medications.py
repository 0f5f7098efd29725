"""Reads the Medications that drug entries of a chart refer to and the chart itself does not hold."""

import asyncio

from app.fhir.client import FhirClient, Pull
from app.reading.page import Page
from app.reading.references import unresolved_medications
from cds_hooks.request import is_fhir_id

_TOGETHER = 20
"""Ids in one search: no more than the smallest page that servers give by default, so there is no page after it."""
_MOST = 200
_DEEP = 2
"""A Medication may refer to another one as its ingredient."""


async def read_medications(client: FhirClient, pull: Pull, chart: list[Page]) -> list[Page]:
    """The Medications that the chart lacks, as far as they can be had by the pull's deadline.

    One that cannot be had needs no note here: its drug entry stays unidentified, and that is said of it.
    """
    pages: list[Page] = []
    asked: set[str] = set()
    try:
        async with asyncio.timeout_at(pull.deadline):
            for _ in range(_DEEP):
                missing = unresolved_medications([*chart, *pages]) - asked
                wanted = sorted(filter(is_fhir_id, missing))[:_MOST]
                asked.update(wanted)
                async with asyncio.TaskGroup() as group:
                    for start in range(0, len(wanted), _TOGETHER):
                        group.create_task(_read(client, pull, wanted[start : start + _TOGETHER], pages))
    except TimeoutError:
        pass  # what came in time still counts
    return pages


async def _read(client: FhirClient, pull: Pull, ids: list[str], pages: list[Page]) -> None:
    """Collects them into `pages`: by one search, or one by one from a server that refuses it."""
    page = await client.page(pull, f"{pull.base}/Medication?_id={','.join(ids)}")
    if isinstance(page, Page):
        pages.append(page)
    elif page.why == "refused":
        single = await asyncio.gather(*(client.page(pull, f"{pull.base}/Medication/{id}") for id in ids))
        pages += [page for page in single if isinstance(page, Page)]
