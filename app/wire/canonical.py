"""The addresses by which our FHIR resources name each other; they hold whether or not anyone serves them.

A site that sets its public URL gets addresses that can be opened; without one they are URNs, which promise nothing.
"""

from typing import Final

_URN: Final = "urn:trialhook"


def value_set_url(public_url: str | None, name: str) -> str:
    """The canonical URL of one of our value sets."""
    return f"{public_url}/terminology/ValueSet/{name}" if public_url else f"{_URN}:ValueSet:{name}"


def trial_url(public_url: str | None, id: str) -> str:
    """The address of a trial of this service."""
    return f"{public_url}/trials/{id}" if public_url else f"{_URN}:trial:{id}"
