"""Turns one invented patient's short form into full FHIR R4 resources for a given day."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final

from msgspec.structs import replace

from app.sandbox.compact import Chart, Codebook, Done, Drug, Finding, Problem, Term
from app.sandbox.concepts import Json, concept, hl7, quantity, reference_range
from app.sandbox.days import day, fhir_date, fhir_instant

_HTEST: Final = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
    "code": "HTEST",
    "display": "test health data",
}
_RESOURCE_OF: Final = {
    "request": "MedicationRequest",
    "statement": "MedicationStatement",
    "administration": "MedicationAdministration",
}


def resources(chart: Chart, book: Codebook, today: date) -> list[Json]:
    """The Patient first, then everything that is charted about them, each with a stable id."""
    return list(_Expansion(chart, book, today).everything())


class _Expansion:
    """One patient on one day, and how many resources of each type have been numbered so far."""

    def __init__(self, chart: Chart, book: Codebook, today: date) -> None:
        self.chart = chart
        self.book = book
        self.today = today
        self.numbered: dict[str, int] = {}

    def everything(self) -> Iterator[Json]:
        chart = self.chart
        yield self.patient()
        for problem in chart.problems:
            yield self.condition(problem)
        for drug in chart.drugs:
            yield from self.medication(drug)
        for finding in self.findings():
            yield self.observation(finding)
        for shot in chart.vaccinations:
            yield self.immunization(shot)
        for done in chart.procedures:
            yield self.procedure(done)

    def patient(self) -> Json:
        chart = self.chart
        built: Json = {
            "resourceType": "Patient",
            "id": chart.id,
            "meta": {"security": [_HTEST]},
            "name": [{"use": "official", "family": chart.family, "given": [chart.given]}],
            "gender": chart.sex,
            "birthDate": fhir_date(chart.born, self.today),
        }
        return {**built, "deceasedDateTime": fhir_date(chart.died, self.today)} if chart.died else built

    def condition(self, problem: Problem) -> Json:
        built = self.started("Condition") | {
            "category": [hl7("condition-category", "problem-list-item")],
            "code": self.named(problem.of, problem.text, "diagnoses"),
            "subject": self.subject,
        }
        if problem.verification != "entered-in-error":  # con-5: such a condition has no clinical status
            built["clinicalStatus"] = hl7("condition-clinical", problem.clinical)
        if problem.verification:
            built["verificationStatus"] = hl7("condition-ver-status", problem.verification)
        days = {"onsetDateTime": problem.onset, "abatementDateTime": problem.abated, "recordedDate": problem.recorded}
        return built | {key: fhir_date(written, self.today) for key, written in days.items() if written}

    def medication(self, drug: Drug) -> Iterator[Json]:
        code = self.named(drug.of, drug.text, "medications")
        what: Json = {"medicationCodeableConcept": code}
        if drug.by_reference:
            kept = self.started("Medication") | {"status": "active", "code": code}
            yield kept
            what = {"medicationReference": {"reference": f"Medication/{kept['id']}", "display": code["text"]}}
        for number in range(drug.times):
            yield self.course(drug, what, number)

    def course(self, drug: Drug, what: Json, number: int) -> Json:
        built = self.started(_RESOURCE_OF[drug.kind]) | {
            "status": drug.status or ("active" if drug.end is None and drug.kind != "administration" else "completed"),
            **what,
            "subject": self.subject,
        }
        match drug.kind:
            case "request":
                return built | {"intent": "order"} | self.ordered(drug)
            case "statement":
                return built | self.effective(drug) | self.dosed(drug, "dosage")
            case _:
                given = day(drug.start or "", self.today) + timedelta(days=number * (drug.every_days or 0))
                route = self.route(drug)
                dosage = {"dosage": {"text": drug.dose or "as charted"} | route} if drug.dose or route else {}
                return built | {"effectiveDateTime": f"{given.isoformat()}T10:00:00+00:00"} | dosage

    def ordered(self, drug: Drug) -> Json:
        """When an order was written and until when it is valid."""
        built: Json = {"authoredOn": fhir_date(drug.start, self.today)} if drug.start else {}
        if drug.start and drug.end:
            period = {"start": fhir_date(drug.start, self.today), "end": fhir_date(drug.end, self.today)}
            built["dispenseRequest"] = {"validityPeriod": period}
        return built | self.dosed(drug, "dosageInstruction")

    def effective(self, drug: Drug) -> Json:
        ends = {"start": drug.start, "end": drug.end}
        period = {end: fhir_date(written, self.today) for end, written in ends.items() if written}
        return {"effectivePeriod": period} if period else {}

    def dosed(self, drug: Drug, field: str) -> Json:
        dosage: Json = {"text": drug.dose} if drug.dose else {}
        if drug.daily_mg is not None:
            dosage["timing"] = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
            dosage["doseAndRate"] = [{"doseQuantity": quantity(drug.daily_mg, "mg")}]
        dosage |= self.route(drug)
        return {field: [dosage]} if dosage else {}

    def route(self, drug: Drug) -> Json:
        term = self.book.medications[drug.of] if drug.of else None
        return {"route": concept(self.book.routes[term.route])} if term and term.route else {}

    def findings(self) -> Iterator[Finding]:
        """The results of the panels, then the single ones, each with its day."""
        for panel in self.chart.panels:
            instead = {finding.of: finding for finding in panel.but}
            for usual in self.book.panels[panel.panel]:
                if usual.of in panel.without:
                    continue
                found = instead.get(usual.of, usual)
                yield found if found.day else replace(found, day=panel.day, at=panel.at)
        yield from self.chart.results

    def observation(self, finding: Finding) -> Json:
        term = self.book.results[finding.of]
        built = self.started("Observation") | {"status": finding.status}
        category = term.category or ("laboratory" if term.loinc else None)
        if category:
            built["category"] = [hl7("observation-category", category)]
        built |= {"code": concept(term), "subject": self.subject}
        if finding.day:
            built["effectiveDateTime"] = fhir_instant(finding.day, self.today, finding.at)
        built |= self.found(finding, term)
        if finding.parts:
            built["component"] = [self.component(part) for part in finding.parts]
        return built

    def component(self, part: Finding) -> Json:
        term = self.book.results[part.of]
        return {"code": concept(term)} | self.found(part, term)

    def found(self, finding: Finding, term: Term) -> Json:
        """The value, its interpretation and its normal range."""
        unit = finding.unit or term.unit
        built: Json = {}
        if finding.value is not None:
            built["valueQuantity"] = quantity(finding.value, unit)
        elif finding.answer:
            built["valueCodeableConcept"] = concept(self.book.answers[finding.answer])
        elif finding.text:
            built["valueString"] = finding.text
        elif finding.ratio:
            numerator, denominator = finding.ratio
            built["valueRatio"] = {"numerator": {"value": numerator}, "denominator": {"value": denominator}}
        if finding.flag:
            built["interpretation"] = [hl7("v3-ObservationInterpretation", finding.flag)]
        ranges = reference_range(finding, term, unit)
        return built | ({"referenceRange": ranges} if ranges else {})

    def immunization(self, shot: Done) -> Json:
        return self.started("Immunization") | {
            "status": shot.status,
            "vaccineCode": concept(self.book.vaccines[shot.of]),
            "patient": self.subject,
            "occurrenceDateTime": fhir_date(shot.day, self.today),
        }

    def procedure(self, done: Done) -> Json:
        return self.started("Procedure") | {
            "status": done.status,
            "code": concept(self.book.procedures[done.of]),
            "subject": self.subject,
            "performedDateTime": fhir_date(done.day, self.today),
        }

    @property
    def subject(self) -> Json:
        return {"reference": f"Patient/{self.chart.id}"}

    def started(self, kind: str) -> dict[str, Any]:
        """A resource with the next id of its type: "testfrau-amelie-observation-3"."""
        self.numbered[kind] = self.numbered.get(kind, 0) + 1
        return {"resourceType": kind, "id": f"{self.chart.id}-{kind.lower()}-{self.numbered[kind]}"}

    def named(self, of: str | None, text: str | None, kind: str) -> Json:
        """The concept of a codebook name, or a text alone."""
        if of is None:
            return {"text": text or ""}
        term: Term = getattr(self.book, kind)[of]
        return concept(term)
