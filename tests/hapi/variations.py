"""Other charts made from one in hand, so that no code and no result has to be written anew for a test."""

from collections.abc import Callable
from hashlib import sha256

from tests.hapi.loading import Json, identity, pointed

LOINC = "http://loinc.org"


def of_another(chart: Json, patient_id: str) -> Json:
    """The same chart of a patient with this id; the other resources get new ids too, so that both can be stored."""
    resources = resources_of(chart)
    mark = sha256(patient_id.encode()).hexdigest()[:12]
    ids = {
        identity(one): patient_id if one["resourceType"] == "Patient" else f"{mark}-{number}"
        for number, one in enumerate(resources)
    }
    targets = {old: f"{old.partition('/')[0]}/{id}" for old, id in ids.items()}
    return collection(
        *({**pointed(one, targets, set(targets.values())), "id": ids[identity(one)]} for one in resources)
    )


def changed(chart: Json, change: Callable[[Json], Json | None]) -> Json:
    """The chart with each resource as `change` gives it back, or without it."""
    found = (change(resource) for resource in resources_of(chart))
    return collection(*(resource for resource in found if resource is not None))


def collection(*resources: Json) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}


def resources_of(chart: Json) -> list[Json]:
    return [entry["resource"] for entry in chart["entry"]]


def has_loinc(resource: Json) -> bool:
    """Whether an Observation is coded so that a search by code can find it."""
    return any(coding.get("system") == LOINC for coding in resource["code"].get("coding", ()))


def unless_uncategorised(resource: Json) -> Json | None:
    """Nothing in place of an Observation without a category."""
    return None if resource["resourceType"] == "Observation" and not resource.get("category") else resource
