"""The routes of the terminology: FHIR R4 resources to read, lists as searchset Bundles."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app import contract
from app.outcome import MEDIA_TYPE, Refused
from app.service import service_of
from app.terminology.published import ResourceType
from app.terminology.shelf import Shelf, listed, named, shelf

router = APIRouter(prefix="/terminology")

Url = Annotated[str | None, Query(description="Only the resource with this canonical address.")]


@router.get("/ValueSet", summary="List the value sets", **contract.get_fhir("Bundle"))
async def list_value_sets(request: Request, url: Url = None) -> Response:
    """What each clinical name of the definitions means in codes."""
    return await _list(request, "ValueSet", url)


@router.get("/ValueSet/{id}", summary="Read a value set", **contract.get_fhir("ValueSet", 404))
async def read_value_set(id: str, request: Request) -> Response:
    """One value set, by its id or by its name in the definitions."""
    return await _read(request, "ValueSet", id)


@router.get("/CodeSystem", summary="List the code systems", **contract.get_fhir("Bundle"))
async def list_code_systems(request: Request, url: Url = None) -> Response:
    """The one code system that is our own."""
    return await _list(request, "CodeSystem", url)


@router.get("/CodeSystem/{id}", summary="Read a code system", **contract.get_fhir("CodeSystem", 404))
async def read_code_system(id: str, request: Request) -> Response:
    """Our own codes, for scores and answers that have no standard code."""
    return await _read(request, "CodeSystem", id)


@router.get("/ConceptMap", summary="List the concept maps", **contract.get_fhir("Bundle"))
async def list_concept_maps(request: Request, url: Url = None) -> Response:
    """What is translated: spellings of units, standard codes into ours, the site's own codes."""
    return await _list(request, "ConceptMap", url)


@router.get("/ConceptMap/{id}", summary="Read a concept map", **contract.get_fhir("ConceptMap", 404))
async def read_concept_map(id: str, request: Request) -> Response:
    """One concept map."""
    return await _read(request, "ConceptMap", id)


async def _shelf(request: Request) -> Shelf:
    """The first call makes the resources, in a thread: a hook that comes meanwhile is not kept waiting."""
    service = service_of(request)
    return await asyncio.to_thread(shelf, service.library.terminology, service.settings.public_url)


async def _list(request: Request, type_: ResourceType, url: str | None) -> Response:
    return Response(listed(await _shelf(request), type_, url, str(request.url)), media_type=MEDIA_TYPE)


async def _read(request: Request, type_: ResourceType, id: str) -> Response:
    found = named(await _shelf(request), type_, id)
    if found is None:
        raise Refused(404, f"There is no {type_} of that id here; GET /terminology/{type_} lists them.")
    return Response(found.content, media_type=MEDIA_TYPE)
