"""Charts of a generator, stored on a real FHIR server, are judged there as they are in hand."""

import json
from pathlib import Path

import pytest

from tests.hapi.asking import assert_same_verdicts, evidence, given, pulled
from tests.hapi.loading import Json, load
from tests.hapi.variations import resources_of

pytestmark = [pytest.mark.hapi, pytest.mark.charts]

SAMPLES = {
    "rheumatoid arthritis": "rheumatoid__Hershel",
    "many conditions": "diabetes_renal__Renea",
    "many drugs": "lung_cancer__Austin",
    "many pages of results": "rheumatoid__Randall",
    "hardly anything": "epilepsy__Alberto",
}


def sample(charts: Path, start: str) -> Json:
    path = next((charts / "smart_synthea_r4").glob(f"{start}*.json"))
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("start", SAMPLES.values(), ids=SAMPLES)
def test_a_generated_chart_is_judged_on_the_server_as_in_hand(
    start: str, charts: Path, fhir: str, service: str
) -> None:
    chart = sample(charts, start)
    load(fhir, chart)
    patient = next(one for one in resources_of(chart) if one["resourceType"] == "Patient")

    asked = pulled(service, patient["id"])

    assert_same_verdicts(asked, given(service, chart))
    assert evidence(asked)
