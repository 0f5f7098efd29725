"""Which pages of a browser may call: only those of the list, never with credentials."""

import pytest

from tests.app.calling import HOOK, call, running, sent

ORIGIN = "https://sandbox.example"
ASKING = {
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type",
}


async def test_an_allowed_origin_may_call_after_asking() -> None:
    """S16: preflight without a token; Authorization and Content-Type are named."""
    async with running(cors_origins=(ORIGIN,)) as client:
        preflight = await client.options(HOOK, headers={"origin": ORIGIN, **ASKING})
        answer = await client.post(
            HOOK, **{**sent(call()), "headers": {"origin": ORIGIN, "content-type": "application/json"}}
        )

    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == ORIGIN
    assert {"Authorization", "Content-Type"} <= set(preflight.headers["access-control-allow-headers"].split(", "))
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in answer.headers


async def test_errors_carry_the_headers_too() -> None:
    """S16."""
    async with running(cors_origins=(ORIGIN,)) as client:
        answers = [
            await client.post(HOOK, content=b"x", headers={"origin": ORIGIN, "content-type": "application/json"}),
            await client.get("/nowhere", headers={"origin": ORIGIN}),
        ]

    assert [answer.headers["access-control-allow-origin"] for answer in answers] == [ORIGIN, ORIGIN]


@pytest.mark.parametrize("origin", ["https://evil.example", "http://sandbox.example", "null", "http://localhost:3000"])
async def test_no_other_origin_may_call(origin: str) -> None:
    async with running(cors_origins=(ORIGIN,)) as client:
        preflight = await client.options(HOOK, headers={"origin": origin, **ASKING})

    assert preflight.status_code == 400
    assert "access-control-allow-origin" not in preflight.headers


async def test_by_default_no_origin_may_call() -> None:
    async with running() as client:
        answer = await client.get("/cds-services", headers={"origin": ORIGIN})

    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://localhost:3000", True),
        ("http://127.0.0.1:8080", True),
        ("http://[::1]:9000", True),
        ("https://localhost", True),
        ("http://localhost.evil.example", False),
        ("http://127.0.0.1.evil.example", False),
        ("http://evil.example", False),
    ],
)
async def test_the_sandbox_lets_pages_of_this_machine_call(origin: str, allowed: bool) -> None:
    async with running(sandbox=True) as client:
        answer = await client.get("/cds-services", headers={"origin": origin})

    assert (answer.headers.get("access-control-allow-origin") == origin) == allowed
