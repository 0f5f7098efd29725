"""What the sandbox's FHIR endpoint says of itself."""

from datetime import date
from typing import Any

from app.sandbox.searching import known_parameters
from app.sandbox.shelf import TYPES


def capability_statement(today: date, base: str) -> dict[str, Any]:
    """A CapabilityStatement for the endpoint at `base`."""
    resources = [
        {
            "type": kind,
            "interaction": [{"code": "read"}, {"code": "search-type"}],
            "searchParam": [{"name": name, "type": form} for name, form in known_parameters(kind)],
        }
        for kind in sorted(TYPES)
    ]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": today.isoformat(),
        "publisher": "Trialhook",
        "kind": "instance",
        "software": {"name": "Trialhook sandbox"},
        "implementation": {"description": "Invented patients in memory; never real data", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "resource": resources}],
    }
