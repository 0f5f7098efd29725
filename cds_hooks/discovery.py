"""The discovery document: one service, for patient-view, with the prefetch templates that the loaded trials need."""

from collections.abc import Iterable

import msgspec
from msgspec import UNSET, UnsetType

from cds_hooks.prefetch import Search
from cds_hooks.request import HOOK

SERVICE = "trialhook-patient-view"


class HookService(msgspec.Struct, frozen=True, rename="camel"):
    """One service as a client reads it."""

    hook: str
    id: str
    title: str
    description: str
    usage_requirements: str
    prefetch: dict[str, str] | UnsetType = UNSET


class Discovery(msgspec.Struct, frozen=True):
    """The document."""

    services: tuple[HookService, ...]


def discovery(searches: Iterable[Search]) -> Discovery:
    """What this service offers."""
    templates = {search.key: search.template for search in searches}
    service = HookService(
        hook=HOOK,
        id=SERVICE,
        title="Clinical trials for this patient",
        description=(
            "Tells which clinical trials the patient could join, what speaks for each, and what is still missing to "
            "know. Silent where no trial's disease is in the chart."
        ),
        usage_requirements=(
            "Reads the patient, conditions, results, drugs and immunizations that the loaded trials ask for, from "
            "prefetch or from an agreed FHIR server with the access token of the call. What neither gives stays "
            "unknown on the card; without patient and conditions the answer is 412. Nothing is stored or written."
        ),
        prefetch=templates or UNSET,
    )
    return Discovery((service,))
