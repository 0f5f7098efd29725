"""The service over a real FHIR server gives the answers that it gives over the same chart in hand."""

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

import httpx
import pytest

from app.sandbox.patients import SandboxPatient, patients
from tests import machine
from tests.hapi.loading import load
from tests.hapi.prefetching import from_chart, from_server
from tests.hapi.server import HapiServer, running
from tests.hapi.service import cards, fire, patient_view, serving

pytestmark = pytest.mark.hapi

PATIENTS = patients(date.today())
BUDGET_S = 2.5
EVERY_PATIENT = pytest.mark.parametrize("patient", PATIENTS, ids=[patient.id for patient in PATIENTS])


@pytest.fixture(scope="module")
def fhir(hapi: HapiServer) -> str:
    """The base URL of the FHIR server, which holds the sandbox's patients."""
    load(hapi.base, *(patient.bundle for patient in PATIENTS))
    return hapi.base


@pytest.fixture(scope="module")
def service(fhir: str) -> Iterator[str]:
    """A service that may read the FHIR server, with time enough for a slow machine."""
    with serving(fhir_servers=(fhir,), call_without_token=True, budget_s=20) as base:
        yield base


@pytest.fixture(scope="module")
def templates(service: str) -> dict[str, str]:
    found: dict[str, str] = patient_view(service)["prefetch"]
    return found


@EVERY_PATIENT
def test_the_hook_says_the_same_with_and_without_prefetch(
    patient: SandboxPatient, service: str, fhir: str, templates: dict[str, str]
) -> None:
    pulled = cards(fire(service, patient.id, fhir_server=fhir))
    prefetched = cards(fire(service, patient.id, prefetch=from_server(templates, fhir, patient.id)))
    in_hand = cards(fire(service, patient.id, prefetch=from_chart(templates, patient.bundle)))

    assert pulled == prefetched
    assert pulled == in_hand


@EVERY_PATIENT
def test_the_direct_query_says_the_same_of_a_patient_and_of_the_bundle(patient: SandboxPatient, service: str) -> None:
    asked = httpx.get(f"{service}/match", params={"patient": patient.id}, timeout=30)
    given = httpx.post(f"{service}/match", json=patient.bundle, timeout=30)

    assert (asked.status_code, given.status_code) == (200, 200), asked.text + given.text
    assert asked.json()["trials"] == given.json()["trials"]
    assert asked.json()["patient"] == given.json()["patient"] == f"Patient/{patient.id}"
    assert asked.json()["chart"]["notSearched"] == []


def test_some_patients_get_a_card_and_some_do_not(service: str, fhir: str) -> None:
    """Else the comparisons above would compare nothing with nothing."""
    counts = {len(cards(fire(service, patient.id, fhir_server=fhir))) for patient in PATIENTS}

    assert 0 in counts
    assert counts - {0}


def test_part_of_the_prefetch_is_completed_from_the_server(service: str, fhir: str, templates: dict[str, str]) -> None:
    patient = with_card(service, fhir)
    whole = from_server(templates, fhir, patient.id)

    for left_out in templates:
        part = {key: value for key, value in whole.items() if key != left_out}
        answer = fire(service, patient.id, fhir_server=fhir, prefetch=part)
        assert cards(answer) == cards(fire(service, patient.id, fhir_server=fhir)), left_out


def test_a_patient_whom_the_server_does_not_know_gets_no_card(service: str, fhir: str) -> None:
    answer = fire(service, "nobody-of-that-id", fhir_server=fhir)

    assert answer.status_code == 412
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert "nobody-of-that-id" not in answer.text


def test_a_complete_prefetch_makes_no_outbound_call(fhir: str, templates: dict[str, str]) -> None:
    with (
        listening() as (address, calls),
        serving(fhir_servers=(address,), call_without_token=True, budget_s=1) as service,
    ):
        for patient in PATIENTS:
            prefetch = from_server(templates, fhir, patient.id)
            assert fire(service, patient.id, fhir_server=address, prefetch=prefetch).status_code == 200
            assert fire(service, patient.id, fhir_server=address, token="t", prefetch=prefetch).status_code == 200
        assert calls == []

        assert fire(service, PATIENTS[0].id, fhir_server=address).status_code == 412
        assert calls != []


@pytest.fixture(scope="module")
def fragile() -> Iterator[HapiServer]:
    """A second server with HAPI's own defaults (no total, cached searches, pages of 20), which a test may halt."""
    if machine.missing_for_own_server():
        pytest.skip("the FHIR server that was given is not ours to halt")
    with running(searchAhead="13,503,2003,-1", reuseSearchesForMs=60_000, pageSize=20, largestPage=20) as server:
        load(server.base, *(patient.bundle for patient in PATIENTS))
        yield server


@EVERY_PATIENT
def test_small_pages_without_a_total_change_no_answer(
    patient: SandboxPatient, fragile: HapiServer, templates: dict[str, str]
) -> None:
    with serving(fhir_servers=(fragile.base,), call_without_token=True, budget_s=20) as service:
        pulled = cards(fire(service, patient.id, fhir_server=fragile.base))
        in_hand = cards(fire(service, patient.id, prefetch=from_chart(templates, patient.bundle)))

    assert pulled == in_hand


def test_a_server_that_hangs_and_then_is_gone_delays_no_answer_beyond_the_budget(fragile: HapiServer) -> None:
    assert fragile.process is not None
    patient = PATIENTS[0]
    with serving(fhir_servers=(fragile.base,), call_without_token=True, budget_s=BUDGET_S) as service:
        assert fire(service, patient.id, fhir_server=fragile.base).status_code == 200

        fragile.process.send_signal(signal.SIGSTOP)
        try:
            hanging = in_time(lambda: fire(service, patient.id, fhir_server=fragile.base))
            query = in_time(lambda: httpx.get(f"{service}/match", params={"patient": patient.id}, timeout=30))
        finally:
            fragile.process.send_signal(signal.SIGCONT)
        assert (hanging.status_code, query.status_code) == (412, 504)

        fragile.process.terminate()
        fragile.process.wait(30)
        gone = in_time(lambda: fire(service, patient.id, fhir_server=fragile.base))
        query = in_time(lambda: httpx.get(f"{service}/match", params={"patient": patient.id}, timeout=30))
        assert (gone.status_code, query.status_code) == (412, 502)
        for answer in (hanging, gone, query):
            assert answer.json()["resourceType"] == "OperationOutcome"
            assert patient.id not in answer.text


def with_card(service: str, fhir: str) -> SandboxPatient:
    return next(patient for patient in PATIENTS if cards(fire(service, patient.id, fhir_server=fhir)))


def in_time(call: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer to a call, which has to come within the budget and what it takes to say so."""
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < BUDGET_S + 0.5
    return answer


@contextmanager
def listening() -> Iterator[tuple[str, list[object]]]:
    """An address at which every call is noted and none is answered."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def note() -> None:
            while True:
                connection, caller = server.accept()
                connection.close()
                calls.append(caller)
                if closing.is_set():
                    return

        closing = threading.Event()
        thread = threading.Thread(target=note)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield f"http://127.0.0.1:{port}/fhir", calls
        finally:
            closing.set()
            socket.create_connection(("127.0.0.1", port)).close()
            thread.join()
