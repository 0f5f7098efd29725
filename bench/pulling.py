"""The pull of a chart against a stub that answers every search after 50 ms: all at once, and one after another."""

import asyncio
import statistics
import time
from collections.abc import Sequence

from fastapi import FastAPI, Request, Response

from app.fhir.chart import fetch_chart
from app.fhir.client import FhirClient
from app.serving import server
from bench.payload import PATIENT
from bench.whole import running
from cds_hooks.prefetch import Search

ROUNDS = 8
LATENCY_S = 0.05


def stub() -> FastAPI:
    """A FHIR server of one patient with an empty chart, whose every answer takes 50 ms."""
    app = FastAPI()
    patient = b'{"resourceType":"Patient","id":"%s","birthDate":"1980-04-02"}' % PATIENT.encode()

    @app.get("/{path:path}")
    async def answer(path: str, request: Request) -> Response:
        await asyncio.sleep(LATENCY_S)
        found = patient if path.startswith("Patient/") else b'{"resourceType":"Bundle","type":"searchset","total":0}'
        return Response(found, media_type="application/fhir+json")

    return app


async def pulls(searches: Sequence[Search]) -> tuple[float, float]:
    """Median milliseconds of a whole pull, and of the same searches one after another on the same client."""
    with running(server(stub())) as base:
        together, in_turn = [], []
        async with FhirClient() as client:
            for _ in range(ROUNDS):
                together.append(await _timed(client, searches, base))
                parts = [await _timed(client, [search], base) for search in searches]
                in_turn.append(sum(parts))
    return statistics.median(together), statistics.median(in_turn)


async def _timed(client: FhirClient, searches: Sequence[Search], base: str) -> float:
    start = time.perf_counter()
    await fetch_chart(client, patient_id=PATIENT, prefetch={}, searches=searches, server=base, token=None, budget_s=10)
    return (time.perf_counter() - start) * 1000
