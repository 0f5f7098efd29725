"""What a patient took: each order, statement, infusion and box as a drug with its days, as far as the chart goes."""

from dataclasses import dataclass
from datetime import date, timedelta

from tests.differential import codes
from tests.differential.plain.chart import Chart, Json, coded, texts, word
from tests.differential.plain.days import Span, span

ORDERS = ("active", "on-hold", "stopped", "completed", "unknown")
TAKEN = ("active", "completed", "stopped", "in-progress", "on-hold", "unknown")
INTENTS = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
KINDS = ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense")
ORDER_WITHOUT_END = timedelta(days=365)


@dataclass
class Exposure:
    """One drug over some days."""

    resource: Json
    names: frozenset[str]
    """Its ingredients and the classes that hold them."""
    lost: bool
    doubted: bool
    """Its status says nothing."""
    start: Span | None
    end: Span | None
    single: bool
    """One infusion or injection, which has no length."""
    going_on: bool

    @property
    def ingredients(self) -> frozenset[str]:
        return frozenset(name for name in self.names if codes.blocks()[name]["kind"] == "drugs")


def exposures(chart: Chart) -> list[Exposure]:
    """Everything systemic that was taken by today, and what nobody can identify."""
    if "exposures" not in chart.memory:
        found = (_exposure(each, chart) for each in chart.of_type(*KINDS) if _counts(each))
        chart.memory["exposures"] = [each for each in found if each is not None]
    kept: list[Exposure] = chart.memory["exposures"]
    return kept


def _counts(resource: Json) -> bool:
    status = word(resource.get("status"))
    if resource["resourceType"] == "MedicationRequest":
        wanted = word(resource.get("intent")) in INTENTS and resource.get("doNotPerform") is not True
        return status in ORDERS and wanted
    return status in TAKEN


def _exposure(resource: Json, chart: Chart) -> Exposure | None:
    concept = _concept(resource, chart)
    names = _names(concept)
    start, end, single = _days(resource, chart.today)
    if start is not None and start.first > chart.today:
        return None
    if names and _local(resource, concept or {}):
        return None
    status = word(resource["status"])
    return Exposure(
        resource,
        names,
        _lost(concept, names),
        status == "unknown",
        start,
        end,
        single,
        status in ("active", "in-progress"),
    )


def _concept(resource: Json, chart: Chart) -> Json | None:
    """The drug's concept, in the entry itself, in what it contains or elsewhere in the Bundle."""
    if "medicationReference" not in resource:
        return resource.get("medicationCodeableConcept")
    reference = resource["medicationReference"].get("reference", "")
    if reference.startswith("#"):
        inside = [each for each in resource.get("contained", []) if each.get("id") == reference[1:]]
    else:
        inside = [each for each in chart.resources if f"{each['resourceType']}/{each['id']}" == reference]
    return inside[0].get("code") if inside else None


def _names(concept: Json | None) -> frozenset[str]:
    found = frozenset[str]().union(*(codes.named_by(*pair) for pair in coded(concept)))
    if not found:
        by_text = frozenset[str]().union(*(codes.drugs_in_text(text) for text in texts(concept)))
        found = frozenset[str]().union(*(codes.holders(name) for name in by_text))
    return frozenset(name for name in found if codes.blocks()[name]["kind"] in ("drugs", "drug_classes"))


def _lost(concept: Json | None, names: frozenset[str]) -> bool:
    """A local code alone, an RxNorm or SNOMED CT code that nobody knows without a text, or nothing at all."""
    others = [pair for pair in coded(concept) if pair[0] not in ("snomed", "rxnorm")]
    return not names and not texts(concept) and not others


def _local(resource: Json, concept: Json) -> bool:
    """Whether the drug acts only where it is given: by its route, else by the product's own form."""
    dosages = resource.get("dosageInstruction") or resource.get("dosage") or []
    for each in dosages if isinstance(dosages, list) else [dosages]:
        for text in texts(each.get("route")):
            if said := codes.form(text):
                return said == "local"
    products = [codes.official(*pair) for pair in coded(concept)]
    forms = [codes.form(text) for text in [*products, *texts(concept)] if text]
    return next((said for said in forms if said), "systemic") == "local"


def _days(resource: Json, today: date) -> tuple[Span | None, Span | None, bool]:
    """First and last day, each with its uncertainty, and whether it was a single infusion."""
    match resource["resourceType"]:
        case "MedicationRequest":
            limits = resource.get("dispenseRequest", {}).get("validityPeriod") or _bounds(resource)
            return _course(span(resource.get("authoredOn")), span(limits.get("end")), resource, today)
        case "MedicationDispense":
            start = span(resource.get("whenHandedOver"))
            supply = resource.get("daysSupply", {}).get("value")
            if start is None or supply is None:
                return (start, start, True)
            return (start, _later(start, int(supply) - 1, today), False)
    if "effectiveDateTime" in resource:
        moment = span(resource["effectiveDateTime"])
        if word(resource["status"]) == "in-progress" and moment is not None:
            return _course(moment, None, resource, today)
        return (moment, moment, resource["resourceType"] == "MedicationAdministration")
    limits = resource.get("effectivePeriod", {})
    return _course(span(limits.get("start")), span(limits.get("end")), resource, today)


def _bounds(resource: Json) -> Json:
    for each in resource.get("dosageInstruction", []):
        found: Json = each.get("timing", {}).get("repeat", {}).get("boundsPeriod", {})
        if found:
            return found
    return {}


def _course(start: Span | None, end: Span | None, resource: Json, today: date) -> tuple[Span | None, Span | None, bool]:
    """A course without an end runs until today if it is active, else it ended within the year after its start."""
    if end is not None:
        return (start, _not_after(end, today), False)
    if word(resource["status"]) in ("active", "in-progress"):
        return (start, span(today.isoformat()), False)
    if start is None:
        return (None, None, False)
    last = min(start.last + ORDER_WITHOUT_END, today)
    return (start, start._replace(last=max(last, start.first)), False)


def _not_after(end: Span, today: date) -> Span:
    return end._replace(first=min(end.first, today), last=min(end.last, today))


def _later(start: Span, days: int, today: date) -> Span:
    moved = start._replace(first=start.first + timedelta(days=days), last=start.last + timedelta(days=days))
    return _not_after(moved, today)
