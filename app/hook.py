"""Answers the patient-view hook: bytes in, bytes out; 412 where nothing of the chart can be judged."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import date

import msgspec

from app.answers.desk import Recorded
from app.answers.store import Subject
from app.answers.subjects import of_server
from app.fhir.chart import Chart, ChartUnavailable, fetch_chart
from app.fhir.servers import allowed
from app.matching import judged_where_it_matters
from app.outcome import Refused
from app.reading.page import NotFhir, Page, decode_page
from app.reading.record import NoPatient, Reading, SeveralPatients, read_record
from app.service import Service
from cds_hooks import detail
from cds_hooks.cards import Answer, Card, cards
from cds_hooks.request import BadRequest, HookRequest, read_request

log = logging.getLogger("trialhook.hook")

NOTHING = msgspec.json.encode(Answer(()))

_UNAVAILABLE = {
    "failed": "The chart could not be read: no usable prefetch, and the FHIR server failed.",
    "no-patient": "The chart could not be read: the FHIR server knows no patient of that id.",
    "too-slow": "The chart could not be read in time: no usable prefetch, and the FHIR server was too slow.",
    "no-server": "The chart could not be read: no usable prefetch, and no FHIR server that this service may read.",
}
_OTHER_PATIENT = "The chart could not be read: it holds no Patient, or not the one of the call."


async def answer(body: bytes, service: Service, public_url: str | None) -> bytes:
    """The cards for a call, encoded; raises `Refused`."""
    call = _call(body)
    today = service.today()
    library = service.library
    chart, recorded = await asyncio.gather(
        _chart(call, service), service.desk.recorded(_subject(call, service), library)
    )
    try:
        reading = read_record(
            chart.pages,
            terminology=library.terminology,
            today=today,
            patient_id=call.patient_id,
            gaps=chart.gaps,
            needed=library.needs.names,
        )
    except (NoPatient, SeveralPatients):
        return _without_patient(call)
    found = _cards(reading, chart, recorded, service, today, public_url)
    log.info(
        "call %s: read %d resources, ignored %d, %d cards",
        call.instance or "without a UUID",
        reading.read,
        len(reading.ignored),
        len(found),
    )
    return msgspec.json.encode(Answer(found))


def _call(body: bytes) -> HookRequest:
    try:
        return read_request(body)
    except BadRequest as error:
        raise Refused(400, str(error)) from None


async def _chart(call: HookRequest, service: Service) -> Chart:
    try:
        return await fetch_chart(
            service.client,
            patient_id=call.patient_id,
            prefetch=_prefetched(call, service),
            searches=service.library.searches,
            server=_server(call, service),
            token=call.token,
            budget_s=service.settings.budget_s,
        )
    except ChartUnavailable as error:
        raise Refused(412, _UNAVAILABLE[error.reason]) from None


def _prefetched(call: HookRequest, service: Service) -> Mapping[str, Page | None]:
    """The prefetched pages that are ours; what is no FHIR counts as absent, to be fetched."""
    pages: dict[str, Page | None] = {}
    for search in service.library.searches:
        if search.key not in call.prefetch:
            continue
        raw = call.prefetch[search.key]
        try:
            pages[search.key] = None if raw is None else decode_page(raw)
        except NotFhir:
            log.warning("prefetch of %s was no FHIR resource", search.key)
    return pages


def _server(call: HookRequest, service: Service) -> str | None:
    """The server to read from, if the call names one that this site allows."""
    if call.fhir_server is None:
        return None
    server = allowed(call.fhir_server, service.settings)
    if server is None:
        log.warning("fhirServer is not allowed here (%d so far): prefetch only", next(service.refused_servers))
        return None
    if call.token is None and not (service.settings.call_without_token or service.settings.sandbox):
        log.warning("fhirServer came without fhirAuthorization: prefetch only")
        return None
    return server


def _without_patient(call: HookRequest) -> bytes:
    """A Patient that the EHR searched and did not find is an answer; a missing or a strange one is not."""
    if "patient" in call.prefetch and call.prefetch["patient"] is None:
        return NOTHING
    raise Refused(412, _OTHER_PATIENT)


def _subject(call: HookRequest, service: Service) -> Subject | None:
    """Whose answers count: those of a server that the call names and this site knows; without one, of Bundles."""
    server = call.fhir_server and allowed(call.fhir_server, service.settings)
    if call.fhir_server is not None and server is None:
        return None
    return of_server(call.patient_id, server, service.settings)


def _cards(
    reading: Reading, chart: Chart, recorded: Recorded, service: Service, today: date, public_url: str | None
) -> tuple[Card, ...]:
    library = service.library
    matches = judged_where_it_matters(library.trials, reading.record, library, today, recorded.answers)
    seen = detail.Chart(
        reading.record,
        today,
        library.terminology.sets,
        chart.not_searched,
        answers_unavailable=recorded.unavailable,
        policy=library.policy,
        answers=recorded.answers,
    )
    return cards(matches, seen, most=service.settings.max_cards, public_url=public_url)
