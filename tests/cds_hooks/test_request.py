"""What an EHR sends: kept where it keeps the protocol, refused with a fixed text where it does not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.request import BadRequest, is_fhir_id, read_request

CALL: dict[str, Any] = {
    "hook": "patient-view",
    "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
    "context": {"userId": "Practitioner/example", "patientId": "1288992"},
}


def body(**changes: Any) -> bytes:
    return json.dumps({**CALL, **changes}).encode()


def context(**changes: Any) -> bytes:
    return body(context={**CALL["context"], **changes})


def test_a_minimal_call_is_read() -> None:
    """R2, R3, R6; R4, R5, R7 may be absent."""
    request = read_request(body())

    assert request.patient_id == "1288992"
    assert (request.fhir_server, request.token, request.prefetch) == (None, None, {})
    assert CALL["hookInstance"] == request.instance


def test_server_and_token_are_taken() -> None:
    """R4, R5."""
    authorization = {
        "access_token": "a.b-c_~+/=",
        "token_type": "Bearer",
        "expires_in": 300,
        "scope": "x",
        "subject": "y",
    }

    request = read_request(body(fhirServer="https://ehr.example/r4", fhirAuthorization=authorization))

    assert (request.fhir_server, request.token) == ("https://ehr.example/r4", "a.b-c_~+/=")


def test_absent_null_and_data_stay_three_things() -> None:
    """R9, R11."""
    request = read_request(body(prefetch={"patient": {"resourceType": "Patient"}, "conditions": None}))

    patient = request.prefetch["patient"]
    assert patient is not None
    assert json.loads(bytes(patient)) == {"resourceType": "Patient"}
    assert request.prefetch["conditions"] is None
    assert "observations" not in request.prefetch


def test_unknown_fields_are_tolerated_everywhere() -> None:
    """R8: extensions, foreign prefetch keys, Epic's `-user`."""
    extended = {**CALL, "extension": {"x": [None, {}]}, "later": None, "prefetch": {"-user": {"a": 1}}}
    extended["context"] = {**CALL["context"], "encounterId": 7, "extension": None}
    extended["fhirAuthorization"] = {"access_token": "t", "patient": None, "extension": {}}

    request = read_request(json.dumps(extended).encode())

    assert {"-user"} == set(request.prefetch)


@pytest.mark.parametrize("instance", [None, "", "not a uuid", 7, {}, [], "d1577c69", "a\nb"])
def test_a_hook_instance_of_any_form_is_tolerated_and_not_kept(instance: Any) -> None:
    """R3: be lenient about its form, never break on it."""
    assert read_request(body(hookInstance=instance)).instance is None


def test_a_missing_hook_instance_is_tolerated() -> None:
    """R3."""
    assert read_request(json.dumps({key: CALL[key] for key in ("hook", "context")}).encode()).instance is None


@pytest.mark.parametrize("user", ["Practitioner/1", "PractitionerRole/a-b", "Patient/x", "RelatedPerson/a_b"])
def test_each_kind_of_user_is_taken(user: str) -> None:
    """R6, lesson 9."""
    assert read_request(context(userId=user))


def test_a_byte_order_mark_is_tolerated() -> None:
    assert read_request(b"\xef\xbb\xbf" + body())


BAD_PATIENTS: list[Any] = [
    *("", "Patient/1", "a b", "a?b", "a/b", "..", ".", "a_b", "x" * 65, "1\n", "ä", "%2e"),
    *(7, None, {}),
]
BAD_USERS: list[Any] = [
    *("", "1", "Practitioner", "Practitioner/", "/1", "Practitioner/a b", "Practitioner/1/2", "x\n/1"),
    *(7, None),
]
BAD: list[tuple[str, bytes]] = [
    ("empty", b""),
    ("not JSON", b"hello"),
    ("cut", body()[:-9]),
    ("trailing", body() + b"{}"),
    ("UTF-16", json.dumps(CALL).encode("utf-16")),
    ("broken UTF-8", body().replace(b"1288992", b"\xff\xfe")),
    ("NaN", body(later=float("nan"))),
    ("NaN inside prefetch", body(prefetch={"patient": {"x": float("nan")}})),
    ("comment", b"/* x */" + body()),
    ("null", b"null"),
    ("array", b"[]"),
    ("string", b'"patient-view"'),
    ("number", b"1"),
    ("no field", b"{}"),
    ("nested array", b"[" * 100_000 + b"]" * 100_000),
    ("nested object", b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    ("nested prefetch", body(prefetch={"patient": 0}).replace(b": 0", b":" + b"[" * 100_000 + b"]" * 100_000)),
    ("other hook", body(hook="order-sign")),
    ("no hook", json.dumps({"context": CALL["context"]}).encode()),
    ("hook a number", body(hook=1)),
    ("hook null", body(hook=None)),
    ("no context", json.dumps({"hook": "patient-view"}).encode()),
    ("context null", body(context=None)),
    ("context an array", body(context=[])),
    ("no patient", body(context={"userId": "Practitioner/1"})),
    ("no user", body(context={"patientId": "1"})),
    ("server a number", body(fhirServer=1)),
    ("authorization a string", body(fhirAuthorization="x")),
    ("authorization without token", body(fhirAuthorization={"token_type": "Bearer"})),
    ("token a number", body(fhirAuthorization={"access_token": 1})),
    ("token with a line break", body(fhirAuthorization={"access_token": "a\r\nX: y"})),
    ("token not ASCII", body(fhirAuthorization={"access_token": "tökén"})),
    ("token empty", body(fhirAuthorization={"access_token": ""})),
    ("prefetch an array", body(prefetch=[])),
    ("prefetch a string", body(prefetch="x")),
    *[(f"patient id {given!r:.20}", context(patientId=given)) for given in BAD_PATIENTS],
    *[(f"user id {given!r}", context(userId=given)) for given in BAD_USERS],
]


@pytest.mark.parametrize(("why", "sent"), BAD, ids=[why for why, _ in BAD])
def test_a_call_that_breaks_the_protocol_is_refused(why: str, sent: bytes) -> None:
    """H2, R2, R6; J1: NaN is no JSON."""
    with pytest.raises(BadRequest):
        read_request(sent)


SECRET = "Zacharias"


@pytest.mark.parametrize(
    "sent",
    [
        body(hook=SECRET),
        context(patientId=f"{SECRET}/1"),
        context(userId=SECRET),
        body(fhirServer={SECRET: SECRET}),
        body(fhirAuthorization={"access_token": f"{SECRET} {SECRET}"}),
        body(prefetch=[SECRET]),
        f'{{"{SECRET}'.encode(),
    ],
)
def test_an_error_repeats_nothing_of_the_input(sent: bytes) -> None:
    """H3."""
    with pytest.raises(BadRequest) as refused:
        read_request(sent)

    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_call_shows_nothing_of_its_patient() -> None:
    request = read_request(body(fhirAuthorization={"access_token": SECRET}, prefetch={"patient": {"id": SECRET}}))

    assert repr(request) == "HookRequest(prefetch of 1)"


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(sent: bytes) -> None:
    try:
        read_request(sent)
    except BadRequest:
        return
    pytest.fail("random bytes are no call")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("hook", "hookInstance", "context", "fhirServer", "fhirAuthorization", "prefetch", "extension")


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_a_call_with_any_values_is_read_or_refused(changes: dict[str, Any]) -> None:
    try:
        request = read_request(json.dumps({**CALL, **changes}).encode())
    except BadRequest:
        return
    assert is_fhir_id(request.patient_id)
