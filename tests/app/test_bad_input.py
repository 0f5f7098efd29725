"""Whatever is sent: an OperationOutcome that repeats nothing, or an answer; never a 500, never a stopped process."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.app.calling import HOOK, assert_outcome, bundle, call, running, sent
from tests.cds_hooks.test_request import BAD

SECRET = "Zacharias"


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """One service for all of it: what one call does wrong must not touch the next."""
    async with running(max_body_mb=1) as client:
        yield client


@pytest.mark.parametrize(("why", "body"), BAD, ids=[why for why, _ in BAD])
async def test_a_call_that_breaks_the_protocol_is_400(client: httpx.AsyncClient, why: str, body: bytes) -> None:
    """H2, V12."""
    assert_outcome(await client.post(HOOK, **sent(body)), 400)


NO_BUNDLES: list[tuple[str, bytes]] = [
    ("empty", b""),
    ("not JSON", b"<html></html>"),
    ("cut", json.dumps(bundle()).encode()[:-20]),
    ("null", b"null"),
    ("array", b"[]"),
    ("number", b"7"),
    ("no type", b"{}"),
    ("a Patient", b'{"resourceType": "Patient", "id": "1"}'),
    ("an OperationOutcome", b'{"resourceType": "OperationOutcome", "issue": []}'),
    ("type a number", b'{"resourceType": 7}'),
    ("nested array", b"[" * 100_000 + b"]" * 100_000),
    ("nested Bundle", b'{"resourceType": "Bundle", "entry": ' * 20_000 + b"[]" + b"}" * 20_000),
    ("NaN", b'{"resourceType": "Bundle", "total": NaN}'),
    ("UTF-16", json.dumps({"resourceType": "Bundle"}).encode("utf-16")),
]


@pytest.mark.parametrize(("why", "body"), NO_BUNDLES, ids=[why for why, _ in NO_BUNDLES])
async def test_a_body_that_is_no_bundle_is_400(client: httpx.AsyncClient, why: str, body: bytes) -> None:
    assert_outcome(await client.post("/match", **sent(body)), 400)


@pytest.mark.parametrize("path", [HOOK, "/match"])
@pytest.mark.parametrize(
    "media_type", [None, "text/plain", "text/json5", "application/x-www-form-urlencoded", "application/xml", "x"]
)
async def test_what_is_not_sent_as_json_is_415(client: httpx.AsyncClient, path: str, media_type: str | None) -> None:
    """H2; a browser sends text/plain across origins without asking first."""
    headers = {"content-type": media_type} if media_type else {}

    assert_outcome(await client.post(path, content=json.dumps(call()).encode(), headers=headers), 415)


async def test_a_compressed_body_is_415(client: httpx.AsyncClient) -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}

    assert_outcome(await client.post(HOOK, content=b"\x1f\x8b", headers=headers), 415)


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON; charset=utf-8", "application/fhir+json"])
async def test_json_is_taken_with_any_parameter(client: httpx.AsyncClient, media_type: str) -> None:
    """J1: a charset parameter has to be accepted."""
    answer = await client.post(HOOK, content=json.dumps(call()).encode(), headers={"content-type": media_type})

    assert answer.status_code == 200


async def chunks(size: int) -> AsyncIterator[bytes]:
    for _ in range(size // 65_536 + 1):
        yield b" " * 65_536


@pytest.mark.parametrize("path", [HOOK, "/match"])
async def test_a_body_above_the_limit_is_413_by_its_announced_size(client: httpx.AsyncClient, path: str) -> None:
    assert_outcome(await client.post(path, **sent(b" " * 1_000_001)), 413)


@pytest.mark.parametrize("path", [HOOK, "/match"])
async def test_a_body_above_the_limit_is_413_while_it_streams(client: httpx.AsyncClient, path: str) -> None:
    headers = {"content-type": "application/json"}

    assert_outcome(await client.post(path, content=chunks(2_000_000), headers=headers), 413)


async def test_a_body_at_the_limit_is_read(client: httpx.AsyncClient) -> None:
    body = json.dumps(call()).encode()

    answer = await client.post(HOOK, **sent(body.ljust(1_000_000)))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/trials/nothing", 404),
        ("GET", "/trials/..%2f..%2fetc%2fpasswd", 404),
        ("POST", "/cds-services", 405),
        ("GET", HOOK, 405),
        ("HEAD", "/cds-services", 405),
        ("OPTIONS", "/match", 405),
        ("DELETE", "/match", 405),
        ("PUT", "/trials", 405),
    ],
)
async def test_wrong_paths_and_methods_are_answered_plainly(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """H2, H4: HEAD and OPTIONS are no server errors."""
    answer = await client.request(method, path)

    assert answer.status_code == status
    if method != "HEAD":
        assert_outcome(answer, status)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", f"/match?patient={SECRET}/x&asOf=2026-01-01", None),
        ("GET", f"/match?patient=1&asOf={SECRET}", None),
        ("GET", f"/match?patient=1&trial={SECRET}", None),
        ("GET", f"/match?{SECRET}=1", None),
        ("GET", f"/{SECRET}", None),
        ("GET", f"/trials/{SECRET}", None),
        ("POST", f"/cds-services/{SECRET}", {}),
        ("POST", HOOK, {"hook": SECRET, SECRET: SECRET}),
        ("POST", HOOK, {**call(), "fhirAuthorization": {"access_token": [SECRET]}}),
        ("POST", HOOK, {**call(), "context": {"userId": SECRET, "patientId": SECRET}}),
        ("POST", f"/match?asOf={SECRET}", {}),
        ("POST", "/match", {"resourceType": SECRET}),
        (
            "POST",
            "/match",
            {"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": [SECRET]}}]},
        ),
    ],
)
async def test_a_refusal_repeats_nothing_of_the_input(
    client: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    """H3: FastAPI's own 422 would repeat token and patient."""
    how = {} if body is None else sent(body)

    answer = await client.request(method, path, **how)

    assert 400 <= answer.status_code < 500
    assert_outcome(answer, answer.status_code)
    assert SECRET not in answer.text + str(answer.headers)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.lists(st.integers(0, 10_000), min_size=1, max_size=3)


def mutated(value: Any, place: int, junk: Any) -> Any:
    """A copy of a JSON value with the node of that number (in some order) replaced."""
    paths = list(_paths(value))
    path = paths[place % len(paths)]
    copy = json.loads(json.dumps(value))
    if not path:
        return junk
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = junk
    return copy


def _paths(value: Any, above: tuple[Any, ...] = ()) -> Any:
    yield above
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield from _paths(inner, (*above, key))


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@FUZZ
@given(places=PLACES, junk=JSON)
async def test_a_call_with_anything_anywhere_is_no_server_error(
    client: httpx.AsyncClient, places: list[int], junk: Any
) -> None:
    """H2: wrong types anywhere, in the call or in the chart that it brings."""
    body: Any = call()
    for place in places:
        body = mutated(body, place, junk)

    answer = await client.post(HOOK, **sent(body))

    assert answer.status_code in (200, 400, 412)


@FUZZ
@given(places=PLACES, junk=JSON)
async def test_a_chart_with_anything_anywhere_is_no_server_error(
    client: httpx.AsyncClient, places: list[int], junk: Any
) -> None:
    body: Any = bundle()
    for place in places:
        body = mutated(body, place, junk)

    answer = await client.post("/match", **sent(body))

    assert answer.status_code in (200, 400, 422)


@FUZZ
@given(body=st.binary(max_size=300), path=st.sampled_from([HOOK, "/match"]))
async def test_any_bytes_are_refused(client: httpx.AsyncClient, body: bytes, path: str) -> None:
    assert_outcome(await client.post(path, **sent(body)), 400)
