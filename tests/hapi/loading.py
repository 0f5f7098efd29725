"""Turns a chart (a Bundle of any type) into a transaction that a FHIR server takes, and sends it there."""

from typing import Any

import httpx

Json = dict[str, Any]


def load(base: str, *charts: Json) -> None:
    """Store the resources of these charts on the server under their own ids."""
    with httpx.Client(timeout=60, headers={"Content-Type": "application/fhir+json"}) as client:
        for chart in charts:
            answer = client.post(base, json=as_transaction(chart))
            assert answer.status_code == 200, answer.text


def as_transaction(chart: Json) -> Json:
    """A transaction of PUTs; references inside the chart become `Type/id`, those that lead out of it lose their target.

    Servers refuse a transaction for one reference that they cannot follow (HAPI-0541, HAPI-1094).
    """
    resources = [entry["resource"] for entry in chart["entry"] if "resource" in entry]
    known = {identity(resource) for resource in resources}
    targets = {entry["fullUrl"]: identity(entry["resource"]) for entry in chart["entry"] if entry.get("fullUrl")}
    entries = [
        {
            "resource": pointed(resource, targets, known),
            "request": {"method": "PUT", "url": identity(resource)},
        }
        for resource in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def identity(resource: Json) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


def pointed(value: Any, targets: dict[str, str], known: set[str]) -> Any:
    """A copy in which each reference names a resource of the chart, or nothing that a server would look for."""
    if isinstance(value, list):
        return [pointed(item, targets, known) for item in value]
    if not isinstance(value, dict):
        return value
    copy = {name: pointed(item, targets, known) for name, item in value.items()}
    reference = value.get("reference")
    if isinstance(reference, str) and not reference.startswith("#"):
        reference = targets.get(reference, reference)
        if reference in known:
            return {**copy, "reference": reference}
        del copy["reference"]
        return {"display": reference, **copy}
    return copy
