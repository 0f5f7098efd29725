"""The terminology against HAPI as a terminology server: our resources go in, and is-a sets are expanded there.

HAPI needs its full-text index for filters (the property `terminology`). It expands a value set that is not stored in
memory and gives no pages of it: a set larger than a page is refused (HAPI-0831), and pages of a value set with an
`exclude` are too (HAPI-0887), which is why what is left out is asked for by itself. A hierarchy that came in with its
CodeSystem is there at once; nothing is deferred for one so small.
"""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.library import site_terminology
from app.settings import Settings
from app.terminology.refreshing import Refresh
from app.terminology.shelf import shelf, transaction
from mappings.concept_map import OWN
from mappings.systems import SNOMED
from mappings.terminology import Coding, Terminology, load_terminology
from tests.hapi.server import running

pytestmark = [pytest.mark.hapi, pytest.mark.own_server]

LUPUS, ORGANS, NEPHRITIS, DRUG_INDUCED = "55464009", "239887007", "68815009", "201436003"
# Of SNOMED CT's shape, with an invented meaning.
RARE, OF_A_DRUG = "9990000001008", "9990000003006"
VERSION = "http://snomed.info/sct/900000000000207008/version/20260901"
SET = "systemic_lupus_erythematosus"
DAY = date(2026, 11, 20)
FHIR = {"Content-Type": "application/fhir+json"}


def concept(code: str, display: str, *below: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "display": display, **({"concept": list(below)} if below else {})}


HIERARCHY = {
    "resourceType": "CodeSystem",
    "id": "part-of-snomed-ct",
    "url": SNOMED,
    "version": VERSION,
    "status": "active",
    "content": "complete",
    "hierarchyMeaning": "is-a",
    "concept": [
        concept(
            LUPUS,
            "Systemic lupus erythematosus",
            concept(ORGANS, "Lupus with organ involvement", concept(NEPHRITIS, "Lupus nephritis")),
            concept(RARE, "A rare lupus"),
            concept(DRUG_INDUCED, "Drug-induced lupus", concept(OF_A_DRUG, "Lupus by one drug")),
        ),
        concept("233604007", "Pneumonia"),
    ],
}


@pytest.fixture(scope="module")
def packaged() -> Terminology:
    return load_terminology()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running(terminology="true") as hapi:
        put(hapi.base, HIERARCHY)
        yield hapi.base


def put(base: str, resource: dict[str, Any]) -> None:
    answer = httpx.put(f"{base}/{resource['resourceType']}/{resource['id']}", json=resource, timeout=120)
    assert answer.status_code in (200, 201), answer.text


def refreshed(base: str, folder: Path, known: Terminology, page: int = 1_000) -> tuple[str, bool]:
    refresh = Refresh(base, folder, DAY)
    ((lines, wrong),) = refresh.run([known.sets[SET]], known.sets, None, timeout_s=120, page=page)
    return "\n".join(lines), wrong


def test_what_lies_below_the_roots_comes_without_what_is_left_out(
    server: str, tmp_path: Path, packaged: Terminology
) -> None:
    told, wrong = refreshed(server, tmp_path, packaged)

    assert not wrong, told
    found = json.loads((tmp_path / "systemic-lupus-erythematosus.json").read_text("utf-8"))
    assert {one["code"] for one in found["expansion"]["contains"]} == {LUPUS, ORGANS, NEPHRITIS, RARE}
    assert found["expansion"]["parameter"] == [{"name": "version", "valueUri": f"{SNOMED}|{VERSION}"}]
    assert f"  + {RARE} A rare lupus" in told


def test_the_snapshot_counts(server: str, tmp_path: Path, packaged: Terminology) -> None:
    refreshed(server, tmp_path, packaged)

    known = site_terminology(Settings(terminology_snapshot=tmp_path))

    assert SET in known.identify("diagnosis", (Coding(SNOMED, RARE, None),), None).names
    assert SET not in known.identify("diagnosis", (Coding(SNOMED, OF_A_DRUG, None),), None).names


def test_a_set_that_is_larger_than_a_page_is_refused_as_the_server_says(
    server: str, tmp_path: Path, packaged: Terminology
) -> None:
    told, wrong = refreshed(server, tmp_path, packaged, page=2)

    assert (wrong, "HAPI-0831" in told, list(tmp_path.iterdir())) == (True, True, []), told


def test_what_we_export_is_taken_and_can_be_expanded(server: str, packaged: Terminology) -> None:
    resources = shelf(packaged, "https://trials.example.org")
    wanted = [
        resources["CodeSystem", "trialhook"],
        resources["ConceptMap", "units"],
        resources["ConceptMap", "own-codes"],
        *(resources["ValueSet", id] for id in ("scores-without-standard-code", "mrss", "neutrophils")),
        *(resources["ValueSet", id] for id in ("lupus-nephritis", SET.replace("_", "-"))),
    ]

    answer = httpx.post(server, content=transaction(wanted), headers=FHIR, timeout=300)

    assert answer.status_code == 200, answer.text
    expanded = httpx.get(f"{server}/ValueSet/scores-without-standard-code/$expand", timeout=120).json()
    codes = {(one["system"], one["code"]) for one in expanded["expansion"]["contains"]}
    assert {(OWN, "mrss"), (OWN, "mmt_8")} <= codes
