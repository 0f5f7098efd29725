"""Servers that refuse a search are asked in the plainer form that they take."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
import respx

from app.fhir.client import FhirClient
from tests.app.fhir.pulling import BASE, ids, pull, serve, without
from tests.app.fhir.resources import (
    PATIENT_ID,
    Json,
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
    assert any(fields.get("combo-code", [""])[0].startswith("http://loinc.org|") for fields in sent)
    assert {call.request.headers["Content-Type"] for call in form.calls} == {"application/x-www-form-urlencoded"}
    assert not any(call.request.url.query for call in form.calls)


@pytest.mark.parametrize("status", [404, 405, 415, 501])
async def test_a_server_without_forms_is_asked_in_a_shorter_address(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    serve(respx_mock)

    def answer(request: httpx.Request) -> httpx.Response:
        too_long = not {"code", "combo-code"}.isdisjoint(request.url.params)
        return httpx.Response(414) if too_long else httpx.Response(200, json=bundle(observation("o1")))

    respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)
    respx_mock.post(f"{BASE}/Observation/_search").mock(return_value=httpx.Response(status))

    chart = await pull(client)

    assert chart.gaps == {}


def answering(known: set[str], *found: Json, unknown: int = 200) -> Callable[[httpx.Request], httpx.Response]:
    """A server that holds these Observations and narrows them by the parameters that it knows.

    One that it does not know it refuses with a status, or passes over (200).
    """

    def answer(request: httpx.Request) -> httpx.Response:
        asked = {"combo-code", "code"} & set(request.url.params)
        if asked - known and unknown != 200:
            return httpx.Response(unknown, json=outcome())
        by_own_code = [one for one in found if "751-8" in json.dumps(one["code"])]
        return httpx.Response(200, json=bundle(*(by_own_code if asked & known == {"code"} else found)))

    return answer


def panel(id: str, code: str) -> Json:
    part = {"code": {"coding": [{"system": "http://loinc.org", "code": code}]}, "valueInteger": 1}
    return observation(id) | {"code": {"text": "a panel"}, "component": [part]}


async def observed(respx_mock: respx.Router, client: FhirClient, answer: Any) -> tuple[list[str], set[str | None]]:
    """The parameters by which results were narrowed, in turn, and the ids of what came."""
    serve(respx_mock)
    route = respx_mock.get(f"{BASE}/Observation").mock(side_effect=answer)
    chart = await pull(client, without("observations"))
    assert chart.gaps == {}
    asked = [name for call in route.calls for name in call.request.url.params if name.endswith("code")]
    return asked, ids(chart)


async def test_a_result_inside_a_panel_is_found_where_the_server_knows_combo_code(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    asked, came = await observed(respx_mock, client, answering({"combo-code", "code"}, panel("blood", "751-8")))

    assert asked == ["combo-code"]
    assert "blood" in came


@pytest.mark.parametrize("status", [400, 422, 501])
async def test_a_server_that_refuses_combo_code_is_asked_by_code(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    answer = answering({"code"}, observation("plain"), unknown=status)

    asked, came = await observed(respx_mock, client, answer)

    assert asked == ["combo-code", "code"]
    assert "plain" in came


async def test_a_server_that_passes_over_combo_code_is_asked_by_code(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    """Else each of several searches would bring the whole chart, be cut, and hide what a search by code shows."""
    answer = answering({"code"}, observation("plain"), panel("other", "2345-7"))

    asked, came = await observed(respx_mock, client, answer)

    assert asked == ["combo-code", "code"]
    assert {"plain", "other"} & came == {"plain"}
