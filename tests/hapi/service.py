"""The real service on a free port of the loopback, and the calls that an EHR makes to it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import uvicorn

from app.main import create_app
from app.settings import Settings
from tests.hapi.loading import Json

START_TIMEOUT_S = 30


@contextmanager
def serving(**settings: object) -> Iterator[str]:
    """The base URL of a service with these settings and no others, for the time of the block."""
    app = create_app(Settings.model_validate(settings))
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not server.started:
            assert thread.is_alive(), "the service stopped while starting"
            assert time.monotonic() < deadline, "the service did not start"
            time.sleep(0.02)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def patient_view(service: str) -> Json:
    """What discovery says of the patient-view service."""
    found: list[Json] = httpx.get(f"{service}/cds-services").json()["services"]
    return next(one for one in found if one["hook"] == "patient-view")


def fire(
    service: str,
    patient_id: str,
    *,
    fhir_server: str | None = None,
    token: str | None = None,
    prefetch: Json | None = None,
) -> httpx.Response:
    """Open a chart: the hook as an EHR calls it, with what it has."""
    call: Json = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/example", "patientId": patient_id},
    }
    if fhir_server is not None:
        call["fhirServer"] = fhir_server
    if token is not None:
        call["fhirAuthorization"] = {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": 300,
            "scope": "patient/*.read",
            "subject": "trialhook",
        }
    if prefetch is not None:
        call["prefetch"] = prefetch
    return httpx.post(f"{service}/cds-services/{patient_view(service)['id']}", json=call, timeout=30)


def cards(answer: httpx.Response) -> list[Json]:
    """The cards of an answer without what is new in each: their uuid."""
    assert answer.status_code == 200, answer.text
    found: list[Json] = answer.json()["cards"]
    return [{name: value for name, value in card.items() if name != "uuid"} for card in found]
