"""The published interface is the one that is served."""

import json
import tomllib

from app.contract import document
from app.main import create_app
from app.settings import Settings
from tests.app.calling import library, running
from tests.machine import ROOT

PUBLISHED = ROOT / "openapi" / "openapi.json"


def test_the_published_interface_is_the_apps() -> None:
    """After a change: `python -m app.contract > openapi/openapi.json`, and say in the commit what a client notices."""
    served = document(create_app(Settings(), library=library()))

    assert served == json.loads(PUBLISHED.read_text(encoding="utf-8"))


def test_its_version_is_the_packages() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert json.loads(PUBLISHED.read_text(encoding="utf-8"))["info"]["version"] == project["version"]


async def test_it_is_served() -> None:
    async with running() as client:
        assert (await client.get("/openapi.json")).json() == json.loads(PUBLISHED.read_text(encoding="utf-8"))


def test_every_reference_leads_to_a_schema() -> None:
    text = PUBLISHED.read_text(encoding="utf-8")
    schemas = json.loads(text)["components"]["schemas"]

    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(schemas)
    assert {"Answer", "Discovery", "MatchReport", "OperationOutcome"} <= named


def test_the_sandbox_is_no_part_of_it() -> None:
    served = document(create_app(Settings(sandbox=True), library=library()))

    assert served == json.loads(PUBLISHED.read_text(encoding="utf-8"))
