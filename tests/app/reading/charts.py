"""Small invented charts as FHIR JSON, and what is read out of them."""

import json
from datetime import date
from functools import cache
from typing import Any

from app.reading.page import Page, decode_page
from app.reading.record import Reading, read_record
from mappings.terminology import Terminology, load_terminology
from trials.record import Result

TODAY = date(2026, 3, 1)
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
CVX = "http://hl7.org/fhir/sid/cvx"
UCUM = "http://unitsofmeasure.org"

HAEMOGLOBIN = {"coding": [{"system": LOINC, "code": "718-7", "display": "Hemoglobin [Mass/volume] in Blood"}]}
INR = {
    "coding": [
        {"system": LOINC, "code": "6301-6", "display": "INR in Platelet poor plasma by Coagulation assay"},
    ]
}
HBSAG = {"coding": [{"system": LOINC, "code": "5195-3", "display": "HBV surface Ag Ser Ql"}]}
HBV_DNA = {"coding": [{"system": LOINC, "code": "42595-9", "display": "HBV DNA SerPl PCR-aCnc"}]}
RPR_TITRE = {"coding": [{"system": LOINC, "code": "31147-2", "display": "Reagin Ab [Titer] in Serum by RPR"}]}
CSSRS = {"text": "C-SSRS"}
DSDNA = {"coding": [{"system": LOINC, "code": "5130-0", "display": "DNA double strand Ab [Units/volume] in Serum"}]}
PROTEIN_24H = {"coding": [{"system": LOINC, "code": "2889-4", "display": "Protein [Mass/time] in 24 hour Urine"}]}
LUPUS = {"coding": [{"system": SNOMED, "code": "55464009", "display": "Systemic lupus erythematosus"}]}
PREDNISONE = {"coding": [{"system": RXNORM, "code": "8640", "display": "prednisone"}]}


@cache
def terminology() -> Terminology:
    """The real one."""
    return load_terminology()


def patient(**fields: Any) -> dict[str, Any]:
    """A woman of forty."""
    return {"resourceType": "Patient", "id": "anna", "gender": "female", "birthDate": "1986-02-01", **fields}


def observation(code: Any = HAEMOGLOBIN, **fields: Any) -> dict[str, Any]:
    """A final result of a week ago."""
    return {
        "resourceType": "Observation",
        "id": "one",
        "status": "final",
        "code": code,
        "subject": {"reference": "Patient/anna"},
        "effectiveDateTime": "2026-02-22T08:00:00Z",
        **fields,
    }


def condition(code: Any = LUPUS, **fields: Any) -> dict[str, Any]:
    """An active, confirmed diagnosis."""
    return {
        "resourceType": "Condition",
        "id": "one",
        "code": code,
        "subject": {"reference": "Patient/anna"},
        "clinicalStatus": {"coding": [{"code": "active"}]},
        "verificationStatus": {"coding": [{"code": "confirmed"}]},
        **fields,
    }


def order(code: Any = PREDNISONE, **fields: Any) -> dict[str, Any]:
    """An active order."""
    return {
        "resourceType": "MedicationRequest",
        "id": "one",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/anna"},
        "authoredOn": "2026-01-10",
        **({} if code is None else {"medicationCodeableConcept": code}),
        **fields,
    }


def quantity(value: Any, unit: str | None = None, **fields: Any) -> dict[str, Any]:
    """A Quantity in UCUM, or without a unit."""
    coded = {} if unit is None else {"unit": unit, "system": UCUM, "code": unit}
    return {"value": value, **coded, **fields}


def period(start: str | None = None, end: str | None = None) -> dict[str, str]:
    """A Period."""
    return {key: text for key, text in (("start", start), ("end", end)) if text}


def bundle(*resources: Any, **fields: Any) -> bytes:
    """A searchset of these resources."""
    entries = [{"resource": resource} for resource in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries, **fields}).encode()


def page(*resources: Any) -> Page:
    """A page of these resources."""
    return decode_page(bundle(*resources))


def reading(*resources: Any, **arguments: Any) -> Reading:
    """What is read of the patient and these resources."""
    pages = [page(patient(), *resources)]
    return read_record(pages, **{"terminology": terminology(), "today": TODAY, "patient_id": "anna", **arguments})


def result(code: Any = HAEMOGLOBIN, name: str = "haemoglobin", **fields: Any) -> Result:
    """The only result of that name that an Observation gives."""
    (found,) = reading(observation(code, **fields)).record.results[name]
    return found


def reasons(found: Reading) -> dict[str, str]:
    """Why resources were ignored."""
    return dict(found.ignored)
