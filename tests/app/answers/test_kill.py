"""What was acknowledged survives the death of the service, and of the database; cards come in time without it."""

import signal
import socket
import sqlite3
import threading
import time
from pathlib import Path

import httpx
import psycopg
import pytest

from app.answers.desk import READ_WITHIN_S
from tests.app.answers.keeping import PATIENT, T2, card, entry, keeping, recorded
from tests.app.answers.postgres import cluster, fresh_database
from tests.app.answers.processes import Process
from tests.app.calling import assert_outcome, bundle, sent

ENOUGH = 60
"""So many answers are acknowledged before the service is killed in the midst of the next ones."""
ROWS = ("T2-L1", "T2-C2", "T2-C4", "T2-P3", "T2-P4")


def keep_answering(url: str, by: str, acknowledged: list[str]) -> None:
    """Records answers until the service is gone, and remembers those for which it said 201."""
    with httpx.Client(base_url=url, timeout=10) as client:
        while True:
            try:
                answer = client.post("/answers", json=entry(*ROWS, by=by, server="direct"))
            except httpx.TransportError:
                return
            if answer.status_code == 201:
                acknowledged += [one["id"] for one in answer.json()["answers"]]


def test_whatever_was_acknowledged_survives_a_kill(url: str, tmp_path: Path) -> None:
    acknowledged: list[list[str]] = [[], [], []]
    service = Process(url, tmp_path / "first.log")
    writers = [
        threading.Thread(target=keep_answering, args=(service.url, f"Writer {place}", mine))
        for place, mine in enumerate(acknowledged)
    ]
    for writer in writers:
        writer.start()
    while sum(map(len, acknowledged)) < ENOUGH and any(writer.is_alive() for writer in writers):
        time.sleep(0.005)
    service.kill()
    for writer in writers:
        writer.join()

    again = Process(url, tmp_path / "second.log")
    try:
        answer = httpx.get(f"{again.url}/answers", params={"patient": PATIENT, "server": "direct"}, timeout=30)
        kept = [one["id"] for one in answer.json()["answers"]]
        report = httpx.post(f"{again.url}/match", params={"trial": T2}, json=bundle(), timeout=30).json()
    finally:
        again.kill()

    promised = {id for mine in acknowledged for id in mine}
    truths = {one["ref"]: one["truth"] for one in report["trials"][0]["criteria"]}
    assert len(promised) >= ENOUGH
    assert promised <= set(kept)
    assert len(kept) % len(ROWS) == 0, "a body was kept in part"
    assert len(kept) == len(set(kept))
    assert {truths[ref] for ref in ROWS} == {"true"}


@pytest.mark.postgres
async def test_a_database_that_dies_costs_no_card_and_loses_no_answer(tmp_path: Path) -> None:
    with cluster() as server:
        async with keeping(tmp_path, answers_url=server.url) as client:
            (kept,) = await recorded(client)
            server.stop(signal.SIGKILL)
            await assert_cards_come_without_answers(client)
            assert_outcome(await client.post("/answers", **sent(entry())), 503)
            server.start()
            listed = (await client.get("/answers", params={"patient": PATIENT})).json()["answers"]

    assert listed == [kept]


@pytest.mark.postgres
async def test_a_database_that_hangs_costs_no_card(server: str, tmp_path: Path) -> None:
    url = fresh_database(server)
    async with keeping(tmp_path, answers_url=url) as client:
        await recorded(client)
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE answer IN ACCESS EXCLUSIVE MODE")
            await assert_cards_come_without_answers(client)
            other.rollback()
        assert "**Answered by a person**" in await card(client)


async def test_a_database_that_takes_calls_and_never_answers_costs_no_card(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://trialhook@127.0.0.1:{silent.getsockname()[1]}/none"
        async with keeping(tmp_path, answers_url=url) as client:
            await assert_cards_come_without_answers(client)


async def assert_cards_come_without_answers(client: httpx.AsyncClient) -> None:
    took_s = []
    for _ in range(3):
        started = time.monotonic()
        detail = await card(client)
        took_s.append(time.monotonic() - started)
    report = (await client.post("/match", **sent(bundle()))).json()

    assert "**Recorded answers could not be read just now:**" in detail
    assert report["chart"]["answersUnavailable"] is True
    questions = (await client.post("/questionnaire", params={"trial": T2}, **sent(bundle()))).json()
    assert "Earlier answers could not be read" in questions["description"]
    assert min(took_s) < READ_WITHIN_S + 1


async def test_a_row_that_cannot_be_read_costs_no_card(tmp_path: Path) -> None:
    """SQLite keeps whatever somebody wrote past the service."""
    async with keeping(tmp_path) as client:
        await recorded(client, server="direct")
        with sqlite3.connect(tmp_path / "kept" / "answers.db") as other:
            other.execute("UPDATE answer SET answered_on = 'yesterday'")
        other.close()

        await assert_cards_come_without_answers(client)


async def test_a_service_starts_without_its_database(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    async with keeping(tmp_path, answers_url="postgresql://trialhook:secret@127.0.0.1:1/none") as client:
        await assert_cards_come_without_answers(client)
        answer = await client.post("/answers", **sent(entry()))

    assert_outcome(answer, 503)
    told = [record.getMessage() for record in caplog.records if record.name == "trialhook.answers"]
    assert any("could not be read (OperationalError, 1 so far)" in line for line in told)
    assert "secret" not in caplog.text
    assert PATIENT not in caplog.text
