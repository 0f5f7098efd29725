"""Pulls from the one FHIR server that these tests know, whose answers each test gives."""

import json
from collections.abc import Mapping

import httpx
import respx

from app.fhir.chart import Chart, fetch_chart
from app.fhir.client import FhirClient
from app.reading.page import Page, decode_page
from tests.app.fhir.resources import (
    PATIENT,
    PATIENT_ID,
    SEARCHES,
    Json,
    bundle,
    condition,
)

BASE = "https://ehr.example.org/fhir"
TOKEN = "sEcReT-tOkEn"
EMPTY = httpx.Response(200, json=bundle())


def page(content: Json) -> Page:
    return decode_page(json.dumps(content).encode())


PREFETCHED: Mapping[str, Page | None] = {
    **{search.key: page(bundle()) for search in SEARCHES},
    "patient": page(PATIENT),
    "conditions": page(bundle(condition())),
}


async def pull(
    client: FhirClient, prefetch: Mapping[str, Page | None] = {}, server: str | None = BASE, token: str | None = TOKEN
) -> Chart:
    return await fetch_chart(
        client,
        patient_id=PATIENT_ID,
        prefetch=prefetch,
        searches=SEARCHES,
        server=server,
        token=token,
        budget_s=2.5,
    )


def without(*keys: str) -> dict[str, Page | None]:
    return {key: value for key, value in PREFETCHED.items() if key not in keys}


def ids(chart: Chart) -> set[str | None]:
    return {resource.id for page in chart.pages for resource in page.resources}


def serve(router: respx.Router, **answers: httpx.Response | Json) -> None:
    """Answers by resource type; what is not named holds a patient, a condition and nothing else."""
    contents: dict[str, httpx.Response | Json] = {f"Patient/{PATIENT_ID}": PATIENT, "Condition": bundle(condition())}
    contents |= {search.type: bundle() for search in SEARCHES if search.type not in ("Patient", "Condition")}
    for path, content in (contents | {"Patient/pat-1" if k == "Patient" else k: v for k, v in answers.items()}).items():
        answer = content if isinstance(content, httpx.Response) else httpx.Response(200, json=content)
        router.get(f"{BASE}/{path}").mock(return_value=answer)
