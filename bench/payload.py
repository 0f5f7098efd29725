"""Seeded patient-view requests: an invented patient with 30 conditions, 40 orders and as many results as asked for."""

import json
import random
from datetime import date, timedelta
from typing import Any

SNOMED, ICD10CM = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"
LOINC, RXNORM, UCUM = "http://loinc.org", "http://www.nlm.nih.gov/research/umls/rxnorm", "http://unitsofmeasure.org"
HL7 = "http://terminology.hl7.org/CodeSystem"
PATIENT = "bench-patient"

RESULTS = (
    ("751-8", "Neutrophils [#/volume] in Blood by Automated count", "10*9/L", 2.0, 7.5, 4.1),
    ("777-3", "Platelets [#/volume] in Blood by Automated count", "10*9/L", 150, 400, 240),
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 12, 16, 13.2),
    ("1920-8", "Aspartate aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 5, 40, 24),
    ("1742-6", "Alanine aminotransferase [Enzymatic activity/volume] in Serum or Plasma", "U/L", 5, 40, 22),
    ("1975-2", "Bilirubin.total [Mass/volume] in Serum or Plasma", "mg/dL", 0.2, 1.2, 0.6),
    ("2160-0", "Creatinine [Mass/volume] in Serum or Plasma", "mg/dL", 0.5, 1.1, 0.8),
    ("2458-8", "IgA [Mass/volume] in Serum or Plasma", "mg/dL", 70, 400, 180),
    ("29463-7", "Body weight", "kg", None, None, 68),
)
OTHERS = tuple((f"LAB{n:03}", f"Local analyte {n}", "mmol/L", 1, 5, 3) for n in range(21))


def request(observations: int, today: date, seed: int = 7) -> bytes:
    """A patient-view call whose prefetch answers every key, with so many Observations of 30 codes over five years."""
    chance = random.Random(seed)
    results = [_observation(n, chance, today) for n in range(observations)]
    prefetch: dict[str, Any] = {
        "patient": {"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1980-04-02"},
        "conditions": _bundle([_condition(n, chance, today) for n in range(30)]),
        "observations": _bundle(results),
        "medication-requests": _bundle([_order(n, chance, today) for n in range(40)]),
    }
    call = {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/bench", "patientId": PATIENT},
        "prefetch": prefetch,
    }
    return json.dumps(call, separators=(",", ":")).encode()


def complete(body: bytes, keys: list[str]) -> bytes:
    """The call with an empty Bundle for every other key, so that nothing is left to fetch."""
    call = json.loads(body)
    for key in keys:
        call["prefetch"].setdefault(key, _bundle([]))
    return json.dumps(call, separators=(",", ":")).encode()


def _bundle(resources: list[dict[str, Any]]) -> dict[str, Any]:
    entries = [
        {"fullUrl": f"{r['resourceType']}/{r['id']}", "resource": r, "search": {"mode": "match"}} for r in resources
    ]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(resources), "entry": entries}


def _common(kind: str, id: str, text: str) -> dict[str, Any]:
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text} of an invented patient, for measuring only</p></div>'
    meta = {"versionId": "1", "lastUpdated": "2026-01-05T08:30:00Z", "profile": [f"https://example.org/{kind}"]}
    return {"resourceType": kind, "id": id, "meta": meta, "text": {"status": "generated", "div": div}}


def _observation(n: int, chance: random.Random, today: date) -> dict[str, Any]:
    code, display, unit, low, high, mean = chance.choice(RESULTS + OTHERS)
    when = (today - timedelta(days=chance.randrange(1, 1800))).isoformat() + "T08:30:00Z"
    system = "https://example.org/labs" if code.startswith("LAB") else LOINC
    quantity = {"unit": unit, "system": UCUM, "code": unit}
    resource = _common("Observation", f"obs-{n}", display)
    resource |= {
        "status": "final",
        "category": [{"coding": [{"system": f"{HL7}/observation-category", "code": "laboratory"}]}],
        "code": {"coding": [{"system": system, "code": code, "display": display}], "text": display},
        "subject": {"reference": f"Patient/{PATIENT}", "display": "Bench"},
        "encounter": {"reference": f"Encounter/enc-{n % 50}"},
        "effectiveDateTime": when,
        "issued": when,
        "performer": [{"reference": "Organization/lab", "display": "Central laboratory"}],
        "valueQuantity": {"value": round(mean * chance.uniform(0.7, 1.4), 2), **quantity},
    }
    if low is not None:
        resource["referenceRange"] = [{"low": {"value": low, **quantity}, "high": {"value": high, **quantity}}]
    return resource


def _condition(n: int, chance: random.Random, today: date) -> dict[str, Any]:
    known = [("89155008", "Systemic sclerosis", "M34.9"), ("233703007", "Interstitial lung disease", "J84.9")]
    snomed, display, icd = known[n] if n < len(known) else ("38341003", "Hypertensive disorder", "I10")
    return _common("Condition", f"cond-{n}", display) | {
        "clinicalStatus": {"coding": [{"system": f"{HL7}/condition-clinical", "code": "active"}]},
        "verificationStatus": {"coding": [{"system": f"{HL7}/condition-ver-status", "code": "confirmed"}]},
        "code": {"coding": [{"system": SNOMED, "code": snomed, "display": display}, {"system": ICD10CM, "code": icd}]},
        "subject": {"reference": f"Patient/{PATIENT}"},
        "onsetDateTime": (today - timedelta(days=chance.randrange(200, 3000))).isoformat(),
    }


def _order(n: int, chance: random.Random, today: date) -> dict[str, Any]:
    known = [("8640", "prednisone"), ("3002", "cyclophosphamide")]
    code, display = known[n] if n < len(known) else ("7646", "omeprazole")
    return _common("MedicationRequest", f"order-{n}", display) | {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [
                {"system": RXNORM, "code": code, "display": display},
                {"system": "https://example.org/drugs", "code": f"D{n}"},
            ]
        },
        "subject": {"reference": f"Patient/{PATIENT}"},
        "authoredOn": (today - timedelta(days=chance.randrange(100, 1500))).isoformat(),
        "dosageInstruction": [
            {"text": "once daily", "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}
        ],
    }
