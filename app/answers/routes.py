"""The routes of answers. Whoever reads or writes them needs the site's token; only the sandbox needs none."""

import asyncio
import hmac
import logging
from datetime import UTC, datetime
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from app import contract, direct
from app.answers import entry
from app.answers.questionnaire import questionnaire
from app.answers.report import AnswerList, answer_list
from app.answers.response import is_response, read_response
from app.answers.store import Kept, Unavailable
from app.answers.subjects import of_bundle, of_server, subject
from app.body import json_body
from app.outcome import MEDIA_TYPE, Refused
from app.report import MatchReport
from app.service import Service, own_server, service_of

router = APIRouter()
log = logging.getLogger("trialhook.answers")

Patient = Annotated[str, Query(description="The id of the FHIR Patient.")]
Server = Annotated[
    str | None,
    Query(description='The FHIR server of the patient, or "direct" for one of Bundles; default: as for GET /match.'),
]
TheTrial = Annotated[str, Query(description="The id of the trial.")]
OneTrial = Annotated[str | None, Query(description="The id of a trial; default: all.")]


@router.post("/answers", status_code=201, summary="Record answers", **contract.post_answers())
async def record(request: Request, server: Server = None) -> Response:
    """Keeps what a person answered, all or nothing; once 201 is sent it is on the disk.

    A FHIR R4 QuestionnaireResponse to `GET /questionnaire`, or a plain body.
    """
    service = _permitted(request)
    body = await json_body(request, min(service.settings.max_body, entry.MOST_BYTES))
    now = datetime.now(UTC)
    read = read_response if is_response(body) else entry.read_answers
    found = read(body, service.library, service.today(), now)
    about = subject(found.patient, found.server or server, own_server(request, service), service.settings)
    try:
        kept = await service.desk.record(about, found.given, now)
    except Unavailable as error:
        raise _down(error) from None
    log.info("recorded %d answers on trial %s", len(kept), found.given[0].trial)
    return _sent(answer_list(kept, service.library, service.today()), 201)


@router.get("/answers", summary="List answers", **contract.get_answers())
async def listed(request: Request, patient: Patient, trial: OneTrial = None, server: Server = None) -> Response:
    """Every answer about a patient, with what became of it: in force, superseded, expired, withdrawn."""
    service = _permitted(request)
    about = subject(entry.patient_id(patient), server, own_server(request, service), service.settings)
    if trial is not None:
        entry.known_trial(trial, service.library)
    try:
        kept = await service.desk.of(about)
    except Unavailable as error:
        raise _down(error) from None
    wanted = [one for one in kept if trial in (None, one.given.trial)]
    return _sent(answer_list(wanted, service.library, service.today()))


@router.post("/answers/{id}/withdraw", summary="Withdraw an answer", **contract.post_withdrawal())
async def withdraw(id: str, request: Request) -> Response:
    """Takes an answer back: it decides nothing any more and stays in the list with who withdrew it and when."""
    service = _permitted(request)
    by = entry.read_withdrawal(await json_body(request, entry.MOST_BYTES))
    try:
        kept = await service.desk.withdraw(id, by, datetime.now(UTC)) if id.isprintable() and len(id) <= 36 else None
    except Unavailable as error:
        raise _down(error) from None
    if kept is None:
        raise Refused(404, "There is no answer of that id.")
    return _sent(_one(kept, service))


@router.get("/questionnaire", summary="Open questions of a patient", **contract.get_questionnaire())
async def questions(request: Request, patient: Patient, trial: TheTrial) -> Response:
    """A FHIR R4 Questionnaire with what is open for a patient of the FHIR server and one trial."""
    service = service_of(request)
    asked = direct.query(service.library, service.today(), None, [trial])
    server = own_server(request, service)
    found, recorded = await asyncio.gather(
        direct.patient_read(
            service.client, asked, patient_id=patient, server=server, budget_s=service.settings.budget_s
        ),
        service.desk.recorded(of_server(patient, server, service.settings), service.library),
    )
    return _questionnaire(direct.report(found, asked, recorded), asked)


@router.post("/questionnaire", summary="Open questions of a Bundle", **contract.post_questionnaire())
async def questions_of_bundle(request: Request, trial: TheTrial) -> Response:
    """The same for a FHIR R4 Bundle that holds one patient's whole chart."""
    service = service_of(request)
    asked = direct.query(service.library, service.today(), None, [trial])
    found = direct.bundle_read(await json_body(request, service.settings.max_body), asked)
    recorded = await service.desk.recorded(of_bundle(found.patient), service.library)
    return _questionnaire(direct.report(found, asked, recorded), asked)


def _questionnaire(report: MatchReport, asked: direct.Query) -> Response:
    (trial,), (judged,) = asked.trials, report.trials
    if judged.error:
        raise Refused(500, judged.error)
    unavailable = report.chart.answers_unavailable
    found = questionnaire(trial, judged, asked.library.policy, asked.today, unavailable=unavailable)
    return _sent(found, media_type=MEDIA_TYPE)


def _one(kept: Kept, service: Service) -> AnswerList:
    return answer_list([kept], service.library, service.today())


def _permitted(request: Request) -> Service:
    """The service, if the caller may see and keep answers; raises `Refused`."""
    service = service_of(request)
    if not service.desk.keeps:
        raise Refused(403, "This service keeps no answers (TRIALHOOK_ANSWERS_URL is off).")
    token = service.settings.answers_token
    if token is None:
        if not service.settings.sandbox:
            raise Refused(403, "Answers need a token that the site has set (TRIALHOOK_ANSWERS_TOKEN).")
        return service
    scheme, _, shown = request.headers.get("authorization", "").partition(" ")
    secret = token.get_secret_value()
    if scheme.lower() != "bearer" or not hmac.compare_digest(shown.strip().encode(), secret.encode()):
        raise Refused(401, "Answers need the site's token, as a Bearer.")
    return service


def _down(error: Unavailable) -> Refused:
    log.warning("answers could not be reached: %s", error)
    return Refused(503, "The database of answers is not available just now; GET /answers later says what was kept.")


def _sent(value: msgspec.Struct, status: int = 200, media_type: str = "application/json") -> Response:
    return Response(msgspec.json.encode(value), status, {"Cache-Control": "no-store"}, media_type)
