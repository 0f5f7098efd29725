"""What a running service holds: its settings, library, HTTP client, the site's calendar and its desk of answers."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple, cast
from urllib.parse import urlsplit

from fastapi import Request

from app.answers.desk import Desk
from app.fhir.client import FhirClient
from app.library import Library
from app.settings import Settings, is_loopback


class Service(NamedTuple):
    """Shared by all requests; nothing of any patient is in it but behind the desk."""

    settings: Settings
    library: Library
    client: FhirClient
    today: Callable[[], date]
    refused_servers: Iterator[int]
    """Counts the calls whose `fhirServer` was not allowed."""
    desk: Desk


def service_of(request: Request) -> Service:
    """The service that answers this request."""
    return cast(Service, request.app.state.service)


def own_server(request: Request, service: Service) -> str | None:
    """The FHIR server of the direct query: the first configured one, else the sandbox's own."""
    if service.settings.fhir_servers:
        return service.settings.fhir_servers[0]
    base = called(request) if service.settings.sandbox else None
    return f"{base}/sandbox/fhir" if base else None


def called(request: Request) -> str | None:
    """The address of this service as the caller wrote it, if it is on the loopback."""
    base = str(request.base_url).rstrip("/")
    return base if is_loopback(urlsplit(base).hostname or "") else None
