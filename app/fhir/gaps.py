"""What a search that fell short means for a verdict: whether what it did not bring may exist, and may be newer.

Looks at the content only as far as needed for that: whose it is, and in which order it came.
"""

import math
from collections.abc import Iterable, Iterator

from msgspec import Raw

from app.fhir.client import Trouble
from app.fhir.search import Found
from app.reading.dates import Dates, charts_offset_s
from app.reading.lazy import NOTHING
from app.reading.page import Page
from app.reading.references import target
from app.reading.shapes import Observation, Patient, Resource, reference_in
from trials.record import Gap, Kind
from trials.when import When

# A search cut in no order is the strictest: of what it brought nothing is the most recent for certain. Beside it a
# failed one says less, since what other searches brought is complete for the sets that they cover.
_STRICTEST_FIRST = (Gap.CUT, Gap.FAILED, Gap.CUT_NEWEST_FIRST)


def checked(found: Found, patient_id: str) -> Found:
    """The search, failed where its content is not what was asked for: another type, or another patient's."""
    if any(not _answers(found, page) for page in found.pages):
        return found._replace(trouble=Trouble("broken"))
    if _patients(found.pages) - {patient_id}:
        return found._replace(trouble=Trouble("other-patient"))
    return found


def failed(found: Found) -> bool:
    """Whether nothing that it brought may pass for an answer."""
    if found.trouble is None:
        return False
    in_place_of_data = found.trouble.why == "outcome" and len(found.pages) == 1
    return not found.pages or in_place_of_data or found.trouble.why in ("broken", "other-patient")


def gaps(searched: Iterable[Found]) -> dict[str, Gap]:
    """By kind of fact, how its searches fell short; kinds whose searches were all answered in full are absent.

    Of a kind that is spread over several searches, by the value sets that a search brings: a cut search for scores says
    nothing of the blood count.
    """
    by_kind: dict[Kind, list[Found]] = {}
    for found in searched:
        if found.search.kind is not None:
            by_kind.setdefault(found.search.kind, []).append(found)
    short: dict[str, set[Gap]] = {}
    for kind, of_kind in by_kind.items():
        for found in of_kind:
            gap = _gap(found, of_kind)
            if gap is not None:
                for name in found.search.names or (kind,):
                    short.setdefault(name, set()).add(gap)
    return {name: next(gap for gap in _STRICTEST_FIRST if gap in seen) for name, seen in short.items()}


def _gap(found: Found, of_kind: list[Found]) -> Gap | None:
    if found.trouble is None:
        return None
    if failed(found):
        return Gap.FAILED
    if not found.newest_first:
        return Gap.CUT
    dates = Dates(charts_offset_s(_resources(found.pages)))
    horizon = _horizon(_moments(found.pages, dates))
    if horizon is None or any(_older(other, horizon, dates) for other in of_kind if _overlaps(found, other)):
        return Gap.CUT
    return Gap.CUT_NEWEST_FIRST


def _horizon(moments: Iterable[When]) -> float | None:
    """How far back moments that came newest first reach; `None` if they did not, or there is no moment to see it by.

    A date that is known in part, or a period, stands anywhere between the ends of what it may be.
    """
    horizon = math.inf
    for moment in moments:
        if moment.earliest > horizon:
            return None
        horizon = min(horizon, moment.latest)
    return None if horizon == math.inf else horizon


def _overlaps(found: Found, other: Found) -> bool:
    return other is not found and not found.search.names.isdisjoint(other.search.names)


def _older(other: Found, horizon: float, dates: Dates) -> bool:
    """Whether it holds a result from before the horizon: the cut search may have missed a newer one of the same set."""
    return any(moment.latest < horizon for moment in _moments(other.pages, dates))


def _moments(pages: Iterable[Page], dates: Dates) -> Iterator[When]:
    """When the results were taken. Only results are ever decided by the most recent one."""
    for resource in _resources(pages):
        if isinstance(resource, Observation):
            text = resource.effective_date_time or resource.effective_instant
            moment = dates.when(text) if text else dates.within(resource.effective_period)
            if moment is not None:
                yield moment


def _answers(found: Found, page: Page) -> bool:
    """Whether a page is a Bundle, or a resource of the type that was searched, or says that it failed."""
    wanted = found.search.type
    return page.is_bundle or page.failure is not None or any(type(one).__name__ == wanted for one in page.resources)


def _patients(pages: Iterable[Page]) -> set[str | None]:
    """The ids of all patients whose resources these are, as far as they say so by id."""
    ids: set[str | None] = set()
    subjects: dict[bytes, Raw] = {}
    for resource in _resources(pages):
        if isinstance(resource, Patient):
            ids.add(resource.id)
        subject = getattr(resource, "subject", NOTHING)
        subjects[bytes(subject)] = subject  # nearly always the same bytes, so decoded once
    return ids.union(*map(_patient, subjects.values()))


def _patient(subject: Raw) -> tuple[str, ...]:
    """The id of the patient that a reference names; none where it names him in another way, or is broken."""
    try:
        reference = reference_in(subject)
    except ValueError:
        return ()
    kind, _, id = (target(reference.reference if reference else None) or "").partition("/")
    return (id,) if kind == "Patient" else ()


def _resources(pages: Iterable[Page]) -> Iterator[Resource]:
    for page in pages:
        yield from page.resources
