"""Turns a chart of the short form into the FHIR R4 Bundle that a server would answer; knows FHIR's shapes alone."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import msgspec

from app.cases.codes import coded, concept
from app.cases.dates import chart_date, chart_instant
from app.cases.results import components, hl7, measured
from app.cases.short import Fact, Short
from mappings.source import Part
from mappings.terminology import Terminology

Json = dict[str, Any]

PATIENT: Final = "patient"
"""The id of every case's patient."""
OTHER_PATIENT: Final = "another"

_JSON = msgspec.json.Encoder(decimal_format="number")
_TYPE_OF_LIST: Final[Mapping[str, str]] = {
    "results": "Observation",
    "conditions": "Condition",
    "immunizations": "Immunization",
    "procedures": "Procedure",
    "allergies": "AllergyIntolerance",
}
_TYPE_OF_DRUG: Final[Mapping[str, str]] = {
    "request": "MedicationRequest",
    "statement": "MedicationStatement",
    "administration": "MedicationAdministration",
}
_CLINICAL: Final = ("active", "recurrence", "relapse", "inactive", "remission", "resolved")
_PATIENT_OF: Final = frozenset({"Immunization", "AllergyIntolerance"})


def bundle(short: Short, as_of: date, terminology: Terminology) -> bytes:
    """The searchset of the patient and everything that is charted about them."""
    resources = list(_Expansion(short, as_of, terminology).everything())
    entries = [{"resource": resource} for resource in resources]
    return _JSON.encode({"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries})


class _Expansion:
    """One chart on one day, and how many resources of each type have been numbered so far."""

    def __init__(self, short: Short, as_of: date, terminology: Terminology) -> None:
        self.short = short
        self.as_of = as_of
        self.terminology = terminology
        self.numbered: dict[str, int] = {}

    def everything(self) -> Iterator[Json]:
        yield self.patient()
        for fact in self.short.facts:
            yield self.resource(fact)
        yield from self.short.resources

    def patient(self) -> Json:
        said = self.short.patient
        built: Json = {"resourceType": "Patient", "id": PATIENT}
        if "sex" in said and said["sex"].text() != "none":
            built["gender"] = said["sex"].one_of(("female", "male", "other", "unknown"))
        return built | self.dates(said, {"born": "birthDate", "died": "deceasedDateTime"})

    def resource(self, fact: Fact) -> Json:
        match fact.list:
            case "results":
                return self.observation(fact)
            case "conditions":
                return self.condition(fact)
            case "medications":
                return self.medication(fact)
            case "allergies":
                return self.allergy(fact)
            case _:
                return self.event(fact)

    def observation(self, fact: Fact) -> Json:
        status = fact.said("status")
        built = self.started(fact, "Observation", status.text() if status else "final")
        day, issued = fact.said("day"), fact.said("issued")
        if day is not None:
            built["effectiveDateTime"] = chart_instant(day, self.as_of, fact.said("at"))
        if issued is not None:
            built["issued"] = chart_instant(issued, self.as_of, None)
        return built | {"code": concept(fact, self.terminology)} | measured(fact) | components(fact)

    def condition(self, fact: Fact) -> Json:
        built = self.started(fact, "Condition", None) | {"code": concept(fact, self.terminology)}
        verification = fact.said("verification")
        status = verification.text() if verification else None if "verification" in fact.rest else "confirmed"
        if status:
            built["verificationStatus"] = hl7("condition-ver-status", status)
        if fact.value.text() != "none" and status != "entered-in-error":  # con-5: a mistake has no clinical status
            clinical = fact.value.one_of(("current", *_CLINICAL))
            built["clinicalStatus"] = hl7("condition-clinical", "active" if clinical == "current" else clinical)
        if (severity := fact.said("severity")) is not None:
            built["severity"] = {"text": severity.one_of(("mild", "moderate", "severe"))}
        keys = {"onset": "onsetDateTime", "abated": "abatementDateTime", "recorded": "recordedDate"}
        return built | self.dates(fact.rest, keys)

    def medication(self, fact: Fact) -> Json:
        kind = fact.said("as")
        resource_type = _TYPE_OF_DRUG[kind.one_of(_TYPE_OF_DRUG) if kind else "request"]
        built = self.started(fact, resource_type, fact.value.text())
        built["medicationCodeableConcept"] = concept(fact, self.terminology)
        return built | (self.ordered(fact) if resource_type == "MedicationRequest" else self.effective(fact))

    def ordered(self, fact: Fact) -> Json:
        """When an order was written and until when it is valid, and by which way the drug is given."""
        intent = fact.said("intent")
        built: Json = {"intent": intent.text() if intent else "order"} | self.dates(fact.rest, {"start": "authoredOn"})
        if fact.said("end") is not None:
            built["dispenseRequest"] = {"validityPeriod": self.dates(fact.rest, {"start": "start", "end": "end"})}
        route = fact.said("route")
        return built | ({"dosageInstruction": [{"route": coded(route)}]} if route else {})

    def effective(self, fact: Fact) -> Json:
        """When a drug was taken or given; a start alone of an administration is one dose."""
        as_statement = fact.rest["as"].text() == "statement"
        if as_statement or fact.said("end") is not None:
            period = self.dates(fact.rest, {"start": "start", "end": "end"})
            built: Json = {"effectivePeriod": period} if period else {}
        else:
            built = self.dates(fact.rest, {"start": "effectiveDateTime"})
        route = fact.said("route")
        dosage = {"route": coded(route)} if route else {}
        return built | ({"dosage": [dosage] if as_statement else dosage} if dosage else {})

    def allergy(self, fact: Fact) -> Json:
        built = self.started(fact, "AllergyIntolerance", None) | {"code": concept(fact, self.terminology)}
        verification, severity = fact.said("verification"), fact.said("severity")
        if fact.value.text() != "none":
            clinical = fact.value.one_of(("active", "inactive", "resolved"))
            built["clinicalStatus"] = hl7("allergyintolerance-clinical", clinical)
        built["verificationStatus"] = hl7(
            "allergyintolerance-verification", verification.text() if verification else "confirmed"
        )
        if severity is not None:
            grade = severity.one_of(("mild", "moderate", "severe"))
            built["reaction"] = [{"manifestation": [{"text": "reaction"}], "severity": grade}]
        return built | self.dates(fact.rest, {"recorded": "recordedDate"})

    def event(self, fact: Fact) -> Json:
        """A procedure or a vaccination."""
        resource_type = _TYPE_OF_LIST[fact.list]
        vaccine = resource_type == "Immunization"
        built = self.started(fact, resource_type, fact.value.text())
        built["vaccineCode" if vaccine else "code"] = concept(fact, self.terminology)
        if vaccine and fact.said("day") is None:  # FHIR wants a date or a word of every vaccination
            return built | {"occurrenceString": "not recorded"}
        return built | self.dates(fact.rest, {"day": "occurrenceDateTime" if vaccine else "performedDateTime"})

    def started(self, fact: Fact, resource_type: str, status: str | None) -> Json:
        """A resource with the next id of its type, its status and its patient."""
        self.numbered[resource_type] = self.numbered.get(resource_type, 0) + 1
        subject = fact.said("subject")
        whose = subject.one_of((PATIENT, OTHER_PATIENT)) if subject else PATIENT
        built: Json = {"resourceType": resource_type, "id": f"{resource_type.lower()}-{self.numbered[resource_type]}"}
        if status is not None:
            built["status"] = status
        return built | {"patient" if resource_type in _PATIENT_OF else "subject": {"reference": f"Patient/{whose}"}}

    def dates(self, said: Mapping[str, Part], keys: Mapping[str, str]) -> Json:
        """The dates that are said, under FHIR's keys."""
        return {
            key: chart_date(said[word], self.as_of)
            for word, key in keys.items()
            if word in said and said[word].text() != "none"
        }
