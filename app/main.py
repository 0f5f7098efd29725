"""Puts the service together: settings and library in, a FastAPI application out."""

import gc
import itertools
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import date
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from app import contract, routes
from app.answers import routes as answers
from app.answers.desk import Desk
from app.answers.store import AnswerStore
from app.edge import Edge
from app.fhir.client import FhirClient
from app.library import Library, load_library
from app.logs import quiet_clients
from app.outcome import Refused, refusal
from app.service import Service
from app.settings import Settings
from app.terminology.routes import router as terminology_router
from app.version import VERSION
from app.wire.routes import router as trial_router

LOOPBACK_ORIGIN = r"https?://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"

# FastAPI's own tracing would export paths, query strings and the messages of errors, and all three can name a patient.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(
    settings: Settings | None = None,
    *,
    library: Library | None = None,
    today: Callable[[], date] | None = None,
) -> FastAPI:
    """The application. An author's mistake in a definition, or a wrong setting, raises before anything is served."""
    settings = settings or Settings()
    known = library or load_library(settings)
    url = settings.answers_database
    store = None if url is None else AnswerStore(url)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with FhirClient(max_pages=settings.max_pages) as client:
            desk = Desk(store)
            app.state.service = Service(settings, known, client, today or settings.today, itertools.count(1), desk)
            await desk.start()
            with _collecting_seldom():
                yield
            desk.close()

    app = FastAPI(
        title="Trialhook",
        version=VERSION,
        description=contract.DESCRIPTION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry=_NO_TELEMETRY,
    )
    quiet_clients()
    app.include_router(routes.router)
    app.include_router(answers.router)
    app.include_router(terminology_router)
    app.include_router(trial_router)
    app.state.trial_forms = {}
    if settings.sandbox:
        _include_sandbox(app, today or settings.today, keeps_answers=store is not None)
    _answer_errors(app)
    app.add_middleware(Edge)
    _allow_origins(app, settings)
    app.openapi = lambda: contract.document(app)  # type: ignore[method-assign]
    return app


def _include_sandbox(app: FastAPI, today: Callable[[], date], *, keeps_answers: bool) -> None:
    """The invented patients and their page; never imported where real ones are."""
    from app.sandbox.router import sandbox_router

    app.include_router(sandbox_router(today, keeps_answers=keeps_answers))


def _answer_errors(app: FastAPI) -> None:
    """Every refusal is an OperationOutcome; FastAPI's own would repeat the whole input, token included."""

    @app.exception_handler(Refused)
    async def refused(request: Request, error: Refused) -> Response:
        return refusal(error.status, error.text)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        return refusal(400, "A parameter is missing or of the wrong form.")

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        return refusal(error.status_code, headers=_kept(error.headers))


def _kept(headers: Mapping[str, str] | None) -> dict[str, str] | None:
    return dict(headers) if headers else None


def _allow_origins(app: FastAPI, settings: Settings) -> None:
    """An allow-list from the settings; never credentials, never `*`. Added last, so that errors carry it too."""
    rule: dict[str, Any] = {"allow_origin_regex": LOOPBACK_ORIGIN} if settings.sandbox else {}
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.cors_origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type"],
        **rule,
    )


@contextmanager
def _collecting_seldom() -> Iterator[None]:
    """Keeps the library out of garbage collection, and that seldom: a full pass costs more than a request."""
    threshold = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()
