"""The routes of the service outside the sandbox: bytes in, bytes out, nothing modelled on the way."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from app import catalogue, contract, direct, hook, pages
from app.answers.subjects import of_bundle, of_server
from app.body import json_body
from app.outcome import Refused
from app.report import MatchReport, encoded
from app.service import Service, called, own_server, service_of
from cds_hooks.discovery import SERVICE, discovery

router = APIRouter()

JSON = "application/json"
AsOf = Annotated[
    str | None, Query(alias="asOf", description="The day of judging, YYYY-MM-DD; default: today at the site.")
]
Trials = Annotated[list[str] | None, Query(alias="trial", description="Ids of the trials to judge; default: all.")]


@router.get("/cds-services", summary="CDS Hooks discovery", **contract.get("Discovery"))
@router.get("/cds-services/", include_in_schema=False)
async def discover(request: Request) -> Response:
    """The services offered here, with their prefetch templates."""
    return _json(discovery(service_of(request).library.searches))


@router.post("/cds-services/{id}", summary="Answer the patient-view hook", **contract.hook())
async def call(id: str, request: Request) -> Response:
    """Cards for the patient whose chart is opened; 412 where nothing of the chart can be judged."""
    if id != SERVICE:
        raise Refused(404, "There is no CDS service of that id here; GET /cds-services lists them.")
    service = service_of(request)
    body = await json_body(request, service.settings.max_body)
    return Response(await hook.answer(body, service, _public_url(request, service)), media_type=JSON)


@router.post("/match", summary="Judge a Bundle", **contract.post_match())
async def match_bundle(request: Request, as_of: AsOf = None, trial: Trials = None) -> Response:
    """The report on a FHIR R4 Bundle that holds one patient's whole chart."""
    service = service_of(request)
    asked = direct.query(service.library, service.today(), as_of, trial or ())
    found = direct.bundle_read(await json_body(request, service.settings.max_body), asked)
    return _report(direct.report(found, asked, await service.desk.recorded(of_bundle(found.patient), service.library)))


@router.get("/match", summary="Judge a patient of the FHIR server", **contract.get_match())
async def match_patient(
    request: Request,
    patient: Annotated[str, Query(description="The id of the FHIR Patient.")],
    as_of: AsOf = None,
    trial: Trials = None,
) -> Response:
    """The report on a patient of the configured FHIR server."""
    service = service_of(request)
    asked = direct.query(service.library, service.today(), as_of, trial or ())
    server = own_server(request, service)
    budget_s = service.settings.budget_s
    found, recorded = await asyncio.gather(
        direct.patient_read(service.client, asked, patient_id=patient, server=server, budget_s=budget_s),
        service.desk.recorded(of_server(patient, server, service.settings), service.library),
    )
    return _report(direct.report(found, asked, recorded))


@router.get("/trials", summary="List the trials", **contract.get("TrialList"))
async def trials(request: Request) -> Response:
    """The loaded trials; as a page for a browser."""
    found = catalogue.trial_list(service_of(request).library)
    return pages.trials_page(found) if _wants_page(request) else _json(found, {"Vary": "Accept"})


@router.get("/health", summary="Whether the service runs", **contract.get("Health"))
async def health(request: Request) -> Response:
    """Alive, with the number of loaded trials."""
    return _json(contract.Health("ok", len(service_of(request).library.trials)))


def _json(value: msgspec.Struct, headers: dict[str, str] | None = None) -> Response:
    return Response(msgspec.json.encode(value), headers=headers, media_type=JSON)


def _report(report: MatchReport) -> Response:
    """A report is a chart: no browser or proxy may keep it."""
    return Response(encoded(report), headers={"Cache-Control": "no-store"}, media_type=JSON)


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "")


def _public_url(request: Request, service: Service) -> str | None:
    """Where links of a card lead: the configured address; in the sandbox also the one that was called."""
    if service.settings.public_url or not service.settings.sandbox:
        return service.settings.public_url
    return called(request)
