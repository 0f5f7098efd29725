"""The whole application without a socket, and the calls that an EHR makes to it."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from functools import cache
from typing import Any

import httpx

from app.library import Library, load_library
from app.main import create_app
from app.sandbox.patients import patients
from app.settings import Settings
from cds_hooks.discovery import SERVICE
from tests.hapi.prefetching import from_chart
from trials.judge import Trial

TODAY = date(2026, 11, 21)
URL = "http://127.0.0.1:8000"
HOOK = f"/cds-services/{SERVICE}"
Json = dict[str, Any]


@cache
def library() -> Library:
    return load_library(Settings())


def trial(ref: str) -> Trial:
    """The trial whose rows begin so in the criteria table."""
    return next(one for one in library().trials if one.ref == ref)


@asynccontextmanager
async def running(known: Library | None = None, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client of an application with these settings, on a fixed day."""
    app = create_app(Settings(**settings), library=known or library(), today=lambda: TODAY)
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=URL) as client:
        yield client


def bundle(patient_id: str = "testfrau-amelie") -> Json:
    """The whole chart of an invented patient."""
    return next(one.bundle for one in patients(TODAY) if one.id == patient_id)


def templates() -> dict[str, str]:
    return {search.key: search.template for search in library().searches}


def call(patient_id: str = "testfrau-amelie", **changes: Any) -> Json:
    """A patient-view call with a complete prefetch."""
    made: Json = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": patient_id},
        "prefetch": from_chart(templates(), bundle(patient_id)),
    }
    return {**made, **changes}


def sent(value: Any) -> dict[str, Any]:
    """What httpx needs to send a value as JSON."""
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    return {"content": content, "headers": {"content-type": "application/json"}}


def assert_outcome(answer: httpx.Response, status: int) -> Json:
    """The answer is an OperationOutcome with that status, and returns its issue."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/fhir+json"
    found: Json = answer.json()
    assert found["resourceType"] == "OperationOutcome"
    (issue,) = found["issue"]
    assert issue["severity"] == "error"
    return dict(issue)
