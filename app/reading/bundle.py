"""What a FHIR server or an EHR sends: a Bundle, or one resource of any type, as one union that is decoded at once."""

from typing import Any, Union

from msgspec import Struct, defstruct

from app.reading.shapes import (
    AllergyIntolerance,
    Condition,
    Immunization,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Patient,
    Procedure,
    Resource,
)


class Issue(Struct, gc=False):
    severity: str | None = None


class OperationOutcome(Resource, gc=False, tag="OperationOutcome"):
    issue: list[Issue] | None = None


class Link(Struct, gc=False):
    relation: str | None = None
    url: str | None = None


class Response(Struct, gc=False):
    """How one request of a batch went."""

    status: str | None = None


class Entry(Struct, gc=False, rename="camel"):
    full_url: str | None = None
    resource: "AnyResource | None" = None
    response: Response | None = None


class Bundle(Resource, gc=False, tag="Bundle"):
    link: list[Link] | None = None
    entry: list[Entry | None] | None = None


READ: tuple[type[Resource], ...] = (
    AllergyIntolerance,
    Bundle,
    Condition,
    Immunization,
    Medication,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Observation,
    OperationOutcome,
    Patient,
    Procedure,
)
"""The types whose fields are read."""

_OTHER_TYPES = """
Account ActivityDefinition AdverseEvent Appointment AppointmentResponse AuditEvent Basic Binary
BiologicallyDerivedProduct BodyStructure CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
CompartmentDefinition Composition ConceptMap Consent Contract Coverage CoverageEligibilityRequest
CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy
ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
Location Measure MeasureReport Media MedicationKnowledge MessageDefinition MessageHeader MolecularSequence
NamingSystem NutritionOrder ObservationDefinition OperationDefinition Organization OrganizationAffiliation
Parameters PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Provenance
Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition
ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot
Specimen SpecimenDefinition StructureDefinition StructureMap Subscription Substance SubstanceSpecification
SupplyDelivery SupplyRequest Task TerminologyCapabilities TestReport TestScript ValueSet VerificationResult
VisionPrescription
"""
"""Types that may stand in a chart and that no verdict rests on."""

_OTHERS = tuple(
    defstruct(name, [], bases=(Resource,), namespace={"__doc__": "Not read."}, tag=name, gc=False)
    for name in _OTHER_TYPES.split()
)

TYPES = frozenset(kind.__name__ for kind in READ + _OTHERS)
"""The names of all resource types that may stand in a chart."""

# One union over all of them: an Encounter among the results must not cost the fast way through the whole Bundle.
AnyResource: Any = Union[READ + _OTHERS]  # noqa: UP007 - built at run time
