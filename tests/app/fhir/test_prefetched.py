"""What the EHR sent along is used as it is meant; only what is absent is asked for."""

import httpx
import pytest
import respx

from app.fhir.chart import ChartUnavailable
from app.fhir.client import FhirClient
from app.reading.page import Page
from tests.app.fhir.pulling import BASE, EMPTY, PREFETCHED, ids, page, pull, without
from tests.app.fhir.resources import (
    PATIENT,
    PATIENT_ID,
    bundle,
    condition,
    observation,
    outcome,
)
from trials.record import Gap


async def test_a_complete_prefetch_needs_no_call_at_all(client: FhirClient, respx_mock: respx.Router) -> None:
    chart = await pull(client, PREFETCHED)

    assert respx_mock.calls.call_count == 0
    assert ids(chart) == {PATIENT_ID, "c1"}
    assert (chart.gaps, chart.not_searched) == ({}, ())


async def test_only_absent_keys_are_asked(client: FhirClient, respx_mock: respx.Router) -> None:
    """R12: all or nothing would be wrong."""
    respx_mock.get(f"{BASE}/Immunization").mock(return_value=EMPTY)

    chart = await pull(client, without("immunizations"))

    assert [call.request.url.path for call in respx_mock.calls] == ["/fhir/Immunization"]
    assert chart.gaps == {}


@pytest.mark.parametrize("nothing", [None, page(bundle())], ids=["null", "a Bundle without entries"])
async def test_an_empty_answer_is_an_answer(client: FhirClient, respx_mock: respx.Router, nothing: Page | None) -> None:
    """R9, R11: null is not the same as absent."""
    chart = await pull(client, {**PREFETCHED, "conditions": nothing, "observations": nothing})

    assert respx_mock.calls.call_count == 0
    assert chart.gaps == {}


async def test_an_outcome_of_the_ehr_is_a_failure_and_not_asked_again(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    """R9, R10."""
    chart = await pull(client, {**PREFETCHED, "immunizations": page(outcome())})

    assert respx_mock.calls.call_count == 0
    assert chart.gaps == {"immunization": Gap.FAILED}
    assert chart.not_searched == ("Immunization",)


async def test_epics_empty_result_is_an_answer(client: FhirClient) -> None:
    """A Bundle with one OperationOutcome that warns: nothing found."""
    warned = bundle(outcome("warning"))

    chart = await pull(client, {**PREFETCHED, "immunizations": page(warned)})

    assert chart.gaps == {}


@pytest.mark.parametrize("key", ["patient", "conditions"])
async def test_without_patient_or_conditions_there_is_no_chart(
    client: FhirClient, respx_mock: respx.Router, key: str
) -> None:
    """R13."""
    with pytest.raises(ChartUnavailable) as raised:
        await pull(client, {**PREFETCHED, key: page(outcome())})

    assert raised.value.reason == "failed"
    assert respx_mock.calls.call_count == 0


async def test_without_a_server_absent_keys_were_not_searched(client: FhirClient) -> None:
    chart = await pull(client, without("medication-statements", "observations"), server=None)

    assert chart.gaps == {"medication": Gap.FAILED, "neutrophils": Gap.FAILED}
    assert chart.not_searched == ("MedicationStatement", "Observation")


@pytest.mark.parametrize("key", ["patient", "conditions"])
async def test_without_a_server_an_absent_patient_or_condition_leaves_no_chart(client: FhirClient, key: str) -> None:
    with pytest.raises(ChartUnavailable) as raised:
        await pull(client, without(key), server=None)

    assert raised.value.reason == "no-server"


async def test_the_next_link_of_a_prefetched_bundle_is_followed(client: FhirClient, respx_mock: respx.Router) -> None:
    """R14."""
    respx_mock.get(f"{BASE}?_getpages=1").mock(return_value=httpx.Response(200, json=bundle(condition("c2"))))

    chart = await pull(client, {**PREFETCHED, "conditions": page(bundle(condition(), next=f"{BASE}?_getpages=1"))})

    assert ids(chart) == {PATIENT_ID, "c1", "c2"}
    assert chart.gaps == {}
    assert respx_mock.calls.call_count == 1


async def test_a_prefetched_bundle_that_goes_on_without_a_server_is_cut(client: FhirClient) -> None:
    """R14: never taken as complete."""
    begun = page(bundle(condition(), next=f"{BASE}?_getpages=1"))

    chart = await pull(client, {**PREFETCHED, "conditions": begun}, server=None)

    assert chart.gaps == {"diagnosis": Gap.CUT}
    assert chart.not_searched == ("Condition",)


async def test_prefetched_results_that_go_on_newest_first_still_show_the_newest(client: FhirClient) -> None:
    begun = page(bundle(observation("o1", "2026-02-01"), observation("o2", "2026-01-01"), next=f"{BASE}?_getpages=1"))

    chart = await pull(client, {**PREFETCHED, "observations": begun}, server=None)

    assert chart.gaps == {"neutrophils": Gap.CUT_NEWEST_FIRST}


async def test_a_prefetched_strange_patient_is_a_failure(client: FhirClient) -> None:
    """R22."""
    with pytest.raises(ChartUnavailable) as raised:
        await pull(client, {**PREFETCHED, "patient": page({**PATIENT, "id": "pat-2"})})

    assert raised.value.reason == "failed"


async def test_a_prefetched_resource_of_another_type_is_a_failure(client: FhirClient) -> None:
    chart = await pull(client, {**PREFETCHED, "immunizations": page(PATIENT)})

    assert chart.gaps == {"immunization": Gap.FAILED}


async def test_keys_of_others_are_no_concern(client: FhirClient, respx_mock: respx.Router) -> None:
    """R8: EHRs send foreign prefetch keys."""
    chart = await pull(client, {**PREFETCHED, "-user": page(outcome())})

    assert chart.gaps == {}
