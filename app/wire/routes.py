"""One trial over HTTP in the form that the caller asks for: our JSON, a page, FHIR R4 or FHIR R5."""

import asyncio
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response

from app import catalogue, contract, pages
from app.library import Library
from app.outcome import Refused
from app.service import service_of
from app.wire.negotiating import MEDIA_TYPES, Form, chosen
from app.wire.page import trial_page
from app.wire.study import exported
from trials.judge import Trial

router = APIRouter(prefix="/trials")

_Format = Annotated[
    str | None, Query(alias="_format", description="The form, whatever `Accept` says: json (FHIR R4), html, or a type.")
]


@router.get("/{id}.html", include_in_schema=False)
async def page(id: str, request: Request) -> Response:
    """The page of one trial, whatever the caller accepts."""
    return await _answer(id, "page", request)


@router.get("/{id}/r4", summary="Read a trial as FHIR R4", **contract.get_fhir("Bundle", 404))
async def r4(id: str, request: Request) -> Response:
    """A Bundle of the trial's ResearchStudy and its Groups, with what R4 could not say."""
    return await _answer(id, "r4", request)


@router.get("/{id}/r5", summary="Read a trial as FHIR R5", **contract.get_fhir("Bundle", 404, release="R5"))
async def r5(id: str, request: Request) -> Response:
    """A Bundle of the trial's ResearchStudy and its EvidenceVariable, with what R5 could not say."""
    return await _answer(id, "r5", request)


@router.get("/{id}", summary="Read a trial", **contract.trial())
async def trial(id: str, request: Request, format_: _Format = None) -> Response:
    """What one trial asks, how each criterion is decided, and what is missing, in the form that is asked for."""
    form = chosen(request.headers.get("accept"), format_)
    if form is None:
        raise Refused(406, f"A trial is offered as {', '.join(MEDIA_TYPES.values())}.")
    return await _answer(id, form, request)


async def _answer(id: str, form: Form, request: Request) -> Response:
    """Made once, in a thread: a hook that comes meanwhile is not kept waiting."""
    service = service_of(request)
    found = service.library.trial(id)
    if found is None:
        raise Refused(404, "There is no trial of that id here; GET /trials lists them.")
    made: dict[tuple[str, Form], bytes] = request.app.state.trial_forms
    if (id, form) not in made:
        made[id, form] = await asyncio.to_thread(_made, found, service.library, service.settings.public_url, form)
    headers = {"Vary": "Accept"} | (pages.HEADERS if form == "page" else {})
    return Response(made[id, form], headers=headers, media_type=MEDIA_TYPES[form])


def _made(found: Trial, library: Library, public_url: str | None, form: Form) -> bytes:
    match form:
        case "json":
            return msgspec.json.encode(catalogue.trial_detail(found, library))
        case "page":
            return pages.trial_html(trial_page(found, library)).encode()
        case "r4" | "r5":
            return exported(found, library, public_url, form).content
