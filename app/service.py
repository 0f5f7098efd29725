"""What a running service holds: its settings, its library, its HTTP client and the site's calendar."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple, cast

from fastapi import Request

from app.fhir.client import FhirClient
from app.library import Library
from app.settings import Settings


class Service(NamedTuple):
    """Shared by all requests; nothing of any patient is in it."""

    settings: Settings
    library: Library
    client: FhirClient
    today: Callable[[], date]
    refused_servers: Iterator[int]
    """Counts the calls whose `fhirServer` was not allowed."""


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    return cast(Service, request.app.state.service)
