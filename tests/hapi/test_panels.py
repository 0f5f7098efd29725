"""A result inside a panel whose own code nobody needs is found on a real FHIR server."""

import httpx
import pytest

from tests.hapi.loading import Json, load
from tests.hapi.server import HapiServer
from tests.hapi.service import serving

pytestmark = pytest.mark.hapi

PATIENT: Json = {
    "resourceType": "Patient",
    "id": "testmann-paneel",
    "birthDate": "1980-01-01",
    "name": [{"family": "Testmann", "given": ["Paneel"]}],
}
NEUTROPHILS: Json = {
    "code": {"coding": [{"system": "http://loinc.org", "code": "751-8"}]},
    "valueQuantity": {"value": 2.25, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L"},
}
PANEL: Json = {
    "resourceType": "Observation",
    "id": "testmann-paneel-blood",
    "status": "final",
    "category": [{"coding": [{"system": "https://hospital.example/categories", "code": "bloods"}]}],
    "code": {"coding": [{"system": "https://hospital.example/panels", "code": "BLOOD"}], "text": "Blood panel"},
    "subject": {"reference": "Patient/testmann-paneel"},
    "effectiveDateTime": "2026-01-05",
    "component": [NEUTROPHILS],
}


@pytest.fixture(scope="module")
def fhir(hapi: HapiServer) -> str:
    load(hapi.base, {"resourceType": "Bundle", "entry": [{"resource": one} for one in (PATIENT, PANEL)]})
    return hapi.base


@pytest.mark.parametrize(("parameter", "count"), [("combo-code", 1), ("code", 0)])
def test_the_server_looks_for_combo_code_in_components(fhir: str, parameter: str, count: int) -> None:
    asked = {"patient": PATIENT["id"], parameter: "http://loinc.org|751-8", "_sort": "-date"}
    found = httpx.get(f"{fhir}/Observation", params=asked, timeout=30)

    assert found.status_code == 200, found.text
    assert len(found.json().get("entry", ())) == count


def test_a_result_inside_a_panel_decides(fhir: str) -> None:
    with serving(fhir_servers=(fhir,), budget_s=20) as service:
        asked = {"patient": PATIENT["id"], "asOf": "2026-01-10"}
        report = httpx.get(f"{service}/match", params=asked, timeout=30).json()

    used = {one["reference"] for trial in report["trials"] for row in trial["criteria"] for one in row["evidence"]}
    assert "Observation/testmann-paneel-blood" in used
