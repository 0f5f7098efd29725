"""Open questions go out as a Questionnaire, and come back as a QuestionnaireResponse."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from app.answers.questionnaire import version
from tests.app.answers.keeping import PATIENT, QUESTION, T2, TOKEN, criterion, database, keeping, recorded
from tests.app.calling import Json, assert_outcome, bundle, library, running, sent
from tests.hapi.service import serving

URL = f"urn:trialhook:questionnaire:{T2}"


def response(*items: Json, **changes: Any) -> Json:
    """A QuestionnaireResponse as a form filler makes it."""
    trial = library().trial(T2)
    assert trial is not None
    made: Json = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": f"{URL}|{version(trial)}",
        "status": "completed",
        "subject": {"reference": f"Patient/{PATIENT}"},
        "authored": "2026-11-20T10:15:00+01:00",
        "author": {"reference": "Practitioner/7", "display": "Dr Li"},
        "item": list(items) or [item()],
    }
    return {key: value for key, value in {**made, **changes}.items() if value is not None}


def item(ref: str = QUESTION, answer: bool = True) -> Json:
    return {"linkId": ref, "answer": [{"valueBoolean": answer}]}


async def asked(client: httpx.AsyncClient) -> Json:
    answer = await client.post("/questionnaire", params={"trial": T2}, **sent(bundle()))
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with keeping(tmp_path) as opened:
        yield opened


async def test_the_questionnaire_is_sound_fhir(client: httpx.AsyncClient) -> None:
    answer = await client.post("/questionnaire", params={"trial": T2}, **sent(bundle()))

    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["cache-control"] == "no-store"
    Questionnaire.model_validate_json(answer.content)


async def test_it_asks_what_is_open_and_shows_the_chart_beside(client: httpx.AsyncClient) -> None:
    found = await asked(client)

    by_ref = {one["linkId"]: one for one in found["item"]}
    assert (found["url"], found["subjectType"], found["status"]) == (URL, ["Patient"], "active")
    assert by_ref[QUESTION]["text"] == "Is the patient expected to live longer than 6 months?"
    assert by_ref[QUESTION]["type"] == "boolean"
    assert by_ref[QUESTION]["item"][0] == {
        "linkId": f"{QUESTION}.chart",
        "type": "display",
        "text": "Nothing in the chart decides it: a person has to say.",
    }
    assert "T2-O1" not in by_ref, "a result answers it, and no person"
    assert "T2-M1" not in by_ref, "lost text cannot be asked"
    assert "T2-6a" not in by_ref, "an arm that does not concern the patient"
    links = [shown["linkId"] for one in found["item"] for shown in (one, *one["item"])]
    assert len(links) == len(set(links))


async def test_what_is_answered_is_not_asked_again_until_it_expires(client: httpx.AsyncClient) -> None:
    await recorded(client)

    assert QUESTION not in {one["linkId"] for one in (await asked(client))["item"]}


async def test_an_expired_answer_stands_beside_its_question(client: httpx.AsyncClient) -> None:
    await client.post("/answers", **sent(response(authored="2026-08-01")))

    (question,) = [one for one in (await asked(client))["item"] if one["linkId"] == QUESTION]
    assert question["item"][0]["text"] == (
        "In the chart: answered yes by Dr Li on 2026-08-01, until 2026-10-30 (the answer has expired)."
    )


async def test_a_bar_of_what_was_not_found_is_a_question(client: httpx.AsyncClient) -> None:
    chart = bundle()
    kept = [e for e in chart["entry"] if not e["resource"]["resourceType"].startswith("Medication")]
    answer = await client.post("/questionnaire", params={"trial": T2}, **sent({**chart, "entry": kept}))

    by_ref = {one["linkId"]: one for one in answer.json()["item"]}
    assert by_ref["T2-P1"]["item"][0]["text"] == "Nothing in the chart decides it: not found in the chart."


def test_a_patient_of_the_fhir_server_is_asked_and_answers(tmp_path: Path) -> None:
    """Over the wire, as a form filler would: the sandbox is its own FHIR server."""
    with serving(sandbox=True, answers_url=database(tmp_path)) as service, httpx.Client(base_url=service) as client:
        query = {"patient": PATIENT, "trial": T2}
        found = client.get("/questionnaire", params=query).json()
        refs = [one["linkId"] for one in found["item"]]
        body = response(*map(item, refs), questionnaire=f"{found['url']}|{found['version']}", authored=None)
        answer = client.post("/answers", json=body)
        left = client.get("/questionnaire", params=query).json()
        report = client.get("/match", params=query).json()

    assert QUESTION in refs
    assert answer.status_code == 201, answer.text
    assert len(answer.json()["answers"]) == len(refs)
    assert [one["linkId"] for one in left.get("item", [])] == []
    truths = {one["ref"]: one["truth"] for one in report["trials"][0]["criteria"]}
    assert {truths[ref] for ref in refs} == {"true"}


async def test_strange_patients_and_trials_are_refused(tmp_path: Path) -> None:
    async with running(answers_url=database(tmp_path), sandbox=True) as client:
        answer = await client.get("/questionnaire", params={"patient": "../x", "trial": T2})
        other = await client.get("/questionnaire", params={"patient": PATIENT, "trial": "no-such"})

    assert_outcome(answer, 400)
    assert_outcome(other, 400)


async def test_a_response_decides_its_criteria(client: httpx.AsyncClient) -> None:
    body = response(item(QUESTION), item("T2-C2", False), {"linkId": f"{QUESTION}.chart", "text": "shown"})
    QuestionnaireResponse.model_validate(body)

    answer = await client.post("/answers", content=json.dumps(body), headers={"content-type": "application/fhir+json"})

    assert answer.status_code == 201, answer.text
    assert [(one["ref"], one["answer"], one["by"], one["on"], one["source"]) for one in answer.json()["answers"]] == [
        (QUESTION, "yes", "Dr Li", "2026-11-20", "questionnaire-response"),
        ("T2-C2", "no", "Dr Li", "2026-11-20", "questionnaire-response"),
    ]
    assert (await criterion(client))["truth"] == "true"
    assert (await criterion(client, "T2-C2"))["truth"] == "false"


async def test_an_answer_is_not_seen_before_its_day(client: httpx.AsyncClient) -> None:
    await client.post("/answers", **sent(response()))

    assert (await criterion(client, asOf="2026-11-19"))["why"] == "needs-person"
    assert (await criterion(client, asOf="2026-11-20"))["truth"] == "true"


async def test_answers_inside_groups_count(client: httpx.AsyncClient) -> None:
    answer = await client.post("/answers", **sent(response({"linkId": "group", "item": [item()]})))

    assert [one["ref"] for one in answer.json()["answers"]] == [QUESTION]


async def test_without_a_display_the_author_is_the_reference(client: httpx.AsyncClient) -> None:
    answer = await client.post("/answers", **sent(response(author={"reference": "Practitioner/7"}, authored=None)))

    (kept,) = answer.json()["answers"]
    assert (kept["by"], kept["on"]) == ("Practitioner/7", "2026-11-21")


async def test_an_absolute_subject_names_the_server(tmp_path: Path) -> None:
    servers = ("https://a.example/fhir", "https://b.example/fhir")
    async with keeping(tmp_path, fhir_servers=servers) as client:
        named = response(subject={"reference": f"https://b.example/fhir/Patient/{PATIENT}"})
        strange = response(subject={"reference": f"https://secret.example/Patient/{PATIENT}"})
        kept = (await client.post("/answers", **sent(named))).json()["answers"]
        refused = await client.post("/answers", **sent(strange))

    assert [one["server"] for one in kept] == [servers[1]]
    assert_outcome(refused, 400)
    assert "secret" not in refused.text


async def test_a_response_to_other_questions_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post("/answers", **sent(response(questionnaire=f"{URL}|000000000000")))

    assert assert_outcome(answer, 409)["code"] == "conflict"


async def test_the_version_is_a_matter_of_the_questions_alone() -> None:
    trial = library().trial(T2)
    assert trial is not None
    other = trial.rows[0]._replace(question="Something else?")
    changed = type(trial)(trial.definition, trial.sets, trial.shared, trial.arms, (other, *trial.rows[1:]))

    assert version(trial) == version(trial)
    assert version(changed) != version(trial)


WRONG = [
    pytest.param({"resourceType": "Observation"}, id="another resource"),
    pytest.param({"status": "in-progress"}, id="not completed"),
    pytest.param({"status": "entered-in-error"}, id="entered in error"),
    pytest.param({"status": None}, id="no status"),
    pytest.param({"questionnaire": None}, id="no questionnaire"),
    pytest.param({"questionnaire": "https://secret.example/Questionnaire/1"}, id="another questionnaire"),
    pytest.param({"questionnaire": f"{URL}secret"}, id="no such trial"),
    pytest.param({"subject": None}, id="about nobody"),
    pytest.param({"subject": {"reference": "Group/secret"}}, id="about a group"),
    pytest.param({"subject": {"reference": "Patient/../secret"}}, id="no FHIR id"),
    pytest.param({"subject": {"reference": "xPatient/secret"}}, id="another type"),
    pytest.param({"author": None}, id="by nobody"),
    pytest.param({"author": {"display": "  "}}, id="by a blank"),
    pytest.param({"authored": "2026-11-23"}, id="the future"),
    pytest.param({"authored": "2999-01-01T00:00:00Z"}, id="the far future"),
    pytest.param({"authored": "2026-11"}, id="a month"),
    pytest.param({"authored": "2026-02-30"}, id="no day"),
    pytest.param({"authored": "2026-11-20T10:00:00"}, id="a moment without an offset"),
    pytest.param({"item": []}, id="no answers"),
    pytest.param({"item": [{"linkId": QUESTION}]}, id="an item without an answer"),
    pytest.param({"item": [item(), item()]}, id="the same row twice"),
    pytest.param({"item": [item("T2-secret")]}, id="no such row"),
    pytest.param({"item": [item("T2-O1")]}, id="not for a person"),
    pytest.param({"item": [{"linkId": QUESTION, "answer": [{"valueString": "secret"}]}]}, id="a text"),
    pytest.param({"item": [{"linkId": QUESTION, "answer": [{"valueBoolean": "true"}]}]}, id="a text that looks so"),
    pytest.param({"item": [{**item(), "answer": item()["answer"] * 2}]}, id="two answers in one"),
    pytest.param({"item": [{**item(), "modifierExtension": [{"url": "x"}]}]}, id="a modifier of an item"),
    pytest.param({"modifierExtension": [{"url": "x"}]}, id="a modifier of the whole"),
    pytest.param({"implicitRules": "https://secret.example"}, id="rules of its own"),
]


@pytest.mark.parametrize("changes", WRONG)
async def test_what_is_not_sound_is_refused_whole_and_not_repeated(client: httpx.AsyncClient, changes: Json) -> None:
    answer = await client.post("/answers", **sent(response(**changes)))
    kept = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]

    assert_outcome(answer, 400)
    assert "secret" not in answer.text
    assert kept == []


async def test_items_nested_without_end_are_refused(client: httpx.AsyncClient) -> None:
    for depth in (9, 900, 20_000):
        opening, closing = b'{"linkId":"x","item":[' * depth, b"]}" * depth
        body = json.dumps(response()).encode().replace(json.dumps([item()]).encode(), b"[" + opening + closing + b"]")

        assert (await client.post("/answers", **sent(body))).status_code in (400, 413)


async def test_a_response_needs_the_token_too(client: httpx.AsyncClient) -> None:
    client.headers["authorization"] = f"Bearer {TOKEN[::-1]}"

    assert_outcome(await client.post("/answers", **sent(response())), 401)
