"""One search of a pull, to its last page: asked more plainly where a server refuses, cut where it has to stop.

Knows how a search is spread over requests; what falling short means for a verdict is decided in `gaps`.
"""

import asyncio
import json
import re
from functools import lru_cache
from typing import NamedTuple

from app.fhir.client import FhirClient, Pull, Trouble
from app.fhir.links import next_url
from app.reading.page import Page
from app.reading.shapes import Observation
from cds_hooks.prefetch import Search

_TOO_LONG = frozenset({414, 431})
"""Statuses that say so of an address; the same search then goes as a form."""
_NOT_THIS_WAY = frozenset({400, 405, 414, 422, 431, 501})
"""Statuses by which servers refuse a parameter or a combination of them, which a plainer search may mend."""
_NO_FORMS = frozenset({404, 415})
"""Beside those, by which they refuse `_search`."""


class Found(NamedTuple):
    """What a search brought, and what stopped it before its end."""

    search: Search
    pages: tuple[Page, ...] = ()
    trouble: Trouble | None = None
    newest_first: bool = False
    """Whether the newest were asked for first; whether they came first is to be seen in the pages."""


async def run(client: FhirClient, pull: Pull, search: Search, patient_id: str, first: Page | None = None) -> Found:
    """The search by the pull's deadline; from `first` on, where the EHR sent the first page along."""
    pages: list[Page] = []
    trouble: Trouble | None = Trouble("too-slow")
    queries = search.queries(patient_id)
    form = search.published
    try:
        async with asyncio.timeout_at(pull.deadline):
            page, form = (first, form) if first is not None else await _first_page(client, pull, search, queries)
            trouble = await _to_the_end(client, pull, f"{pull.base}/{queries[form]}", page, pages)
    except TimeoutError:
        pass  # what came in time still counts
    return Found(search, tuple(pages), trouble, search.newest_first(form))


async def _first_page(
    client: FhirClient, pull: Pull, search: Search, queries: tuple[str, ...]
) -> tuple[Page | Trouble, int]:
    """The answer to the first query that the server takes, and which one that was."""
    page: Page | Trouble = Trouble("refused")
    for form, query in enumerate(queries):
        page = await client.page(pull, f"{pull.base}/{query}")
        refusals = _NOT_THIS_WAY
        if isinstance(page, Trouble) and page.status in _TOO_LONG:
            type_, _, parameters = query.partition("?")
            page = await client.page(pull, f"{pull.base}/{type_}/_search", form=parameters)
            refusals = _NOT_THIS_WAY | _NO_FORMS
        if isinstance(page, Page):
            # A server may pass over a parameter that it does not know, and then answers with the whole chart.
            if form >= search.published or _is_narrowed(page, search.codes):
                return page, form
        elif page.status not in refusals:
            return page, form
    return page, len(queries) - 1


async def _to_the_end(
    client: FhirClient, pull: Pull, url: str, page: Page | Trouble, pages: list[Page]
) -> Trouble | None:
    """Collects the pages from `page`, the one at `url`, into `pages`; what stopped that before the last one."""
    seen = {url}
    while not isinstance(page, Trouble):
        pages.append(page)
        if page.failure is not None:
            return Trouble("outcome")
        if page.next is None:
            return None
        following = next_url(page.next, url, pull.base)
        if following is None:
            return Trouble("foreign-link")
        if following in seen or len(pages) >= client.max_pages:
            return Trouble("too-many-pages")
        seen.add(following)
        url = following
        page = await client.page(pull, url)
    return page


def _is_narrowed(page: Page, codes: frozenset[str]) -> bool:
    """Whether each result on the page has one of the codes, itself or in a component."""
    pattern = _any_of(codes)
    return all(
        any(pattern.search(raw) for raw in (one.code, *(part.code for part in one.component or ())))
        for one in page.resources
        if isinstance(one, Observation)
    )


@lru_cache(maxsize=256)
def _any_of(codes: frozenset[str]) -> re.Pattern[bytes]:
    """Finds one of the codes in undecoded JSON, however the JSON writes it."""
    written = {form for code in codes for form in (json.dumps(code), json.dumps(code, ensure_ascii=False))}
    return re.compile(b"|".join(re.escape(form.encode()) for form in sorted(written)))
