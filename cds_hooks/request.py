"""Reads the body of a patient-view call: its own fields, strictly; prefetched resources stay undecoded bytes.

The text of an error is fixed and never repeats what came in. Unknown fields are tolerated at every level.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from cds_hooks.mending import mended

HOOK = "patient-view"

_FHIR_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_USER = re.compile(r"[A-Z][A-Za-z]{1,63}/[^\s/]{1,255}")
_TOKEN = re.compile(r"[\x21-\x7e]{1,16384}")
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class BadRequest(ValueError):
    """The call breaks the protocol; its text may be shown and logged."""


class HookRequest(NamedTuple):
    """A patient-view call that keeps the protocol."""

    patient_id: str
    """A FHIR id, safe inside a path."""
    fhir_server: str | None
    """As the caller says it: to be checked against an allow-list before anything is sent there."""
    token: str | None
    """For calls to `fhir_server` while this request lasts; never stored, never logged."""
    prefetch: Mapping[str, msgspec.Raw | None]
    """Undecoded resources by key; `None` where the EHR searched and found nothing. An absent key was not searched."""
    instance: str | None = None
    """`hookInstance` where it is a UUID, for correlation only."""

    def __repr__(self) -> str:
        """Nothing of the patient, the token or the chart, wherever this ends up."""
        return f"HookRequest(prefetch of {len(self.prefetch)})"


class _Context(msgspec.Struct, gc=False, rename="camel"):
    patient_id: str
    user_id: str


class _Authorization(msgspec.Struct, gc=False):
    access_token: str


class _Message(msgspec.Struct, gc=False, rename="camel"):
    hook: str
    context: _Context
    hook_instance: msgspec.Raw = msgspec.Raw()
    fhir_server: str | None = None
    fhir_authorization: _Authorization | None = None
    prefetch: dict[str, msgspec.Raw] | None = None


_DECODER = msgspec.json.Decoder(_Message)


def is_fhir_id(text: str) -> bool:
    """Whether `text` has the form of a FHIR id and is safe as a path segment (not "..")."""
    return _FHIR_ID.fullmatch(text) is not None and text.strip(".") != ""


def read_request(body: bytes) -> HookRequest:
    """The call in `body`; raises `BadRequest`."""
    message = _decoded(body.removeprefix(_BYTE_ORDER_MARK))
    if message.hook != HOOK:
        raise BadRequest(f"This service answers the hook {HOOK} only.")
    if not is_fhir_id(message.context.patient_id):
        raise BadRequest("context.patientId is not a FHIR id.")
    if not _USER.fullmatch(message.context.user_id):
        raise BadRequest("context.userId is not of the form Type/id.")
    return HookRequest(
        patient_id=message.context.patient_id,
        fhir_server=message.fhir_server or None,
        token=_token(message.fhir_authorization),
        prefetch={key: None if bytes(raw) == b"null" else raw for key, raw in (message.prefetch or {}).items()},
        instance=_instance(message.hook_instance),
    )


def _decoded(body: bytes) -> _Message:
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError:
        raise BadRequest("The body is not a CDS Hooks request: a field is missing or of the wrong type.") from None
    except (ValueError, RecursionError):
        whole = mended(body)  # only what failed is searched for the fault that can be mended
    if whole == body:
        raise BadRequest("The body is not JSON.")
    return _decoded(whole)


def _token(authorization: _Authorization | None) -> str | None:
    """The access token, which has to be fit for a header."""
    if authorization is None:
        return None
    if not _TOKEN.fullmatch(authorization.access_token):
        raise BadRequest("fhirAuthorization.access_token is not a bearer token.")
    return authorization.access_token


def _instance(raw: msgspec.Raw) -> str | None:
    """Whatever form it came in, only a UUID is kept: the value may end up in a log."""
    text = bytes(raw).decode("ascii", "replace").strip('"')
    return text if _UUID.fullmatch(text) else None
