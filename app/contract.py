"""The published interface: OpenAPI written from the very structures that are sent, so that neither can drift."""

from typing import Any

import msgspec
from fastapi import FastAPI, Response
from fastapi.openapi.utils import get_openapi

from app.answers.entry import AnswersEntry, WithdrawalEntry
from app.answers.questionnaire import Questionnaire
from app.answers.report import AnswerList
from app.catalogue import TrialDetail, TrialList
from app.outcome import MEDIA_TYPE, OperationOutcome
from app.report import MatchReport
from cds_hooks.cards import Answer
from cds_hooks.discovery import Discovery

DESCRIPTION = (
    "Tells a clinician, when a chart is opened, which clinical trials this patient could join, why, and what is still "
    "missing to know. CDS Hooks 2.0.1 (patient-view) and a direct query over FHIR R4. Errors are OperationOutcomes."
)


class Health(msgspec.Struct, frozen=True):
    """The answer of a service that runs."""

    status: str
    trials: int


class Context(msgspec.Struct, rename="camel"):
    """The context of patient-view 1.0."""

    user_id: str
    patient_id: str
    encounter_id: str | None = None


class Authorization(msgspec.Struct):
    """Access to the caller's FHIR server while the call lasts."""

    access_token: str
    token_type: str
    expires_in: int
    scope: str
    subject: str


class HookCall(msgspec.Struct, rename="camel"):
    """The call of a CDS Hooks 2.0.1 client; unknown fields are tolerated."""

    hook: str
    hook_instance: str
    context: Context
    fhir_server: str | None = None
    fhir_authorization: Authorization | None = None
    prefetch: dict[str, Any] | None = None
    """FHIR R4 resource, Bundle, OperationOutcome or null by key."""


_SCHEMAS = (
    Answer,
    AnswerList,
    AnswersEntry,
    Discovery,
    Health,
    HookCall,
    MatchReport,
    OperationOutcome,
    Questionnaire,
    TrialDetail,
    TrialList,
    WithdrawalEntry,
)
_REFUSALS = {
    400: "Not what was asked for: no JSON, wrong fields, a bad day or id",
    401: "The site's token was not shown",
    403: "The site keeps no answers, or has set no token for them",
    404: "Not here",
    409: "The questions have changed since they were asked",
    406: "Not offered in the form that is asked for",
    412: "Nothing of the chart can be judged: it is not in the prefetch and could not be had",
    413: "The body is too large",
    415: "The body is not JSON",
    422: "The chart holds no patient, or several",
    502: "The FHIR server failed",
    503: "The database of answers is not available",
    504: "The FHIR server was too slow",
}


def get(schema: str, *refused: int) -> dict[str, Any]:
    """The contract of a route without a body."""
    return {"responses": _responses(schema, refused)}


def get_fhir(type_: str, *refused: int, release: str = "R4") -> dict[str, Any]:
    """The contract of a route that answers with a FHIR resource of that type."""
    described = {"schema": {"type": "object", "description": f"A FHIR {release} {type_}"}}
    found = get("OperationOutcome", *refused)["responses"]
    # FastAPI would add its own class's application/json, which these routes never give.
    return {"responses": {**found, 200: {"content": {MEDIA_TYPE: described}}}, "response_class": Response}


def trial() -> dict[str, Any]:
    """The contract of `GET /trials/{id}`, whose form the caller chooses."""
    found = _responses("TrialDetail", (404, 406))
    bundle = "A Bundle of ResearchStudy and Groups (fhirVersion=4.0), or of ResearchStudy and EvidenceVariable (5.0)"
    found[200]["content"]["text/html"] = {"schema": {"type": "string"}}
    found[200]["content"][MEDIA_TYPE] = {"schema": {"type": "object", "description": bundle}}
    return {"responses": found}


def hook() -> dict[str, Any]:
    """The contract of the hook."""
    return _post("Answer", {"application/json": _content("HookCall")}, (400, 404, 412, 413, 415))


def post_match() -> dict[str, Any]:
    """The contract of `POST /match`."""
    bundle = {"schema": {"type": "object", "description": "A FHIR R4 Bundle with exactly one Patient"}}
    return _post("MatchReport", {"application/json": bundle, MEDIA_TYPE: bundle}, (400, 413, 415, 422))


def get_match() -> dict[str, Any]:
    """The contract of `GET /match`."""
    return get("MatchReport", 400, 422, 502, 504)


def post_answers() -> dict[str, Any]:
    """The contract of `POST /answers`."""
    response = {"type": "object", "description": "A FHIR R4 QuestionnaireResponse to GET /questionnaire"}
    plain: dict[str, Any] = _content("AnswersEntry")["schema"]
    content = {"application/json": {"schema": {"anyOf": [plain, response]}}, MEDIA_TYPE: {"schema": response}}
    made = _post("AnswerList", content, (400, 401, 403, 409, 413, 415, 503))
    return {**made, "responses": {201: made["responses"].pop(200), **made["responses"]}}


def get_questionnaire() -> dict[str, Any]:
    """The contract of `GET /questionnaire`."""
    return {"responses": _as_fhir(get("Questionnaire", 400, 422, 502, 504)["responses"])}


def post_questionnaire() -> dict[str, Any]:
    """The contract of `POST /questionnaire`."""
    made = post_match()
    responses = _responses("Questionnaire", (400, 413, 415, 422))
    return {**made, "responses": _as_fhir(responses)}


def _as_fhir(responses: dict[int | str, Any]) -> dict[int | str, Any]:
    """The same answers, the good one in FHIR's own media type."""
    (content,) = responses[200]["content"].values()
    return {**responses, 200: {"content": {MEDIA_TYPE: content}}}


def get_answers() -> dict[str, Any]:
    """The contract of `GET /answers`."""
    return get("AnswerList", 400, 401, 403, 503)


def post_withdrawal() -> dict[str, Any]:
    """The contract of `POST /answers/{id}/withdraw`."""
    content = {"application/json": _content("WithdrawalEntry")}
    return _post("AnswerList", content, (400, 401, 403, 404, 413, 415, 503))


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, made once."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        _, components = msgspec.json.schema_components(_SCHEMAS, ref_template="#/components/schemas/{name}")
        made["components"] = {"schemas": dict(sorted(components.items()))}
        # As JSON has it: defaults that are tuples become lists.
        app.openapi_schema = msgspec.json.decode(msgspec.json.encode(_without_validation_errors(made)))
    return app.openapi_schema or {}


def _post(schema: str, content: dict[str, Any], refused: tuple[int, ...]) -> dict[str, Any]:
    body = {"requestBody": {"required": True, "content": content}}
    return {"responses": _responses(schema, refused), "openapi_extra": body}


def _responses(schema: str, refused: tuple[int, ...]) -> dict[int | str, dict[str, Any]]:
    found: dict[int | str, dict[str, Any]] = {200: {"content": {"application/json": _content(schema)}}}
    for status in refused:
        found[status] = {"description": _REFUSALS[status], "content": {MEDIA_TYPE: _content("OperationOutcome")}}
    return found


def _content(schema: str) -> dict[str, Any]:
    return {"schema": {"$ref": f"#/components/schemas/{schema}"}}


def _without_validation_errors(made: dict[str, Any]) -> dict[str, Any]:
    """FastAPI announces its own 422 on every route with a parameter; this service never gives it."""
    for path in made["paths"].values():
        for operation in path.values():
            if "application/json" in operation["responses"].get("422", {}).get("content", {}):
                del operation["responses"]["422"]
    return made


if __name__ == "__main__":
    import json
    import sys

    from app.main import create_app
    from app.settings import Settings

    json.dump(document(create_app(Settings())), sys.stdout, indent=2, ensure_ascii=False)
    print()
