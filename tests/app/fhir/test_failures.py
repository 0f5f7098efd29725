"""What a server may answer in place of data: never an empty answer, and asked again only where that helps."""

import json

import httpx
import pytest
import respx

from app.fhir.chart import ChartUnavailable
from app.fhir.client import FhirClient
from tests.app.fhir.pulling import BASE, ids, pull, serve
from tests.app.fhir.resources import (
    PATIENT,
    bundle,
    condition,
    medication,
    observation,
    outcome,
)
from trials.record import Gap

FAILURES = {
    "a page for people with 200": httpx.Response(200, html="<html><body>Log in</body></html>"),
    "an OperationOutcome with 200": httpx.Response(200, json=outcome()),
    "an error among the results": httpx.Response(200, json=bundle(outcome())),
    "a cut body": httpx.Response(200, content=json.dumps(bundle(condition()))[:-20].encode()),
    "an empty body": httpx.Response(200, content=b""),
    "another type": httpx.Response(200, json=medication("m1")),
    "another patient's resource": httpx.Response(200, json=bundle(condition(patient="pat-2"), condition())),
    "a redirect": httpx.Response(302, headers={"Location": "https://evil.example/fhir"}),
    "not allowed": httpx.Response(401),
    "forbidden": httpx.Response(403, json=outcome()),
    "not known": httpx.Response(404, json=outcome()),
    "broken": httpx.Response(500, text="oops"),
    "no content": httpx.Response(204),
    "a part": httpx.Response(206, json=bundle(condition())),
    "cut short in compression": httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=b"\x1f\x8b\x08"),
}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
async def test_a_failure_is_never_an_empty_answer(
    client: FhirClient, respx_mock: respx.Router, answer: httpx.Response
) -> None:
    serve(respx_mock, Immunization=answer)

    chart = await pull(client)

    assert chart.gaps == {"immunization": Gap.FAILED}
    assert chart.not_searched == ("Immunization",)
    assert {call.request.url.host for call in respx_mock.calls} == {"ehr.example.org"}


@pytest.mark.parametrize("answer", FAILURES.values(), ids=FAILURES.keys())
@pytest.mark.parametrize("type_", ["Patient", "Condition"])
async def test_a_failure_of_patient_or_conditions_leaves_no_chart(
    client: FhirClient, respx_mock: respx.Router, answer: httpx.Response, type_: str
) -> None:
    serve(respx_mock, **{type_: answer})

    with pytest.raises(ChartUnavailable) as raised:
        await pull(client)

    unknown = type_ == "Patient" and answer.status_code == 404
    assert raised.value.reason == ("no-patient" if unknown else "failed")


@pytest.mark.parametrize("status", [404, 410])
async def test_a_patient_that_the_server_does_not_know_is_named_as_the_cause(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    serve(respx_mock, Patient=httpx.Response(status, json=outcome()))

    with pytest.raises(ChartUnavailable) as raised:
        await pull(client)

    assert raised.value.reason == "no-patient"


async def test_a_patient_that_is_not_the_one_asked_for_is_a_failure(
    client: FhirClient, respx_mock: respx.Router
) -> None:
    serve(respx_mock, Patient={**PATIENT, "id": "pat-2"})

    with pytest.raises(ChartUnavailable):
        await pull(client)


async def test_more_than_the_pull_may_bring_is_not_read(client: FhirClient, respx_mock: respx.Router) -> None:
    many = bundle(*(observation(f"o{number}") for number in range(10_000)))
    serve(respx_mock, Observation=many)

    chart = await pull(client)

    assert chart.gaps["neutrophils"] is Gap.FAILED


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_busy_server_is_asked_once_more(client: FhirClient, respx_mock: respx.Router, status: int) -> None:
    serve(respx_mock)
    conditions = respx_mock.get(f"{BASE}/Condition").mock(
        side_effect=[httpx.Response(status), httpx.Response(200, json=bundle(condition("c9")))]
    )

    chart = await pull(client)

    assert conditions.call_count == 2
    assert "c9" in ids(chart)
    assert chart.gaps == {}


@pytest.mark.parametrize(
    "error", [httpx.ConnectError, httpx.ConnectTimeout, httpx.ReadError, httpx.RemoteProtocolError]
)
async def test_a_broken_connection_is_tried_once_more(
    client: FhirClient, respx_mock: respx.Router, error: type[httpx.TransportError]
) -> None:
    serve(respx_mock)
    conditions = respx_mock.get(f"{BASE}/Condition").mock(
        side_effect=[error("no"), httpx.Response(200, json=bundle(condition("c9")))]
    )

    chart = await pull(client)

    assert conditions.call_count == 2
    assert "c9" in ids(chart)


async def test_a_server_that_stays_busy_is_left_alone(client: FhirClient, respx_mock: respx.Router) -> None:
    serve(respx_mock, Immunization=httpx.Response(503))

    chart = await pull(client)

    assert sum(call.request.url.path == "/fhir/Immunization" for call in respx_mock.calls) == 2
    assert chart.gaps == {"immunization": Gap.FAILED}


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
async def test_a_firm_no_is_not_asked_again_in_the_same_words(
    client: FhirClient, respx_mock: respx.Router, status: int
) -> None:
    serve(respx_mock, Immunization=httpx.Response(status))

    await pull(client)

    asked = [str(call.request.url) for call in respx_mock.calls]
    assert len(asked) == len(set(asked))
