"""The direct query: the report exactly as its page has it, and the refusals with their status."""

import json
from typing import Any

import httpx
import pytest
import respx

from tests.app.calling import TODAY, Json, assert_outcome, bundle, library, running, sent
from tests.app.test_hook import broken_trial

SERVER = "https://ehr.example/fhir"
T2 = "cd19-bcma-autoimmune"


async def posted(body: Any, query: str = "", **settings: Any) -> httpx.Response:
    async with running(**settings) as client:
        return await client.post(f"/match{query}", **sent(body))


async def report(body: Any, query: str = "") -> Json:
    answer = await posted(body, query)
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


async def test_the_report_has_its_fixed_fields() -> None:
    found = await report(bundle())

    assert set(found) == {"patient", "asOf", "chart", "trials"}
    assert (found["patient"], found["asOf"]) == ("Patient/testfrau-amelie", TODAY.isoformat())
    assert {"read", "ignored", "unmapped", "notSearched"} <= set(found["chart"])
    assert found["chart"]["read"] == len(bundle()["entry"])
    assert [trial["id"] for trial in found["trials"]] == [trial.id for trial in library().trials]
    trial = found["trials"][0]
    assert {"id", "ref", "title", "standing", "arms", "criteria", "open"} <= set(trial)
    assert all({"id", "title", "standing"} <= set(arm) for arm in trial["arms"])
    for one in trial["criteria"]:
        assert {"ref", "arm", "kind", "statement", "truth", "why", "evidence"} <= set(one)
        assert one["truth"] in ("true", "false", "unknown")
        assert (one["why"] is None) <= (one["truth"] != "unknown")
        assert all(set(evidence) == {"reference", "date", "text"} for evidence in one["evidence"])


async def test_a_verdict_names_its_evidence() -> None:
    (trial,) = (await report(bundle(), f"?trial={T2}"))["trials"]

    (neutrophils,) = [one for one in trial["criteria"] if one["ref"] == "T2-O1"]
    (evidence,) = neutrophils["evidence"]
    assert (neutrophils["truth"], neutrophils["why"], neutrophils["kind"]) == ("true", None, "inclusion")
    assert evidence["reference"].startswith("Observation/")
    assert evidence["date"] < TODAY.isoformat()


async def test_the_same_input_gives_the_same_bytes() -> None:
    assert (await posted(bundle())).content == (await posted(bundle())).content


async def test_no_one_may_keep_a_report() -> None:
    assert (await posted(bundle())).headers["cache-control"] == "no-store"


async def test_the_day_of_judging_is_an_argument() -> None:
    """A chart of today is a chart of the future in 2001: nothing of it is seen."""
    found = await report(bundle(), f"?asOf=2001-01-01&trial={T2}")

    assert found["asOf"] == "2001-01-01"
    assert found["trials"][0]["standing"] == "ineligible"


async def test_an_ineligible_trial_says_by_what() -> None:
    found = await report(bundle(), "?asOf=2001-01-01")

    assert found["trials"][0]["barredBy"] in ("fact", "absence")


@pytest.mark.parametrize(
    "day", ["", "2026", "2026-13-01", "2026-02-30", "20260101", "0001-01-01", "9999-12-31", "x", "2026-01-01T00"]
)
async def test_a_bad_day_is_400(day: str) -> None:
    assert_outcome(await posted(bundle(), f"?asOf={day}"), 400)


async def test_an_unknown_trial_is_400() -> None:
    assert_outcome(await posted(bundle(), "?trial=nothing"), 400)


async def test_a_bundle_without_a_patient_is_422() -> None:
    assert_outcome(await posted({"resourceType": "Bundle", "type": "collection"}), 422)


async def test_a_bundle_with_two_patients_is_422() -> None:
    two = bundle()["entry"] + bundle("testmann-bruno")["entry"]

    assert_outcome(await posted({**bundle(), "entry": two}), 422)


async def test_a_bundle_that_goes_on_elsewhere_was_not_searched_in_full() -> None:
    """A posted Bundle with a `next` link: its absent facts are not-searched."""
    cut = {**bundle(), "link": [{"relation": "next", "url": "https://ehr.example/fhir?page=2"}]}

    found = await report(cut, f"?trial={T2}")

    assert "Immunization" in found["chart"]["notSearched"]
    (vaccine,) = [one for one in found["trials"][0]["criteria"] if one["ref"] == "T2-X17"]
    assert (vaccine["truth"], vaccine["why"]) == ("unknown", "not-searched")


async def test_a_broken_resource_costs_itself_and_is_named() -> None:
    broken = {"resource": {"resourceType": "Observation", "id": "broken", "code": 7}}

    found = await report({**bundle(), "entry": [*bundle()["entry"], broken]})

    assert [one["reference"] for one in found["chart"]["ignored"]] == ["Observation/broken"]
    assert found["trials"][0]["standing"] == (await report(bundle()))["trials"][0]["standing"]


async def test_many_ignored_resources_are_counted_by_type() -> None:
    broken = [{"resource": {"resourceType": "Observation", "id": f"b{n}", "code": 7}} for n in range(60)]

    found = await report({**bundle(), "entry": [*bundle()["entry"], *broken]})

    assert len(found["chart"]["ignored"]) == 50
    assert found["chart"]["ignoredFurther"] == {"Observation": 10}


async def test_a_trial_that_fails_is_an_entry_with_its_error() -> None:
    known = library()._replace(trials=(broken_trial(library().trials[0]), library().trials[1]))

    async with running(known) as client:
        found = (await client.post("/match", **sent(bundle()))).json()

    ids = [(trial["id"], "error" in trial) for trial in found["trials"]]
    assert ids == [("broken", True), (library().trials[1].id, False)]


# By patient id


def serving(respx_mock: respx.MockRouter, chart: Json) -> None:
    """A FHIR server with that chart, found by the very searches that the service sends."""
    from tests.hapi.prefetching import found_in

    resources = [entry["resource"] for entry in chart["entry"]]

    def answered(request: httpx.Request) -> httpx.Response:
        query = str(request.url).removeprefix(f"{SERVER}/").replace("category%3Amissing", "category:missing")
        found = found_in(resources, query)
        if found is None and "?" not in query:
            return httpx.Response(404)
        return httpx.Response(200, json=found or {"resourceType": "Bundle", "type": "searchset"})

    respx_mock.get(url__startswith=SERVER).mock(side_effect=answered)


async def test_a_patient_of_the_server_gets_the_same_verdicts_as_the_bundle(respx_mock: respx.MockRouter) -> None:
    serving(respx_mock, bundle())

    async with running(fhir_servers=(SERVER,)) as client:
        pulled = (await client.get("/match?patient=testfrau-amelie")).json()

    assert pulled["trials"] == (await report(bundle()))["trials"]


async def test_a_server_that_fails_is_502(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(url__startswith=SERVER).respond(500)

    async with running(fhir_servers=(SERVER,)) as client:
        assert_outcome(await client.get("/match?patient=1"), 502)


async def test_a_server_that_is_too_slow_is_504(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(url__startswith=SERVER).mock(side_effect=httpx.ReadTimeout)

    async with running(fhir_servers=(SERVER,), budget_s=0.2) as client:
        assert_outcome(await client.get("/match?patient=1"), 504)


async def test_an_unknown_patient_is_no_report(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{SERVER}/Patient/nobody").respond(404)
    serving(respx_mock, bundle())

    async with running(fhir_servers=(SERVER,)) as client:
        issue = assert_outcome(await client.get("/match?patient=nobody"), 422)

    assert "knows no patient" in json.dumps(issue)


async def test_without_a_configured_server_there_is_no_pull() -> None:
    async with running() as client:
        issue = assert_outcome(await client.get("/match?patient=1"), 502)

    assert "TRIALHOOK_FHIR_SERVERS" in json.dumps(issue)


@pytest.mark.parametrize("id", ["", "a/b", "..", "a b", "x" * 65])
async def test_a_bad_patient_id_is_400(id: str) -> None:
    async with running(fhir_servers=(SERVER,)) as client:
        assert_outcome(await client.get("/match", params={"patient": id}), 400)


async def test_a_missing_patient_id_is_400() -> None:
    async with running(fhir_servers=(SERVER,)) as client:
        assert_outcome(await client.get("/match"), 400)


async def test_half_a_character_costs_itself() -> None:
    """A system that cuts texts by length leaves half an emoji; the chart is no worse for it."""
    whole = json.dumps(bundle()).replace("Interstitial lung disease", "Interstitial lung disease \\ud83d")

    assert (await report(whole.encode(), f"?trial={T2}"))["trials"][0]["standing"] == "potential-candidate"
