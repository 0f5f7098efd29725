"""The hook from outside: what an EHR gets for a chart, whole, half, wrong or missing."""

import logging
from typing import Any

import httpx
import pytest
import respx

from app.main import create_app
from app.settings import Settings
from cds_hooks.cards import topic_code
from cds_hooks.prefetch import CONDITIONS, PATIENT
from tests.app.calling import HOOK, Json, assert_outcome, bundle, call, library, running, sent, templates
from tests.cds_hooks.walking import empty_values
from trials.judge import Trial

SERVER = "https://ehr.example/fhir"
TOKEN = "secret-token-of-the-call"
T2 = "cd19-bcma-autoimmune"
FITTING = {topic_code("cd19-autoimmune"), topic_code(T2)}
"""The trials that may fit the patient of the call."""


def authorized(**more: Any) -> Json:
    authorization = {
        "access_token": TOKEN,
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "patient/*.read",
        "subject": "trialhook",
    }
    return {"fhirServer": SERVER, "fhirAuthorization": authorization, **more}


async def answered(body: Json, **settings: Any) -> httpx.Response:
    async with running(**settings) as client:
        return await client.post(HOOK, **sent(body))


def topics(answer: httpx.Response) -> set[str]:
    """The trials that have a card."""
    assert answer.status_code == 200, answer.text
    return {card["source"]["topic"]["code"] for card in answer.json()["cards"]}


def card_of(answer: httpx.Response, trial_id: str) -> Json:
    """The one card of a trial."""
    (card,) = (one for one in answer.json()["cards"] if one["source"]["topic"]["code"] == topic_code(trial_id))
    found: Json = card
    return found


async def test_a_complete_prefetch_is_answered_without_any_call(respx_mock: respx.MockRouter) -> None:
    """C1, R7, R9: and the answer is JSON (J1)."""
    answer = await answered(call(**authorized()), fhir_servers=(SERVER,))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert topics(answer) == FITTING
    assert "Systemic sclerosis" in card_of(answer, T2)["detail"]
    assert respx_mock.calls.call_count == 0


async def test_no_answer_holds_a_null_or_an_empty_value() -> None:
    """J2, J3, J4."""
    answer = await answered(call(), public_url="https://trials.example")

    assert list(empty_values(answer.json())) == []


async def test_nothing_to_say_is_an_empty_list_of_cards() -> None:
    """C2: 200, no "all clear"."""
    body = call()
    body["prefetch"][CONDITIONS] = None

    answer = await answered(body)

    assert (answer.status_code, answer.json()) == (200, {"cards": []})


async def test_the_deceased_get_no_card() -> None:
    body = call()
    body["prefetch"][PATIENT]["deceasedBoolean"] = True

    assert (await answered(body)).json() == {"cards": []}


@pytest.mark.parametrize("missing", [PATIENT, CONDITIONS])
async def test_a_chart_that_cannot_be_had_is_412(missing: str) -> None:
    """R13: needed data are neither in prefetch nor to be had."""
    body = call()
    del body["prefetch"][missing]

    assert_outcome(await answered(body), 412)


@pytest.mark.parametrize("key", [PATIENT, CONDITIONS])
async def test_null_is_an_answer_and_no_reason_for_412(key: str) -> None:
    """R11 and section 4: a required key that is null was searched."""
    body = call()
    body["prefetch"][key] = None

    answer = await answered(body)

    assert (answer.status_code, answer.json()) == (200, {"cards": []})


async def test_no_prefetch_and_no_server_is_412() -> None:
    """R13."""
    body = call()
    del body["prefetch"]

    assert_outcome(await answered(body), 412)


async def test_an_outcome_in_place_of_the_patient_is_412() -> None:
    """R9, R10: run and failed."""
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    body = call()
    body["prefetch"][PATIENT] = failed

    assert_outcome(await answered(body), 412)


async def test_another_patients_chart_gets_no_card() -> None:
    """R22."""
    body = call()
    body["context"] = {**body["context"], "patientId": "somebody-else"}

    assert_outcome(await answered(body), 412)


async def test_two_patients_in_one_answer_get_no_card() -> None:
    """R22."""
    body = call()
    other = {"resourceType": "Patient", "id": "somebody-else"}
    entries = [{"resource": body["prefetch"][PATIENT]}, {"resource": other}]
    body["prefetch"][PATIENT] = {"resourceType": "Bundle", "type": "searchset", "entry": entries}

    assert_outcome(await answered(body), 412)


@pytest.mark.parametrize("junk", [7, "x", [], {}, {"resourceType": 1}, {"resourceType": "Patient", "id": []}])
async def test_a_prefetched_patient_that_is_none_counts_as_absent(junk: Any) -> None:
    """H2: wrong types anywhere are no server error."""
    body = call()
    body["prefetch"][PATIENT] = junk

    assert_outcome(await answered(body), 412)


async def test_what_a_failed_search_would_have_shown_stays_open() -> None:
    """A failed search makes its leaves unknown and the card says so."""
    failed = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]}
    body = call()
    body["prefetch"]["immunizations"] = failed

    card = card_of(await answered(body), T2)

    assert "**Could not be searched in full:** Immunization." in card["detail"]


async def test_what_prefetch_lacks_is_read_with_the_token_of_the_call(respx_mock: respx.MockRouter) -> None:
    """R12, R17."""
    route = respx_mock.get(url__startswith=f"{SERVER}/Immunization").respond(
        json={"resourceType": "Bundle", "type": "searchset"}
    )
    body = call(**authorized())
    del body["prefetch"]["immunizations"]

    answer = await answered(body, fhir_servers=(SERVER,))

    assert topics(answer) == FITTING
    assert [request.request.headers["authorization"] for request in route.calls] == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize(
    "asked",
    [
        {"fhirServer": "https://evil.example/fhir"},
        {"fhirServer": "http://169.254.169.254/latest"},
        {"fhirServer": SERVER, "fhirAuthorization": None},
    ],
    ids=["not on the list", "a host of the inner network", "without a token"],
)
async def test_a_server_that_is_not_allowed_is_never_called(respx_mock: respx.MockRouter, asked: Json) -> None:
    """R21: allow-listed; section 4: without a token only by a setting."""
    body = call(**{**authorized(), **asked})
    del body["prefetch"]["immunizations"]

    answer = await answered(body, fhir_servers=(SERVER,))

    assert "**Could not be searched in full:** Immunization." in answer.json()["cards"][0]["detail"]
    assert respx_mock.calls.call_count == 0


async def test_an_open_server_is_read_where_the_site_says_so(respx_mock: respx.MockRouter) -> None:
    """Section 4: fhirServer without fhirAuthorization is legal."""
    route = respx_mock.get(url__startswith=f"{SERVER}/Immunization").respond(
        json={"resourceType": "Bundle", "type": "searchset"}
    )
    body = call(fhirServer=SERVER)
    del body["prefetch"]["immunizations"]

    await answered(body, fhir_servers=(SERVER,), call_without_token=True)

    assert [call.request.headers.get("authorization") for call in route.calls] == [None]


async def test_foreign_prefetch_keys_are_left_alone() -> None:
    """R8: Epic sends its own."""
    body = call()
    body["prefetch"]["-user"] = {"resourceType": "PractitionerRole", "x": [None]}

    assert topics(await answered(body)) == FITTING


async def test_a_trial_that_fails_while_judging_costs_itself_alone(caplog: pytest.LogCaptureFixture) -> None:
    broken = broken_trial(library().trials[0])
    known = library()._replace(trials=(broken, *library().trials))

    async with running(known) as client:
        answer = await client.post(HOOK, **sent(call()))

    assert topics(answer) == FITTING
    assert "trial broken could not be judged" in caplog.text


def broken_trial(trial: Trial) -> Trial:
    """A trial whose compiled plan raises, as a bug in a criterion would."""
    from dataclasses import replace

    def fails(chart: Any, verdicts: Any) -> Any:
        raise RuntimeError("Zacharias")

    first = replace(trial.shared[0], plan=fails)
    return replace(trial, definition=replace(trial.definition, id="broken"), shared=(first, *trial.shared[1:]))


async def test_no_log_line_holds_anything_of_the_patient(caplog: pytest.LogCaptureFixture) -> None:
    """H3, R18: ids, names, values, tokens and addresses of the call."""
    caplog.set_level(logging.DEBUG)
    body = call(**authorized(fhirServer="https://ehr.example/Patient/testfrau"))
    del body["prefetch"]["immunizations"]
    broken = library()._replace(trials=(broken_trial(library().trials[0]),))

    async with running(broken) as client:
        await client.post(HOOK, **sent(body))
        await client.get("/match?patient=testfrau-amelie")
        await client.get("/nowhere/testfrau-amelie?name=testfrau")

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("trialhook")]
    assert len(ours) >= 5
    for secret in ("testfrau", "Amelie", TOKEN, "ehr.example", "Zacharias"):
        assert [line for line in ours if secret.lower() in line.lower()] == []


def test_nothing_is_exported_to_a_tracer(monkeypatch: pytest.MonkeyPatch) -> None:
    """House style, R18: FastAPI would send paths, queries and messages of errors wherever the environment says."""
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")

    app = create_app(Settings(), library=library())

    assert not app._native_telemetry.enabled()
    assert not app._telemetry["auto_configure"]


@pytest.mark.parametrize("path", ["/cds-services", "/cds-services/"])
async def test_discovery_is_there_without_a_redirect(path: str) -> None:
    """D1, D2: and the same document each time."""
    async with running() as client:
        first, second = await client.get(path), await client.get(path)

    assert first.status_code == 200
    assert first.content == second.content
    assert first.headers["content-type"] == "application/json"


async def test_discovery_offers_one_service_for_patient_view() -> None:
    """D4 to D9, D11, J2, J3."""
    async with running() as client:
        (service,) = (await client.get("/cds-services")).json()["services"]

    assert set(service) == {"hook", "id", "title", "description", "usageRequirements", "prefetch"}
    assert (service["hook"], service["id"]) == ("patient-view", "trialhook-patient-view")
    assert service["prefetch"] == templates()
    assert list(empty_values(service)) == []


async def test_every_template_keeps_to_what_clients_can_fill() -> None:
    """T1 to T3, T5: relative, one token, a first-level field of the context that is always there."""
    async with running() as client:
        (service,) = (await client.get("/cds-services")).json()["services"]

    for template in service["prefetch"].values():
        assert template.count("{{") == template.count("{{context.patientId}}") == 1
        assert not template.startswith(("/", "http"))
        assert len(template) < 2000


async def test_an_unknown_service_is_404() -> None:
    """H2."""
    async with running() as client:
        assert_outcome(await client.post("/cds-services/other", **sent(call())), 404)


async def test_the_sandbox_links_to_the_page_under_the_address_that_was_called() -> None:
    async with running(sandbox=True) as client:
        card = card_of(await client.post(HOOK, **sent(call())), T2)

    assert card["source"]["url"] == "http://127.0.0.1:8000/trials/cd19-bcma-autoimmune"


async def test_the_sandbox_links_nowhere_under_a_strange_host() -> None:
    """S19: links cannot be steered by whoever calls."""
    async with running(sandbox=True) as client:
        answer = await client.post(f"http://evil.example{HOOK}", **sent(call()))

    assert "evil.example" not in answer.text


async def test_calls_of_two_patients_leak_nothing_into_each_other() -> None:
    """R19."""
    import asyncio

    async with running() as client:
        ids = ["testfrau-amelie", bundle_ids()[1]] * 4
        answers = await asyncio.gather(*[client.post(HOOK, **sent(call(one))) for one in ids])

    details = [[card["detail"] for card in answer.json().get("cards", [])] for answer in answers]
    assert details[0::2] == [details[0]] * 4
    assert details[1::2] == [details[1]] * 4
    assert details[0] != details[1]


def bundle_ids() -> list[str]:
    from app.sandbox.patients import patients
    from tests.app.calling import TODAY

    assert bundle()["resourceType"] == "Bundle"
    return [one.id for one in patients(TODAY)]
