"""Everything that sandbox mode adds to the app: the FHIR endpoint, the page, and the way there from "/"."""

from collections.abc import Callable
from datetime import date

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from app.sandbox.fhir import fhir_router
from app.sandbox.page import page_router


def sandbox_router(today: Callable[[], date] = date.today, *, keeps_answers: bool = False) -> APIRouter:
    """The routes below `/sandbox`, and `/`; `today` says which day the invented charts are made for."""
    router = APIRouter(include_in_schema=False)

    @router.get("/")
    async def start() -> RedirectResponse:
        return RedirectResponse("/sandbox")

    router.include_router(fhir_router(today))
    router.include_router(page_router(today, keeps_answers=keeps_answers))
    return router
