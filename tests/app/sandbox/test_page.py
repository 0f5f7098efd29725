import re
from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI

from app.sandbox.markdown import rendered
from app.sandbox.patients import patients
from app.sandbox.router import sandbox_router

TODAY = date(2026, 2, 28)


@pytest_asyncio.fixture(loop_scope="function")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.include_router(sandbox_router(lambda: TODAY))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://sandbox.test") as client:
        yield client


async def test_the_root_leads_to_the_page(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")

    assert (answer.status_code, answer.headers["location"]) == (307, "/sandbox")


async def test_the_page_lists_every_patient_with_sex_and_age(client: httpx.AsyncClient) -> None:
    html = (await client.get("/sandbox")).text

    assert re.findall(r'data-patient="([^"]+)"', html) == [patient.id for patient in patients(TODAY)]
    text = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Testfrau, Amelie F female, 46" in text
    assert "Modell, Klara F female, 71, died" in text


async def test_the_page_runs_only_what_comes_from_here(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sandbox")
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))

    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?://", answer.text) == []


async def test_every_file_that_the_page_names_is_there(client: httpx.AsyncClient) -> None:
    page = (await client.get("/sandbox")).text
    named = set(re.findall(r'"(/sandbox/static/[^"]+)"', page))
    for path in list(named):
        text = (await client.get(path)).text
        named |= {f"/sandbox/static/{name}" for name in re.findall(r'from "\./([^"]+)"', text)}

    assert len(named) >= 8
    assert {(await client.get(path)).status_code for path in named} == {200}


@pytest.mark.parametrize("name", ["page.html", "..%2Fpage.py", "%2e%2e/page.py", "nothing.js", ".css"])
async def test_no_other_file_is_served(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/sandbox/static/{name}")).status_code == 404


async def test_a_chart_is_served_as_the_bundle_that_it_is(client: httpx.AsyncClient) -> None:
    answer = await client.get("/sandbox/charts/testfrau-amelie")

    assert answer.json() == patients(TODAY)[0].bundle
    assert (await client.get("/sandbox/charts/nobody")).status_code == 404


async def test_cards_are_rendered_on_the_server(client: httpx.AsyncClient) -> None:
    texts = ["**Potential candidate**\n\n- platelets `248`\n- [page](https://trial.example/1)", "second"]
    answer = await client.post("/sandbox/markdown", json={"markdown": texts})

    first, second = answer.json()["html"]
    assert "<strong>Potential candidate</strong>" in first
    assert 'href="https://trial.example/1"' in first
    assert 'rel="noopener noreferrer"' in first
    assert second == "<p>second</p>\n"


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://elsewhere.example/x.png)",
        "<a href='https://x.example' onclick='alert(1)'>x</a>",
        "<style>*{display:none}</style>",
        "<iframe src='//x.example'></iframe>",
        "[x](data:text/html,<script>alert(1)</script>)",
    ],
)
def test_nothing_in_a_card_can_act(attack: str) -> None:
    html = rendered(attack)

    assert re.findall(r"<(?!/?(?:p|a)\b)", html) == []
    assert re.findall(r"<[^>]*\b(?:on\w+|src|style|href=\"(?!https?:))", html) == []


@pytest.mark.parametrize("body", ["[]", "{}", '{"markdown": "x"}', '{"markdown": [1]}', "{", ""])
async def test_what_is_no_list_of_texts_is_refused(client: httpx.AsyncClient, body: str) -> None:
    answer = await client.post("/sandbox/markdown", content=body, headers={"content-type": "application/json"})

    assert (answer.status_code, answer.json()["resourceType"]) == (400, "OperationOutcome")


async def test_markdown_of_any_size_and_type_gets_its_plain_refusal(client: httpx.AsyncClient) -> None:
    large = await client.post("/sandbox/markdown", json={"markdown": ["x" * 300_000]})
    form = await client.post("/sandbox/markdown", data={"markdown": "x"})

    assert (large.status_code, form.status_code) == (413, 415)
