"""Answers over HTTP: kept, decisive in the next report, listed, withdrawn; and whatever may not be kept."""

import logging
import re
from pathlib import Path
from typing import Any

import pytest

from tests.app.answers.keeping import PATIENT, QUESTION, T2, TOKEN, card, criterion, database, entry, keeping, recorded
from tests.app.calling import assert_outcome, running, sent
from tests.machine import ROOT


async def test_an_answer_decides_its_criterion_in_the_next_report(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        before = await criterion(client)
        (kept,) = await recorded(client)
        after = await criterion(client)

    assert (before["truth"], before["why"]) == ("unknown", "needs-person")
    assert (after["truth"], after["why"]) == ("true", None)
    assert after["evidence"] == [
        {
            "reference": f"answers/{kept['id']}",
            "date": "2026-11-21",
            "text": "answered yes by Dr Li on 2026-11-21, until 2027-02-19",
        }
    ]
    assert after["policy"] == "a person's answer counts for 90 days"


async def test_what_was_kept_comes_back_as_it_was_said(tmp_path: Path) -> None:
    given = [{"ref": QUESTION, "answer": "no", "note": "  prognosis\nis poor "}]
    async with keeping(tmp_path) as client:
        answer = await client.post("/answers", **sent(entry(answers=given)))
        (listed,) = (await client.get("/answers", params={"patient": PATIENT, "trial": T2})).json()["answers"]

    assert answer.status_code == 201
    assert answer.json()["answers"] == [listed]
    assert answer.headers["cache-control"] == "no-store"
    assert {key: listed[key] for key in ("server", "patient", "trial", "ref", "answer", "by", "on", "until")} == {
        "server": "direct",
        "patient": f"Patient/{PATIENT}",
        "trial": T2,
        "ref": QUESTION,
        "answer": "no",
        "by": "Dr Li",
        "on": "2026-11-21",
        "until": "2027-02-19",
    }
    assert (listed["note"], listed["state"]) == ("prognosis is poor", "in-force")


async def test_the_example_of_the_readme_is_kept(tmp_path: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"curl -s http://127.0.0.1:8000/answers [^\n]* -d '(.*?)'\n", readme, re.DOTALL)
    async with running(answers_url=database(tmp_path), sandbox=True) as client:
        answer = await client.post("/answers", **sent(example.encode()))

    assert [(one["ref"], one["state"]) for one in answer.json()["answers"]] == [(QUESTION, "in-force")]


async def test_a_newer_answer_supersedes_an_older_one_and_both_are_listed(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        await recorded(client, answer="yes")
        await recorded(client, answer="no", by="Dr Ode")
        listed = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]
        now = await criterion(client)

    assert [(one["answer"], one["by"], one["state"]) for one in listed] == [
        ("yes", "Dr Li", "superseded"),
        ("no", "Dr Ode", "in-force"),
    ]
    assert now["truth"] == "false"


async def test_a_withdrawn_answer_decides_nothing_and_stays_in_the_list(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        (kept,) = await recorded(client)
        withdrawn = await client.post(f"/answers/{kept['id']}/withdraw", **sent({"by": "Dr Ode"}))
        again = await client.post(f"/answers/{kept['id']}/withdraw", **sent({"by": "Dr Late"}))
        now = await criterion(client)
        (listed,) = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]

    assert withdrawn.status_code == again.status_code == 200
    assert withdrawn.json() == again.json() == {"answers": [listed]}
    assert (listed["state"], listed["withdrawnBy"]) == ("withdrawn", "Dr Ode")
    assert (now["truth"], now["why"]) == ("unknown", "needs-person")


async def test_after_a_withdrawal_the_answer_before_it_counts_again(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        await recorded(client, answer="yes")
        (slip,) = await recorded(client, answer="no")
        await client.post(f"/answers/{slip['id']}/withdraw", **sent({"by": "Dr Li"}))

        assert (await criterion(client))["truth"] == "true"


async def test_the_hook_counts_answers_too(tmp_path: Path) -> None:
    question = "live longer than 6 months"
    async with keeping(tmp_path) as client:
        before = await card(client)
        await recorded(client)
        after = await card(client)

    assert (question in before, question in after) == (True, False)
    assert "**Answered by a person**\n- Life expectancy above 6 months: answered yes by Dr Li on 2026-11-21" in after


async def test_answers_of_one_server_say_nothing_of_anothers_patient(tmp_path: Path) -> None:
    servers = ("https://a.example/fhir", "https://b.example/fhir")
    async with keeping(tmp_path, fhir_servers=servers) as client:
        await recorded(client)
        own = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]
        other = (await client.get("/answers", params={"patient": PATIENT, "server": servers[1]})).json()["answers"]
        of_bundles = await criterion(client)

    assert [one["server"] for one in own] == [servers[0]]
    assert other == []
    assert of_bundles["truth"] == "unknown"


async def test_answers_outlive_the_service(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        await recorded(client)
    async with keeping(tmp_path) as client:
        assert (await criterion(client))["truth"] == "true"


WRONG: list[Any] = [
    pytest.param(entry(patient="../etc"), id="no FHIR id"),
    pytest.param(entry(trial="secret-trial"), id="no such trial"),
    pytest.param(entry("T2-secret"), id="no such row"),
    pytest.param(entry("T2-O1"), id="a row that only a result decides"),
    pytest.param(entry("T2-M1"), id="lost text"),
    pytest.param(entry(QUESTION, QUESTION), id="two answers to one row"),
    pytest.param(entry(answer="secret"), id="neither yes nor no"),
    pytest.param(entry(answers=[]), id="no answer"),
    pytest.param(entry(answers=[{"ref": QUESTION, "answer": "yes"}] * 501), id="too many"),
    pytest.param(entry(by="  "), id="nobody"),
    pytest.param(entry(by="x" * 101), id="a name too long"),
    pytest.param(entry(by="secret\u0000"), id="a control character"),
    pytest.param(entry(by=7), id="a number for a name"),
    pytest.param(entry(answers=[{"ref": QUESTION, "answer": "yes", "note": "x" * 1001}]), id="a note too long"),
    pytest.param(entry(answers=[{"ref": QUESTION, "answer": "yes", "secret": 1}]), id="an unknown field"),
    pytest.param(entry(server="https://secret.example/fhir"), id="a server that is not ours"),
    pytest.param(b"{", id="no JSON"),
    pytest.param(b"[" * 5000, id="nested without end"),
    pytest.param([], id="a list"),
    pytest.param({}, id="nothing"),
    pytest.param(b'{"by":"\xff"}', id="no UTF-8"),
]


@pytest.mark.parametrize("body", WRONG)
async def test_what_is_not_sound_is_refused_whole_and_not_repeated(body: Any, tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        answer = await client.post("/answers", **sent(body))
        kept = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]

    assert_outcome(answer, 400)
    assert "secret" not in answer.text
    assert kept == []


async def test_one_wrong_answer_keeps_all_of_them_out(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        assert_outcome(await client.post("/answers", **sent(entry(QUESTION, "T2-O1"))), 400)

        assert (await client.get("/answers", params={"patient": PATIENT})).json()["answers"] == []


async def test_a_huge_body_is_not_read(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        assert_outcome(await client.post("/answers", **sent(b" " * 300_000)), 413)


async def test_other_media_types_are_refused(tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        answer = await client.post("/answers", content=b"{}", headers={"content-type": "text/plain"})

    assert_outcome(answer, 415)


@pytest.mark.parametrize("id", ["0d9b1d1e-0000-0000-0000-000000000000", "x" * 500, "%00", "%ED%A0%80"])
async def test_an_answer_that_is_not_there_cannot_be_withdrawn(id: str, tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        assert_outcome(await client.post(f"/answers/{id}/withdraw", **sent({"by": "Dr Li"})), 404)


@pytest.mark.parametrize("body", [{}, {"by": ""}, {"by": "x" * 101}, {"by": "Dr Li", "why": "slip"}, b"{"])
async def test_a_withdrawal_says_who(body: Any, tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        (kept,) = await recorded(client)
        assert_outcome(await client.post(f"/answers/{kept['id']}/withdraw", **sent(body)), 400)

        assert (await criterion(client))["truth"] == "true"


@pytest.mark.parametrize("shown", [None, "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"])
async def test_without_the_sites_token_nothing_is_kept_or_shown(shown: str | None, tmp_path: Path) -> None:
    async with keeping(tmp_path) as client:
        (kept,) = await recorded(client)
        del client.headers["authorization"]
        headers = {} if shown is None else {b"authorization": shown.encode()}
        json = {b"content-type": b"application/json", **headers}
        body = sent(entry(answer="no"))["content"]
        answers = [
            await client.post("/answers", content=body, headers=json),
            await client.get("/answers", params={"patient": PATIENT}, headers=headers),
            await client.post(f"/answers/{kept['id']}/withdraw", content=b'{"by": "Dr No"}', headers=json),
        ]

        for answer in answers:
            assert_outcome(answer, 401)
            assert answer.headers["www-authenticate"] == "Bearer"
        assert (await criterion(client))["truth"] == "true"


async def test_without_a_token_of_the_site_nobody_may(tmp_path: Path) -> None:
    async with running(answers_url=f"sqlite:///{tmp_path / 'a.db'}") as client:
        assert_outcome(await client.post("/answers", **sent(entry())), 403)
        assert_outcome(await client.get("/answers", params={"patient": PATIENT}), 403)


async def test_a_site_that_keeps_none_says_so() -> None:
    async with running(answers_url="off", answers_token=TOKEN) as client:
        answer = await client.post("/answers", headers={"authorization": f"Bearer {TOKEN}"}, json=entry())

    assert_outcome(answer, 403)


async def test_the_sandbox_needs_no_token(tmp_path: Path) -> None:
    async with running(answers_url=f"sqlite:///{tmp_path / 'a.db'}", sandbox=True) as client:
        answer = await client.post("/answers", **sent(entry()))

    assert answer.status_code == 201
    assert answer.json()["answers"][0]["server"] == "http://127.0.0.1:8000/sandbox/fhir"


async def test_no_log_line_names_a_patient_or_a_person(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with keeping(tmp_path) as client:
        (kept,) = await recorded(client, by="Dr Unmistakable")
        await client.post(f"/answers/{kept['id']}/withdraw", **sent({"by": "Dr Unmistakable"}))
        await client.get("/answers", params={"patient": PATIENT})

    ours = [record.getMessage() for record in caplog.records if record.name.startswith("trialhook")]
    assert any("recorded 1 answers" in line for line in ours)
    text = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("aiosqlite"))
    assert "Unmistakable" not in text
    assert TOKEN not in text
    assert PATIENT not in "\n".join(ours)
