"""One resource once: of two versions of it the newer alone, of a page's repetition nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from app.reading.dates import Dates
from app.reading.page import Page
from app.reading.shapes import Meta, Resource, meta_in

_LONGEST_NUMBER = 18


class Distinct(NamedTuple):
    """The resources of a chart, each once, and where each says it is to be found."""

    resources: list[Resource]
    urls: list[str | None]


def distinct(pages: Iterable[Page]) -> Distinct:
    """Every resource of the pages, by type and id, in the order of their first appearance."""
    resources: list[Resource] = []
    urls: list[str | None] = []
    place: dict[tuple[type, str], int] = {}
    for page in pages:
        for resource, url in zip(page.resources, page.urls, strict=True):
            if resource.id is not None:
                at = place.setdefault((type(resource), resource.id), len(resources))
                if at < len(resources):
                    if _newer(resource, resources[at]):
                        resources[at], urls[at] = resource, url
                    continue
            resources.append(resource)
            urls.append(url)
    return Distinct(resources, urls)


def _newer(one: Resource, other: Resource) -> bool:
    """By version if both have a number, else by the time of the last change; what cannot be compared is not newer."""
    mine, theirs = _meta(one), _meta(other)
    versions = _number(mine.version_id), _number(theirs.version_id)
    if versions[0] is not None and versions[1] is not None:
        return versions[0] > versions[1]
    dates = Dates()
    changed = dates.when(mine.last_updated), dates.when(theirs.last_updated)
    return changed[0] is not None and (changed[1] is None or changed[0].earliest > changed[1].latest)


def _meta(resource: Resource) -> Meta:
    try:
        return meta_in(resource.meta) or Meta()
    except (ValueError, RecursionError):
        return Meta()


def _number(version: str | None) -> int | None:
    plain = (version or "").strip().removeprefix("W/").strip('"')
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) <= _LONGEST_NUMBER else None
