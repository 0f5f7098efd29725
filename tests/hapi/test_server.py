"""The server that the other tests of this folder stand on, and how charts get into it."""

import httpx
import pytest

from tests.hapi.loading import Json, as_transaction, load
from tests.hapi.server import HapiServer


def chart(patient_id: str) -> Json:
    """A collection with references as exports have them: by fullUrl, relative, contained, and to what is not there."""
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [
            {
                "fullUrl": "urn:uuid:5f0c9c52-0d3c-4a0e-9a4f-0d9d5cf7a001",
                "resource": {"resourceType": "Patient", "id": patient_id, "gender": "female"},
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": f"{patient_id}.first",
                    "status": "final",
                    "code": {"text": "Invented"},
                    "subject": {"reference": "urn:uuid:5f0c9c52-0d3c-4a0e-9a4f-0d9d5cf7a001"},
                    "performer": [{"reference": "Organization/elsewhere"}],
                }
            },
            {
                "resource": {
                    "resourceType": "Observation",
                    "id": f"{patient_id}.second",
                    "status": "final",
                    "code": {"text": "Invented"},
                    "contained": [{"resourceType": "Practitioner", "id": "p"}],
                    "subject": {"reference": f"Patient/{patient_id}"},
                    "performer": [{"reference": "#p"}],
                }
            },
        ],
    }


def test_references_of_a_chart_end_inside_it_or_name_no_target() -> None:
    _, first, second = (entry["resource"] for entry in as_transaction(chart("invented-1"))["entry"])

    assert first["subject"] == {"reference": "Patient/invented-1"}
    assert first["performer"] == [{"display": "Organization/elsewhere"}]
    assert second["subject"] == {"reference": "Patient/invented-1"}
    assert second["performer"] == [{"reference": "#p"}]


@pytest.mark.hapi
def test_a_loaded_chart_is_found_by_its_patient(hapi: HapiServer) -> None:
    load(hapi.base, chart("invented.1"), chart("invented.2"))

    found = httpx.get(f"{hapi.base}/Observation", params={"patient": "invented.1"}).json()

    assert {entry["resource"]["id"] for entry in found["entry"]} == {"invented.1.first", "invented.1.second"}
