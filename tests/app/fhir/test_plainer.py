"""Servers that refuse a search are asked in the plainer form that they take."""

from urllib.parse import parse_qs

import httpx
import pytest
import respx

from app.fhir.client import FhirClient
from tests.app.fhir.pulling import BASE, ids, pull, serve
from tests.app.fhir.resources import (
    PATIENT_ID,
    bundle,
    observation,
    outcome,
)
from trials.record import Gap


async def test_a_server_without_missing_gives_all_observations(client: FhirClient, respx_mock: respx.Router) -> None:
    """HAPI's default."""
    serve(respx_mock)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.query.decode())
        if "category%3Amissing" in asked[-1] or "category:missing" in asked[-1]:
            return httpx.Response(400, json=outcome())
        return httpx.Response(200, json=bundle(observation("o1")))

    respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)

    chart = await pull(client)

    assert f"patient={PATIENT_ID}&_sort=-date&_count=1000" in asked
    assert len(asked) == 4
    assert chart.gaps == {}
    assert "o1" in ids(chart)


async def test_a_server_that_takes_no_order_gives_results_without_one(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    serve(respx_mock)

    def answer(request: httpx.Request) -> httpx.Response:
        refused = "_sort" in request.url.params
        return httpx.Response(400, json=outcome()) if refused else httpx.Response(200, json=bundle(observation("o1")))

    respx_mock.get(url__regex=rf"{BASE}/(Observation|Immunization).*").mock(side_effect=answer)

    chart = await pull(client)

    assert chart.gaps == {}
    assert all(len(call.request.url.params.get("code", "")) < 1800 for call in respx_mock.calls)


async def test_a_server_that_takes_observations_by_category_only_gives_them_by_category(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    """Epic answers 400 "required" to an Observation search without a category."""
    serve(respx_mock)
    taken: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        if "category" not in request.url.params:
            return httpx.Response(400, json=outcome("fatal"))
        taken.append(request.url.params["category"])
        return httpx.Response(200, json=bundle())

    respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)

    chart = await pull(client)

    assert any("laboratory" in categories for categories in taken)
    assert any("survey" in categories for categories in taken)
    assert chart.gaps == {}


async def test_without_the_order_that_was_asked_for_a_cut_search_shows_no_newest(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if "_sort" in request.url.params:
            return httpx.Response(400, json=outcome())
        found = bundle(observation("o2", "2026-02-01"), observation("o1", "2026-01-01"), next="https://other.example")
        return httpx.Response(200, json=found)

    serve(respx_mock)
    respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)

    chart = await pull(client)

    assert chart.gaps == {"neutrophils": Gap.CUT, "mrss": Gap.CUT}


@pytest.mark.parametrize("status", [414, 431])
async def test_an_address_that_is_too_long_is_sent_as_a_form(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    serve(respx_mock, Observation=httpx.Response(status))
    form = respx_mock.post(f"{BASE}/Observation/_search").mock(
        return_value=httpx.Response(200, json=bundle(observation("o1")))
    )

    chart = await pull(client)

    assert chart.gaps == {}
    sent = [parse_qs(call.request.content.decode()) for call in form.calls]
    assert all(fields["patient"] == [PATIENT_ID] for fields in sent)
    assert any(fields.get("code", [""])[0].startswith("http://loinc.org|") for fields in sent)
    assert {call.request.headers["Content-Type"] for call in form.calls} == {"application/x-www-form-urlencoded"}
    assert not any(call.request.url.query for call in form.calls)


@pytest.mark.parametrize("status", [404, 405, 415, 501])
async def test_a_server_without_forms_is_asked_in_a_shorter_address(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    serve(respx_mock)

    def answer(request: httpx.Request) -> httpx.Response:
        too_long = "code" in request.url.params
        return httpx.Response(414) if too_long else httpx.Response(200, json=bundle(observation("o1")))

    respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)
    respx_mock.post(f"{BASE}/Observation/_search").mock(return_value=httpx.Response(status))

    chart = await pull(client)

    assert chart.gaps == {}
