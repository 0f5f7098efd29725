"""The service over a real FHIR server gives the answers that it gives over the same chart in hand."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.sandbox.patients import SandboxPatient
from tests.hapi.asking import assert_same_verdicts, given, pulled
from tests.hapi.prefetching import from_chart, from_server
from tests.hapi.service import cards, fire, serving

pytestmark = pytest.mark.hapi

Patients = tuple[SandboxPatient, ...]


def test_the_hook_says_the_same_with_and_without_prefetch(
    patient: SandboxPatient, service: str, fhir: str, templates: dict[str, str]
) -> None:
    asked = cards(fire(service, patient.id, fhir_server=fhir))
    prefetched = cards(fire(service, patient.id, prefetch=from_server(templates, fhir, patient.id)))
    in_hand = cards(fire(service, patient.id, prefetch=from_chart(templates, patient.bundle)))

    assert asked == prefetched
    assert asked == in_hand


def test_the_direct_query_says_the_same_of_a_patient_and_of_the_bundle(patient: SandboxPatient, service: str) -> None:
    asked = pulled(service, patient.id)

    assert_same_verdicts(asked, given(service, patient.bundle))
    assert asked["patient"] == f"Patient/{patient.id}"


def test_some_patients_get_a_card_and_some_do_not(sandbox: Patients, service: str, fhir: str) -> None:
    """Else the comparisons above would compare nothing with nothing."""
    counts = {len(cards(fire(service, patient.id, fhir_server=fhir))) for patient in sandbox}

    assert 0 in counts
    assert counts - {0}


def test_part_of_the_prefetch_is_completed_from_the_server(
    sandbox: Patients, service: str, fhir: str, templates: dict[str, str]
) -> None:
    patient = next(one for one in sandbox if cards(fire(service, one.id, fhir_server=fhir)))
    whole = from_server(templates, fhir, patient.id)

    for left_out in templates:
        part = {key: value for key, value in whole.items() if key != left_out}
        answer = fire(service, patient.id, fhir_server=fhir, prefetch=part)
        assert cards(answer) == cards(fire(service, patient.id, fhir_server=fhir)), left_out


def test_a_complete_prefetch_makes_no_outbound_call(sandbox: Patients, fhir: str, templates: dict[str, str]) -> None:
    with (
        listening() as (address, calls),
        serving(fhir_servers=(address,), call_without_token=True, budget_s=1) as service,
    ):
        for patient in sandbox:
            prefetch = from_server(templates, fhir, patient.id)
            assert fire(service, patient.id, fhir_server=address, prefetch=prefetch).status_code == 200
            assert fire(service, patient.id, fhir_server=address, token="t", prefetch=prefetch).status_code == 200
        assert calls == []

        assert fire(service, sandbox[0].id, fhir_server=address).status_code == 412
        assert calls != []


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
