"""The addresses by which our FHIR resources name each other; they hold whether or not anyone serves them.

A site that sets its public URL gets addresses that can be opened; without one they are URNs, which promise nothing.
"""

from typing import Final

_URN: Final = "urn:trialhook"


def resource_id(name: str) -> str:
    """The id under which a value set of ours is served: FHIR allows no underscore there."""
    return name.replace("_", "-")


def value_set_url(public_url: str | None, name: str) -> str:
    """The canonical URL of one of our value sets."""
    return terminology_url(public_url, "ValueSet", name)


def terminology_url(public_url: str | None, kind: str, name: str) -> str:
    """The canonical URL of a ValueSet or ConceptMap of ours."""
    id = resource_id(name)
    return f"{public_url}/terminology/{kind}/{id}" if public_url else f"{_URN}:{kind}:{id}"


def trial_url(public_url: str | None, id: str) -> str:
    """The address of a trial of this service."""
    return f"{public_url}/trials/{id}" if public_url else f"{_URN}:trial:{id}"
