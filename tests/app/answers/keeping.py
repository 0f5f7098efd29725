"""An application that keeps answers in a database of its own, and what is said to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.app.calling import HOOK, Json, bundle, call, running, sent

TOKEN = "correct-horse-battery"
T2 = "cd19-bcma-autoimmune"
PATIENT = "testfrau-amelie"
QUESTION = "T2-L1"
"""Is the patient expected to live longer than 6 months?"""


def database(folder: Path) -> str:
    return f"sqlite:///{folder / 'kept' / 'answers.db'}"


@asynccontextmanager
async def keeping(folder: Path, **settings: Any) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the token of a service that keeps answers."""
    url = settings.pop("answers_url", database(folder))
    async with running(answers_url=url, answers_token=TOKEN, **settings) as client:
        client.headers["authorization"] = f"Bearer {TOKEN}"
        yield client


def entry(*refs: str, answer: str = "yes", **changes: Any) -> Json:
    """A plain body that answers these rows."""
    given = [{"ref": ref, "answer": answer} for ref in refs or (QUESTION,)]
    return {"patient": PATIENT, "trial": T2, "by": "Dr Li", "answers": given, **changes}


async def recorded(client: httpx.AsyncClient, *refs: str, **how: Any) -> list[Json]:
    """The answers as the service kept them."""
    answer = await client.post("/answers", **sent(entry(*refs, **how)))
    assert answer.status_code == 201, answer.text
    found: list[Json] = answer.json()["answers"]
    return found


async def card(client: httpx.AsyncClient) -> str:
    """The body of the trial's card."""
    answer = await client.post(HOOK, **sent(call()))
    assert answer.status_code == 200, answer.text
    found: str = next(one["detail"] for one in answer.json()["cards"] if "CD19-BCMA" in one["summary"])
    return found


async def criterion(client: httpx.AsyncClient, ref: str = QUESTION, **query: Any) -> Json:
    """What `POST /match` says of one row."""
    answer = await client.post("/match", params={"trial": T2, **query}, **sent(bundle()))
    assert answer.status_code == 200, answer.text
    return next(one for one in answer.json()["trials"][0]["criteria"] if one["ref"] == ref)
