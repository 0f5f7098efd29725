"""What is asked of a FHIR server for a chart, and what is seen of it outside."""

import logging
from urllib.parse import parse_qsl

import httpx
import pytest
import respx

from app.fhir.chart import ChartUnavailable, fetch_chart
from app.fhir.client import FhirClient
from tests.app.fhir.pulling import BASE, EMPTY, PREFETCHED, TOKEN, ids, page, pull, serve
from tests.app.fhir.resources import (
    PATIENT,
    PATIENT_ID,
    SEARCHES,
    bundle,
    condition,
    medication,
    observation,
    order,
    outcome,
)
from trials.record import Gap


async def test_without_prefetch_everything_is_asked_once(client: FhirClient, respx_mock: respx.Router) -> None:
    serve(respx_mock)

    chart = await pull(client)

    assert sorted(str(call.request.url.raw_path, "ascii") for call in respx_mock.calls) == sorted(
        f"/fhir/{search.queries(PATIENT_ID)[0]}" for search in SEARCHES
    )
    assert ids(chart) == {PATIENT_ID, "c1"}
    assert (chart.gaps, chart.not_searched) == ({}, ())


async def test_every_request_carries_the_token_and_asks_for_fhir(client: FhirClient, respx_mock: respx.Router) -> None:
    """R17."""
    serve(respx_mock)

    await pull(client)

    assert {call.request.headers["Authorization"] for call in respx_mock.calls} == {f"Bearer {TOKEN}"}
    assert {call.request.headers["Accept"] for call in respx_mock.calls} == {"application/fhir+json"}
    assert {call.request.headers["Cache-Control"] for call in respx_mock.calls} == {"no-cache"}


async def test_the_token_of_one_call_is_not_there_in_the_next(client: FhirClient, respx_mock: respx.Router) -> None:
    """R18, R19: nor is a cookie, which a server may set."""
    set_cookie = httpx.Response(200, json=PATIENT, headers={"Set-Cookie": "session=of-one-user; Path=/"})
    serve(respx_mock, Patient=set_cookie)

    await pull(client)
    await pull(client, token=None)

    later = [call.request.headers for call in list(respx_mock.calls)[len(SEARCHES) :]]
    assert len(later) == len(SEARCHES)
    assert not any("Authorization" in headers or "Cookie" in headers for headers in later)


@pytest.mark.parametrize("patient_id", ["..", "a/b", "a?b", "a%2fb", "", "x" * 65, "a b", "Patient/1", "é"])
async def test_a_patient_id_that_is_none_is_never_sent(client: FhirClient, patient_id: str) -> None:
    with pytest.raises(ValueError, match="no FHIR id"):
        await fetch_chart(
            client, patient_id=patient_id, prefetch={}, searches=SEARCHES, server=BASE, token=None, budget_s=1
        )


async def test_pages_are_followed_to_the_last(client: FhirClient, respx_mock: respx.Router) -> None:
    first = bundle(observation("o1"), next="http://ehr.example.org/fhir?_getpages=2")
    serve(respx_mock, Observation=first)
    second = respx_mock.get(f"{BASE}?_getpages=2").mock(
        return_value=httpx.Response(200, json=bundle(observation("o2"), next="?_getpages=3"))
    )
    respx_mock.get(f"{BASE}?_getpages=3").mock(return_value=httpx.Response(200, json=bundle(observation("o3"))))

    chart = await pull(client)

    assert ids(chart) == {PATIENT_ID, "c1", "o1", "o2", "o3"}
    assert chart.gaps == {}
    assert second.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "link",
    [
        pytest.param("https://evil.example/fhir?p=2", id="another server"),
        pytest.param(f"{BASE}/Condition?patient={PATIENT_ID}&_count=1000", id="the first page again"),
    ],
)
async def test_a_link_that_is_not_followed_cuts_the_search(
    client: FhirClient, respx_mock: respx.Router, link: str
) -> None:
    serve(respx_mock, Condition=bundle(condition(), next=link))

    chart = await pull(client)

    assert chart.gaps == {"diagnosis": Gap.CUT}
    assert len(respx_mock.calls) == len(SEARCHES)


async def test_pages_without_end_are_bounded(client: FhirClient, respx_mock: respx.Router) -> None:
    serve(respx_mock)
    numbers = iter(range(100))
    respx_mock.get(f"{BASE}/Condition").mock(
        side_effect=lambda request: httpx.Response(200, json=bundle(condition(), next=f"Condition?p={next(numbers)}"))
    )

    chart = await pull(client)

    assert sum(call.request.url.path == "/fhir/Condition" for call in respx_mock.calls) == client.max_pages
    assert chart.gaps == {"diagnosis": Gap.CUT}


async def test_a_later_page_that_fails_cuts_the_search(client: FhirClient, respx_mock: respx.Router) -> None:
    serve(respx_mock, Condition=bundle(condition(), next="?_getpages=2"))
    respx_mock.get(f"{BASE}/Condition?_getpages=2").mock(return_value=httpx.Response(410, json=outcome()))

    chart = await pull(client)

    assert ids(chart) == {PATIENT_ID, "c1"}
    assert chart.gaps == {"diagnosis": Gap.CUT}


async def test_medications_that_orders_refer_to_are_read_together(client: FhirClient, respx_mock: respx.Router) -> None:
    serve(respx_mock, MedicationRequest=bundle(order("r1", "Medication/m1"), order("r2", "Medication/m2")))
    read = respx_mock.get(f"{BASE}/Medication").mock(
        return_value=httpx.Response(200, json=bundle(medication("m1"), medication("m2")))
    )

    chart = await pull(client)

    assert {"m1", "m2"} <= ids(chart)
    assert [dict(parse_qsl(call.request.url.query.decode())) for call in read.calls] == [{"_id": "m1,m2"}]
    assert read.calls.last.request.headers["Authorization"] == f"Bearer {TOKEN}"


async def test_medications_that_the_chart_holds_are_not_asked(client: FhirClient, respx_mock: respx.Router) -> None:
    held = page(bundle(order("r1", "Medication/m1"), medication("m1")))

    await pull(client, {**PREFETCHED, "medication-requests": held})

    assert respx_mock.calls.call_count == 0


async def test_medications_of_a_prefetched_order_are_read(client: FhirClient, respx_mock: respx.Router) -> None:
    respx_mock.get(f"{BASE}/Medication?_id=m1").mock(return_value=httpx.Response(200, json=bundle(medication("m1"))))

    chart = await pull(client, {**PREFETCHED, "medication-requests": page(bundle(order("r1", "Medication/m1")))})

    assert "m1" in ids(chart)


async def test_medications_that_cannot_be_searched_are_read_one_by_one(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    serve(respx_mock, MedicationRequest=bundle(order("r1", "Medication/m1"), order("r2", "Medication/m2")))
    respx_mock.get(f"{BASE}/Medication").mock(return_value=httpx.Response(400, json=outcome()))
    respx_mock.get(f"{BASE}/Medication/m1").mock(return_value=httpx.Response(200, json=medication("m1")))
    respx_mock.get(f"{BASE}/Medication/m2").mock(return_value=httpx.Response(404, json=outcome()))

    chart = await pull(client)

    assert "m1" in ids(chart)
    assert chart.gaps == {}


async def test_many_medications_are_read_in_searches_that_fit_a_default_page(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    serve(respx_mock, MedicationRequest=bundle(*(order(f"r{n}", f"Medication/m{n}") for n in range(45))))
    read = respx_mock.get(f"{BASE}/Medication").mock(return_value=EMPTY)

    await pull(client)

    assert [len(call.request.url.params["_id"].split(",")) for call in read.calls] == [20, 20, 5]


async def test_token_and_patient_are_in_no_log_and_no_error(
    client: FhirClient, respx_mock: respx.Router, caplog: pytest.LogCaptureFixture
) -> None:
    """R18. The loggers of the HTTP client would write URLs, which name the patient."""
    caplog.set_level(logging.DEBUG)
    serve(respx_mock, Observation=httpx.Response(500), Condition=bundle(condition(), next="https://evil.example/"))

    await pull(client)
    respx_mock.get(f"{BASE}/Condition").mock(side_effect=httpx.ReadError(f"{TOKEN} {PATIENT_ID}"))
    with pytest.raises(ChartUnavailable) as raised:
        await pull(client)

    messages = [record.getMessage() for record in caplog.records]
    assert any("observations: refused 500" in message for message in messages)
    assert not any(TOKEN in message or PATIENT_ID in message for message in messages)
    errors: list[BaseException | None] = [raised.value]
    while errors[-1] is not None:
        errors.append(errors[-1].__cause__ or errors[-1].__context__)
    assert not any(isinstance(error, httpx.HTTPError) for error in errors)
    assert not any(TOKEN in repr(error) or PATIENT_ID in repr(error) for error in errors)
    assert not any(TOKEN in str(call.request.url) for call in respx_mock.calls)


async def test_a_token_that_no_header_takes_is_not_in_the_error(client: FhirClient) -> None:
    with pytest.raises(ChartUnavailable) as raised:
        await pull(client, token="sEcReT\u20ac")

    assert "sEcReT" not in repr(raised.value) + repr(raised.value.__context__) + repr(raised.value.__cause__)
