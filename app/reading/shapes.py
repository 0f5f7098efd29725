"""The fields of FHIR R4 resources that verdicts rest on, and no others: lean shapes that JSON is decoded into.

Unknown fields are skipped. A field of the wrong JSON kind fails its resource. Numbers are exact decimals, dates
stay text. A field that repeats all over a chart (whose it is, what it is called), or that only a few resources are
asked for, stays undecoded bytes: it is decoded once for all that say the same, or only where it matters.
"""

from decimal import Decimal

from msgspec import Raw, Struct, field

from app.reading.lazy import NOTHING, lazy


class Coding(Struct, gc=False):
    system: str | None = None
    code: str | None = None
    display: str | None = None


class Concept(Struct, gc=False):
    """A CodeableConcept."""

    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(Struct, gc=False):
    system: str | None = None
    value: str | None = None


class Reference(Struct, gc=False):
    reference: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Period(Struct, gc=False):
    start: str | None = None
    end: str | None = None


class Quantity(Struct, gc=False):
    """Also an Age, a Duration and a SimpleQuantity."""

    value: Decimal | None = None
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Struct, gc=False):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Struct, gc=False):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Repeat(Struct, gc=False, rename="camel"):
    bounds_period: Period | None = None
    bounds_duration: Quantity | None = None
    frequency: Decimal | None = None
    frequency_max: Decimal | None = None
    period: Decimal | None = None
    period_max: Decimal | None = None
    period_unit: str | None = None
    time_of_day: list[str] | None = None
    when: list[str] | None = None


class Timing(Struct, gc=False):
    event: list[str] | None = None
    repeat: Repeat | None = None
    code: Concept | None = None


class DoseAndRate(Struct, gc=False, rename="camel"):
    dose_quantity: Quantity | None = None
    dose_range: Range | None = None


class Dosage(Struct, gc=False, rename="camel"):
    timing: Timing | None = None
    as_needed_boolean: bool | None = None
    as_needed_codeable_concept: Concept | None = None
    route: Raw = NOTHING
    dose_and_rate: list[DoseAndRate] | None = None


class Resource(Struct, gc=False, rename="camel", tag_field="resourceType"):
    """What every resource has."""

    id: str | None = None
    meta: Raw = NOTHING
    """Read only where two versions of one resource meet."""
    contained: Raw = NOTHING
    """Read only where a reference points into it."""


class Meta(Struct, gc=False, rename="camel"):
    version_id: str | None = None
    last_updated: str | None = None


class Patient(Resource, gc=False, tag="Patient"):
    identifier: list[Identifier] | None = None
    birth_date: str | None = None
    gender: str | None = None
    deceased_boolean: bool | None = None
    deceased_date_time: str | None = None


class ReferenceRange(Struct, gc=False, rename="camel"):
    low: Quantity | None = None
    high: Quantity | None = None
    type: Concept | None = None
    applies_to: list[Concept] | None = None
    age: Range | None = None
    text: str | None = None


class Valued(Resource, gc=False):
    """What an Observation and each of its components say."""

    code: Raw = NOTHING
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Decimal | None = None
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    data_absent_reason: Raw = NOTHING
    interpretation: Raw = NOTHING
    reference_range: Raw = NOTHING


class Component(Valued, gc=False, tag=False):
    """One of several results in an Observation; no resource of its own."""


class Observation(Valued, gc=False, tag="Observation"):
    status: str | None = None
    subject: Raw = NOTHING
    effective_date_time: str | None = None
    effective_period: Period | None = None
    effective_instant: str | None = None
    effective_timing: Timing | None = None
    component: list[Component] | None = None


class Stage(Struct, gc=False):
    summary: Concept | None = None


class Condition(Resource, gc=False, tag="Condition"):
    code: Raw = NOTHING
    subject: Raw = NOTHING
    clinical_status: Raw = NOTHING
    verification_status: Raw = NOTHING
    severity: Raw = NOTHING
    stage: list[Stage] | None = None
    onset_date_time: str | None = None
    onset_age: Quantity | None = None
    onset_period: Period | None = None
    onset_range: Range | None = None
    onset_string: str | None = None
    abatement_date_time: str | None = None
    abatement_age: Quantity | None = None
    abatement_period: Period | None = None
    abatement_range: Range | None = None
    abatement_string: str | None = None
    recorded_date: str | None = None


class Ingredient(Struct, gc=False, rename="camel"):
    item_codeable_concept: Concept | None = None
    item_reference: Reference | None = None
    is_active: bool | None = None


class Medication(Resource, gc=False, tag="Medication"):
    code: Concept | None = None
    form: Concept | None = None
    ingredient: list[Ingredient] | None = None


class DrugEntry(Resource, gc=False):
    """What the four kinds of entries about a drug share."""

    status: str | None = None
    subject: Raw = NOTHING
    medication_codeable_concept: Raw = NOTHING
    medication_reference: Reference | None = None


class DispenseRequest(Struct, gc=False, rename="camel"):
    validity_period: Period | None = None


class MedicationRequest(DrugEntry, gc=False, tag="MedicationRequest"):
    intent: str | None = None
    do_not_perform: bool | None = None
    authored_on: str | None = None
    dosage_instruction: Raw = NOTHING
    dispense_request: Raw = NOTHING


class MedicationStatement(DrugEntry, gc=False, tag="MedicationStatement"):
    effective_date_time: str | None = None
    effective_period: Period | None = None
    dosage: Raw = NOTHING


class AdministeredDosage(Struct, gc=False):
    route: Raw = NOTHING
    dose: Quantity | None = None


class MedicationAdministration(DrugEntry, gc=False, tag="MedicationAdministration"):
    effective_date_time: str | None = None
    effective_period: Period | None = None
    dosage: Raw = NOTHING


class MedicationDispense(DrugEntry, gc=False, tag="MedicationDispense"):
    when_handed_over: str | None = None
    days_supply: Quantity | None = None
    dosage_instruction: Raw = NOTHING


class Procedure(Resource, gc=False, tag="Procedure"):
    status: str | None = None
    code: Raw = NOTHING
    subject: Raw = NOTHING
    performed_date_time: str | None = None
    performed_period: Period | None = None
    performed_string: str | None = None
    performed_age: Quantity | None = None
    performed_range: Range | None = None


class Immunization(Resource, gc=False, tag="Immunization"):
    status: str | None = None
    vaccine_code: Raw = NOTHING
    subject: Raw = field(default=NOTHING, name="patient")
    occurrence_date_time: str | None = None
    occurrence_string: str | None = None


class Reaction(Struct, gc=False):
    substance: Concept | None = None
    severity: str | None = None


class AllergyIntolerance(Resource, gc=False, tag="AllergyIntolerance"):
    clinical_status: Raw = NOTHING
    verification_status: Raw = NOTHING
    type: str | None = None
    criticality: str | None = None
    code: Concept | None = None
    subject: Raw = field(default=NOTHING, name="patient")
    onset_date_time: str | None = None
    recorded_date: str | None = None
    reaction: list[Reaction] | None = None


concept_in = lazy(Concept)
concepts_in = lazy(list[Concept])
reference_in = lazy(Reference)
ranges_in = lazy(list[ReferenceRange])
dosages_in = lazy(list[Dosage])
administered_dosage_in = lazy(AdministeredDosage)
dispense_request_in = lazy(DispenseRequest)
meta_in = lazy(Meta)
