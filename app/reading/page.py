"""One answer of a FHIR server or one value of a prefetch: bytes to resources, in one pass where all of it is sound.

Where it is not, entry by entry, so that a broken resource costs itself alone. Says whether the answer is a failure in
the place of data; what its resources mean is read elsewhere.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from app.reading.bundle import AnyResource, Bundle, Entry, Link, OperationOutcome
from app.reading.salvage import Broken, Salvaged, salvaged
from app.reading.shapes import Resource
from cds_hooks.mending import mended

__all__ = ["Broken", "NotFhir", "Page", "decode_page"]

OUTCOME = "an OperationOutcome in place of data"
OUTCOME_AMONG = "an OperationOutcome that reports an error among the results"
BATCH_FAILED = "a request of the batch failed"
BUNDLE_BROKEN = "a part of the answer that could not be read"

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_DECODER: msgspec.json.Decoder[Any] = msgspec.json.Decoder(AnyResource)
_LOUD = frozenset({"error", "fatal"})


class NotFhir(ValueError):
    """Not JSON, cut short, or no FHIR resource; its text is fixed."""


class Page(NamedTuple):
    """What one body holds."""

    resources: list[Resource]
    """Every resource that could be decoded, of whatever type."""
    next: str | None = None
    """Where the server says that the rest is."""
    failure: str | None = None
    """Why this is no complete answer, in fixed words."""
    broken: list[Broken] = []  # noqa: RUF012 - nobody writes to it
    is_bundle: bool = False
    urls: list[str | None] = []  # noqa: RUF012
    """`fullUrl` of each resource, in the same order."""


class _Collected:
    """A page while it is put together."""

    def __init__(self) -> None:
        self.resources: list[Resource] = []
        self.urls: list[str | None] = []
        self.next: str | None = None
        self.failure: str | None = None

    def take(self, link: list[Link] | None, entries: Iterable[Entry | None]) -> None:
        """Everything that a Bundle holds; a Bundle inside it, as a batch answers, is opened."""
        self.next = self.next or next_link(link)
        for entry in entries:
            if entry is None:
                continue
            resource = entry.resource
            if resource is None:
                if entry.response is not None and (entry.response.status or "").strip()[:1] in ("4", "5"):
                    self.failure = self.failure or BATCH_FAILED
                continue
            kind = type(resource)
            if kind is OperationOutcome:
                if reports_error(resource):
                    self.failure = self.failure or OUTCOME_AMONG
            elif kind is Bundle:
                self.take(resource.link, resource.entry or ())
            else:
                if resource.id is None and entry.full_url:
                    resource.id = entry.full_url.rstrip("/").replace(":", "/").rpartition("/")[2] or None
                self.resources.append(resource)
                self.urls.append(entry.full_url)

    def page(self, broken: list[Broken], *, is_bundle: bool) -> Page:
        return Page(self.resources, self.next, self.failure, broken, is_bundle, self.urls)


def decode_page(body: bytes | msgspec.Raw) -> Page:
    """The page in `body`; raises `NotFhir`."""
    if isinstance(body, bytes) and body.startswith(_BYTE_ORDER_MARK):
        body = body[len(_BYTE_ORDER_MARK) :]
    try:
        decoded = _DECODER.decode(body)
    except (ValueError, RecursionError):
        return _salvaged_page(body)
    collected = _Collected()
    if type(decoded) is Bundle:
        collected.take(decoded.link, decoded.entry or ())
        return collected.page([], is_bundle=True)
    return _single(decoded, collected)


def next_link(links: list[Link] | None) -> str | None:
    """The address of the next page."""
    return next((link.url for link in links or () if link.relation == "next" and link.url), None)


def reports_error(outcome: OperationOutcome) -> bool:
    """Whether an outcome among results is an error; one without any issue cannot be taken for a good sign."""
    severities = {(issue.severity or "error").strip().lower() for issue in outcome.issue or ()}
    return not severities or bool(severities & _LOUD)


def _single(resource: Resource, collected: _Collected) -> Page:
    if type(resource) is OperationOutcome:
        collected.failure = OUTCOME
    else:
        collected.resources.append(resource)
        collected.urls.append(None)
    return collected.page([], is_bundle=False)


def _salvaged_page(body: bytes | msgspec.Raw) -> Page:
    plain = bytes(body)
    whole = mended(plain)
    if whole is not plain and whole != plain:
        return decode_page(whole)
    found = salvaged(plain)
    if found is None:
        raise NotFhir("not a FHIR resource in JSON")
    collected = _Collected()
    collected.take(found.link, found.entries)
    if _lost_in(found):
        collected.failure = collected.failure or BUNDLE_BROKEN
    return collected.page(found.broken, is_bundle=found.is_bundle)


def _lost_in(found: Salvaged) -> bool:
    """Whether something broke that is more than one resource: a Bundle in the Bundle, an outcome, the links."""
    kinds = {broken.reference.partition("/")[0] for broken in found.broken}
    return found.link_broken or bool(kinds & {"Bundle", "OperationOutcome"})
