"""Charts of other people's making: every file is read without an exception, and as fhir.resources reads it."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.condition import Condition as ConditionModel
from fhir.resources.R4B.immunization import Immunization as ImmunizationModel
from fhir.resources.R4B.medicationrequest import MedicationRequest as MedicationRequestModel
from fhir.resources.R4B.observation import Observation as ObservationModel
from fhir.resources.R4B.patient import Patient as PatientModel
from pydantic import ValidationError

from app.reading import shapes
from app.reading.dates import Dates
from app.reading.page import NotFhir, decode_page
from app.reading.record import NoPatient, SeveralPatients, read_record
from app.reading.references import unresolved_medications
from tests.app.reading.charts import TODAY, terminology

EXAMPLES = ("fhir_r4_spec_examples", "us_core_examples")
MODELS: dict[str, Any] = {
    "Condition": ConditionModel,
    "Immunization": ImmunizationModel,
    "MedicationRequest": MedicationRequestModel,
    "Observation": ObservationModel,
    "Patient": PatientModel,
}


@pytest.mark.charts
def test_every_chart_reads_without_an_exception(charts: Path) -> None:
    outcomes: Counter[str] = Counter()
    for path in sorted(charts.rglob("*.json")):
        try:
            page = decode_page(path.read_bytes())
            unresolved_medications([page])
            read_record([page], terminology=terminology(), today=TODAY, patient_id=None)
        except (NotFhir, NoPatient, SeveralPatients) as outcome:
            outcomes[type(outcome).__name__] += 1
        else:
            outcomes["read"] += 1

    assert outcomes["read"] > 100


@pytest.mark.charts
def test_the_charts_of_a_generator_are_read_whole(charts: Path) -> None:
    """Synthea's: one patient each, nothing broken, nobody else's, and facts in each."""
    files = sorted((charts / "smart_synthea_r4").glob("*.json"))
    for path in files:
        found = read_record([decode_page(path.read_bytes())], terminology=terminology(), today=TODAY, patient_id=None)

        assert found.ignored == ()
        assert found.record.results
        assert all(one.when for facts in found.record.results.values() for one in facts)
    assert len(files) > 30


def examples(folder: Path, kind: str) -> Iterator[tuple[str, Any, Any]]:
    """Name, our reading and the model's reading of every example of a type that the model takes."""
    for path in sorted(file for name in EXAMPLES for file in (folder / name).glob("*.json")):
        body = path.read_bytes()
        for resource in resources_in(json.loads(body)):
            if resource.get("resourceType") != kind:
                continue
            raw = json.dumps(resource).encode()
            try:
                model = MODELS[kind].model_validate_json(raw)
            except ValidationError:
                continue
            page = decode_page(raw)
            assert page.broken == [], path.name
            yield path.name, page.resources[0], model


def resources_in(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The resource itself, or those of a Bundle."""
    if body.get("resourceType") != "Bundle":
        yield body
    else:
        yield from (entry["resource"] for entry in body.get("entry", ()) if "resource" in entry)


def codings(ours: shapes.Concept | None) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.system, one.code, one.display) for one in (ours.coding if ours else None) or ()]


def models_codings(theirs: Any) -> list[tuple[str | None, str | None, str | None]]:
    return [(one.system, one.code, one.display) for one in (theirs.coding if theirs else None) or ()]


def assert_same_concept(ours: shapes.Concept | None, theirs: Any, name: str) -> None:
    assert codings(ours) == models_codings(theirs), name
    assert (ours.text if ours else None) == (theirs.text if theirs else None), name


def assert_same_moment(ours: str | None, theirs: Any, name: str) -> None:
    """The models give a datetime, a date, or the text of a partial date."""
    when = Dates().when(ours)
    if theirs is None:
        assert ours is None, name
        return
    assert when is not None, (name, ours)
    if isinstance(theirs, datetime):
        assert when.first == when.last == theirs.date(), name
        assert theirs.tzinfo is None or abs(when.earliest - theirs.timestamp()) < 0.001, name
    elif isinstance(theirs, date):
        assert when.first == when.last == theirs, name
    else:
        assert when.text == theirs, name


def assert_same_quantity(ours: shapes.Quantity | None, theirs: Any, name: str) -> None:
    assert (ours is None) is (theirs is None), name
    if ours is None or theirs is None:
        return
    assert (ours.unit, ours.system, ours.code, ours.comparator) == (
        theirs.unit,
        theirs.system,
        theirs.code,
        theirs.comparator,
    ), name
    assert (ours.value is None) is (theirs.value is None), name
    if ours.value is not None:  # the models lose what a float loses
        assert abs(ours.value - Decimal(str(theirs.value))) <= abs(ours.value) * Decimal("1e-12"), name


@pytest.mark.charts
def test_observations_are_read_as_the_models_read_them(charts: Path) -> None:
    seen: Counter[str] = Counter()
    for name, ours, theirs in examples(charts, "Observation"):
        assert (ours.id, ours.status) == (theirs.id, theirs.status), name
        assert_same_concept(shapes.concept_in(ours.code), theirs.code, name)
        assert_same_moment(ours.effective_date_time, theirs.effectiveDateTime, name)
        assert (ours.effective_period is None) is (theirs.effectivePeriod is None), name
        assert_same_quantity(ours.value_quantity, theirs.valueQuantity, name)
        assert_same_concept(ours.value_codeable_concept, theirs.valueCodeableConcept, name)
        assert ours.value_string == theirs.valueString, name
        reference = shapes.reference_in(ours.subject)
        assert (reference.reference if reference else None) == (theirs.subject.reference if theirs.subject else None), (
            name
        )
        ranges, interpretations = shapes.ranges_in(ours.reference_range), shapes.concepts_in(ours.interpretation)
        assert len(ranges or ()) == len(theirs.referenceRange or ()), name
        for range_, model in zip(ranges or (), theirs.referenceRange or (), strict=True):
            assert_same_quantity(range_.low, model.low, name)
            assert_same_quantity(range_.high, model.high, name)
            assert range_.text == model.text, name
        for concept, model in zip(interpretations or (), theirs.interpretation or (), strict=True):
            assert_same_concept(concept, model, name)
        for component, model in zip(ours.component or (), theirs.component or (), strict=True):
            assert_same_concept(shapes.concept_in(component.code), model.code, name)
            assert_same_quantity(component.value_quantity, model.valueQuantity, name)
        seen["all"] += 1
        seen["quantity"] += ours.value_quantity is not None
        seen["range"] += bool(ranges)

    assert seen["all"] > 80
    assert seen["quantity"] > 40
    assert seen["range"] > 10


@pytest.mark.charts
def test_conditions_are_read_as_the_models_read_them(charts: Path) -> None:
    count = 0
    for name, ours, theirs in examples(charts, "Condition"):
        assert ours.id == theirs.id, name
        assert_same_concept(shapes.concept_in(ours.code), theirs.code, name)
        assert_same_concept(shapes.concept_in(ours.clinical_status), theirs.clinicalStatus, name)
        assert_same_concept(shapes.concept_in(ours.verification_status), theirs.verificationStatus, name)
        assert_same_concept(shapes.concept_in(ours.severity), theirs.severity, name)
        assert_same_moment(ours.onset_date_time, theirs.onsetDateTime, name)
        assert_same_moment(ours.abatement_date_time, theirs.abatementDateTime, name)
        assert_same_moment(ours.recorded_date, theirs.recordedDate, name)
        assert_same_quantity(ours.onset_age, theirs.onsetAge, name)
        assert ours.onset_string == theirs.onsetString, name
        count += 1

    assert count > 10


@pytest.mark.charts
def test_orders_are_read_as_the_models_read_them(charts: Path) -> None:
    count = doses = 0
    for name, ours, theirs in examples(charts, "MedicationRequest"):
        assert (ours.id, ours.status, ours.intent, ours.do_not_perform) == (
            theirs.id,
            theirs.status,
            theirs.intent,
            theirs.doNotPerform,
        ), name
        assert_same_concept(shapes.concept_in(ours.medication_codeable_concept), theirs.medicationCodeableConcept, name)
        reference = theirs.medicationReference
        assert (ours.medication_reference.reference if ours.medication_reference else None) == (
            reference.reference if reference else None
        ), name
        assert_same_moment(ours.authored_on, theirs.authoredOn, name)
        dosages = shapes.dosages_in(ours.dosage_instruction)
        for dosage, model in zip(dosages or (), theirs.dosageInstruction or (), strict=True):
            assert_same_concept(shapes.concept_in(dosage.route), model.route, name)
            for dose, rate in zip(dosage.dose_and_rate or (), model.doseAndRate or (), strict=True):
                assert_same_quantity(dose.dose_quantity, rate.doseQuantity, name)
                doses += 1
            repeat = dosage.timing.repeat if dosage.timing else None
            if repeat is not None and repeat.period is not None:
                assert repeat.period == model.timing.repeat.period, name
                assert repeat.period_unit == model.timing.repeat.periodUnit, name
                assert (repeat.frequency is None) is (model.timing.repeat.frequency is None), name
        dispense = shapes.dispense_request_in(ours.dispense_request)
        if dispense is not None and dispense.validity_period is not None:
            assert_same_moment(dispense.validity_period.start, theirs.dispenseRequest.validityPeriod.start, name)
            assert_same_moment(dispense.validity_period.end, theirs.dispenseRequest.validityPeriod.end, name)
        count += 1

    assert count > 35
    assert doses > 30


@pytest.mark.charts
def test_immunizations_are_read_as_the_models_read_them(charts: Path) -> None:
    count = 0
    for name, ours, theirs in examples(charts, "Immunization"):
        assert (ours.id, ours.status, ours.occurrence_string) == (theirs.id, theirs.status, theirs.occurrenceString), (
            name
        )
        assert_same_concept(shapes.concept_in(ours.vaccine_code), theirs.vaccineCode, name)
        assert_same_moment(ours.occurrence_date_time, theirs.occurrenceDateTime, name)
        reference = shapes.reference_in(ours.subject)
        assert (reference.reference if reference else None) == theirs.patient.reference, name
        count += 1

    assert count > 5


@pytest.mark.charts
def test_patients_are_read_as_the_models_read_them(charts: Path) -> None:
    count = 0
    for name, ours, theirs in examples(charts, "Patient"):
        assert (ours.id, ours.gender, ours.deceased_boolean) == (theirs.id, theirs.gender, theirs.deceasedBoolean), name
        assert_same_moment(ours.birth_date, theirs.birthDate, name)
        assert_same_moment(ours.deceased_date_time, theirs.deceasedDateTime, name)
        assert [(one.system, one.value) for one in ours.identifier or ()] == [
            (one.system, one.value) for one in theirs.identifier or ()
        ], name
        count += 1

    assert count > 15
