"""The trials without any patient: as JSON for programs, as a page for people."""

import re
from dataclasses import replace

import pytest

from app.library import load_library
from app.settings import Settings
from tests.app.calling import library, running, trial
from trials.judge import ready
from trials.library import DefinitionError
from trials.library import refs as refs_of

T2 = trial("T2")
HTML = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


async def test_the_trials_are_listed() -> None:
    async with running() as client:
        found = (await client.get("/trials")).json()["trials"]

    assert [trial["id"] for trial in found] == [trial.id for trial in library().trials]
    assert [sum(trial["tally"].values()) for trial in found] == [len(refs_of([one])) for one in library().trials]


async def test_a_trial_shows_every_criterion_and_how_it_is_decided() -> None:
    async with running() as client:
        found = (await client.get(f"/trials/{T2.id}")).json()

    assert [one["ref"] for one in found["criteria"]] == list(refs_of([T2]))
    by_ref = {one["ref"]: one for one in found["criteria"]}
    assert "Neutrophils: at least 0.5 ×10⁹/L" in by_ref["T2-O1"]["decidedBy"]
    assert by_ref["T2-O1"]["policy"] == "result not older than 90 days"
    assert found["missing"]


async def test_a_browser_gets_a_page_that_a_person_can_read() -> None:
    async with running() as client:
        page = await client.get(f"/trials/{T2.id}", headers=HTML)
        listed = await client.get("/trials", headers=HTML)

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for ref in refs_of([T2]):
        assert f">{ref}<" in page.text or ref in page.text
    assert "Not in our copy of the protocol" in page.text
    assert f'href="trials/{T2.id}"' in listed.text
    assert not re.search(r"<script|\bNone\b|Undefined", page.text + listed.text)


async def test_text_of_a_definition_is_escaped_on_its_page() -> None:
    hostile = ready(replace(T2.definition, title="<script>alert(1)</script>"), T2.sets)

    async with running(library()._replace(trials=(hostile,))) as client:
        page = await client.get(f"/trials/{T2.id}", headers=HTML)

    assert "<script>" not in page.text


async def test_health_says_that_the_service_runs() -> None:
    async with running() as client:
        answer = await client.get("/health")

    assert answer.json() == {"status": "ok", "trials": len(library().trials)}


def test_definitions_that_do_not_load_stop_the_start(tmp_path: object) -> None:
    with pytest.raises(DefinitionError, match="no definitions found"):
        load_library(Settings(trials=tmp_path))  # type: ignore[arg-type]
