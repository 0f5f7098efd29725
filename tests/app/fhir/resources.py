"""Invented resources and Bundles of one patient, as small as a pull can tell them apart."""

from typing import Any

from cds_hooks.prefetch import Search, searches
from mappings.terminology import load_terminology
from trials.needs import Needs

Json = dict[str, Any]

PATIENT_ID = "pat-1"
PATIENT: Json = {"resourceType": "Patient", "id": PATIENT_ID, "birthDate": "1980-01-01"}

SEARCHES: tuple[Search, ...] = searches(
    Needs(frozenset({"neutrophils", "mrss"}), frozenset({"diagnosis", "result", "medication", "immunization"})),
    load_terminology(),
)
"""Patient, conditions, observations, scores, uncategorised, three kinds of drug entries, immunizations."""


def condition(id: str = "c1", patient: str = PATIENT_ID) -> Json:
    return {
        "resourceType": "Condition",
        "id": id,
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"text": "x"},
    }


def observation(id: str, taken: str | None = "2026-01-01", patient: str = PATIENT_ID) -> Json:
    moment = {} if taken is None else {"effectiveDateTime": taken}
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "subject": {"reference": f"Patient/{patient}"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "751-8"}], "text": "x"},
        **moment,
    }


def order(id: str, medication: str) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": id,
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{PATIENT_ID}"},
        "medicationReference": {"reference": medication},
    }


def medication(id: str) -> Json:
    return {"resourceType": "Medication", "id": id, "code": {"text": "x"}}


def bundle(*resources: Json, next: str | None = None) -> Json:
    found: Json = {"resourceType": "Bundle", "type": "searchset"}
    if next is not None:
        found["link"] = [{"relation": "next", "url": next}]
    if resources:
        found["entry"] = [{"resource": resource} for resource in resources]
    return found


def outcome(severity: str = "error") -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": severity, "code": "processing"}]}
