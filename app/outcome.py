"""Answers that refuse: FHIR OperationOutcomes with a fixed text that repeats nothing of what came in."""

from http import HTTPStatus

import msgspec
from fastapi import Response

MEDIA_TYPE = "application/fhir+json"

_ISSUE = {
    400: "invalid",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    406: "not-supported",
    409: "conflict",
    412: "incomplete",
    413: "too-long",
    415: "not-supported",
    422: "required",
    500: "exception",
    502: "transient",
    503: "transient",
    504: "timeout",
}
"""HTTP status → FHIR IssueType; any other: processing."""


class Refused(Exception):
    """A request that is answered with `status`; `text` is fixed, may be shown and may be logged."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text


class Details(msgspec.Struct):
    """A CodeableConcept with a text alone."""

    text: str


class Issue(msgspec.Struct):
    """What went wrong."""

    severity: str
    code: str
    details: Details


class OperationOutcome(msgspec.Struct, rename="camel"):
    """FHIR R4 OperationOutcome as it is sent."""

    resource_type: str
    issue: tuple[Issue, ...]


def outcome(status: int, text: str | None = None) -> bytes:
    """An OperationOutcome with one error; without `text`, the status's own phrase."""
    issue = Issue("error", _ISSUE.get(status, "processing"), Details(text or HTTPStatus(status).phrase))
    return msgspec.json.encode(OperationOutcome("OperationOutcome", (issue,)))


def refusal(status: int, text: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """The HTTP answer that carries `outcome`."""
    if status == 401:
        headers = {"WWW-Authenticate": "Bearer", **(headers or {})}
    return Response(outcome(status, text), status, headers, MEDIA_TYPE)
