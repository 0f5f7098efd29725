"""Pulls from a real server that is slow, half-dead or greedy: the answer comes in time, and nothing stays behind."""

import asyncio
import gzip
import socket
import time
from collections.abc import AsyncIterator

import pytest

from app.fhir.chart import Chart, ChartUnavailable, fetch_chart
from app.fhir.client import FhirClient
from tests.app.fhir.resources import PATIENT, PATIENT_ID, SEARCHES, bundle, condition, observation
from tests.app.fhir.wire import Asked, body_of, reply, serving
from trials.record import Gap

BUDGET_S = 0.4
SLACK_S = 0.3
"""For a machine that does other things too; a request that is not stopped would take for ever."""

FOR_EVER_S = 3600


@pytest.fixture
async def client() -> AsyncIterator[FhirClient]:
    async with FhirClient(max_bytes=3_000_000) as client:
        yield client


async def pull(client: FhirClient, base: str, budget_s: float = BUDGET_S) -> Chart:
    return await fetch_chart(
        client,
        patient_id=PATIENT_ID,
        prefetch={},
        searches=SEARCHES,
        server=base,
        token="t",
        budget_s=budget_s,
    )


async def in_time(client: FhirClient, base: str) -> Chart | ChartUnavailable:
    """The pull, or why there is none; by the budget, with no task left behind."""
    before = asyncio.all_tasks()
    start = time.monotonic()
    result: Chart | ChartUnavailable
    try:
        result = await pull(client, base)
    except ChartUnavailable as error:
        result = error
    assert time.monotonic() - start < BUDGET_S + SLACK_S
    assert asyncio.all_tasks() == before
    return result


async def healthy(asked: Asked, writer: asyncio.StreamWriter) -> None:
    match asked.path.removeprefix("/fhir/"):
        case "Patient/pat-1":
            await reply(writer, PATIENT)
        case "Condition":
            await reply(writer, bundle(condition()))
        case "Observation":
            await reply(writer, bundle(observation("o1")))
        case _:
            await reply(writer, bundle())


async def test_a_server_that_never_answers_costs_the_budget_and_no_more(client: FhirClient) -> None:
    async def silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(FOR_EVER_S)

    with serving(silent) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, ChartUnavailable)
    assert result.reason == "too-slow"
    assert len(wire.asked) == len(SEARCHES)


@pytest.mark.parametrize("type_", ["Observation", "Immunization", "MedicationStatement"])
async def test_one_search_that_hangs_costs_its_own_kind(client: FhirClient, type_: str) -> None:
    async def partly(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.path.endswith(f"/{type_}"):
            await asyncio.sleep(FOR_EVER_S)
        await healthy(asked, writer)

    with serving(partly) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, Chart)
    assert set(result.gaps.values()) == {Gap.FAILED}
    assert result.not_searched == (type_,)
    assert any(resource.id == "c1" for page in result.pages for resource in page.resources)


async def test_a_body_that_drips_is_given_up(client: FhirClient) -> None:
    """Each byte would restart a time limit on reading."""

    async def dripping(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if not asked.path.endswith("/Observation"):
            return await healthy(asked, writer)
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for byte in body_of(bundle(*(observation(f"o{number}") for number in range(999)))):
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.02)

    with serving(dripping) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, Chart)
    assert result.gaps == {"neutrophils": Gap.FAILED, "mrss": Gap.FAILED}


async def test_headers_that_drip_are_given_up(client: FhirClient) -> None:
    async def dripping(asked: Asked, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while True:
            writer.write(b"X-More: and more\r\n")
            await writer.drain()
            await asyncio.sleep(0.02)

    with serving(dripping) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, ChartUnavailable)


async def test_a_server_that_stops_in_the_middle_is_tried_once_more_and_then_failed(client: FhirClient) -> None:
    async def stopping(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if not asked.path.endswith("/Immunization"):
            return await healthy(asked, writer)
        body = body_of(bundle(condition()))
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body[:-5])
        await writer.drain()
        writer.close()

    with serving(stopping) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, Chart)
    assert result.gaps == {"immunization": Gap.FAILED}
    assert sum(asked.path.endswith("/Immunization") for asked in wire.asked) == 2


async def test_connections_that_died_while_idle_cost_a_second_try(client: FhirClient) -> None:
    """As after a restart behind a proxy: they look alive, and close without a word when they are used."""
    used: list[asyncio.StreamWriter] = []
    dead: list[asyncio.StreamWriter] = []

    async def restarted(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if writer in dead:
            writer.close()
            return
        used.append(writer)
        await healthy(asked, writer)

    with serving(restarted) as wire:
        await in_time(client, wire.base)
        dead += used
        again = await in_time(client, wire.base)

    assert isinstance(again, Chart)
    assert again.gaps == {}
    assert len(wire.asked) > 2 * len(SEARCHES)


async def test_where_nobody_listens_the_answer_comes_at_once(client: FhirClient) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        result = await in_time(client, f"http://127.0.0.1:{port}/fhir")

    assert isinstance(result, ChartUnavailable)
    assert result.reason == "failed"


async def test_what_came_before_a_page_that_hangs_still_counts(client: FhirClient) -> None:
    async def stuck(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if "page=2" in asked.target:
            await asyncio.sleep(FOR_EVER_S)
        elif "/Observation" in asked.path:
            newest = observation("o2", "2026-02-01"), observation("o1", "2026-01-01")
            await reply(writer, bundle(*newest, next="?page=2"))
        else:
            await healthy(asked, writer)

    with serving(stuck) as wire:
        result = await in_time(client, wire.base)

    assert isinstance(result, Chart)
    assert result.gaps == {"neutrophils": Gap.CUT_NEWEST_FIRST, "mrss": Gap.CUT_NEWEST_FIRST}
    assert any(resource.id == "o2" for page in result.pages for resource in page.resources)


async def test_a_failed_patient_ends_all_other_requests(client: FhirClient) -> None:
    """Nothing can be judged any more, so nobody waits for the rest."""

    async def unknown(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if asked.path.endswith("/pat-1"):
            await asyncio.sleep(0.05)
            return await reply(writer, {"resourceType": "OperationOutcome"}, status=404)
        await asyncio.sleep(FOR_EVER_S)

    start = time.monotonic()
    with serving(unknown) as wire:
        with pytest.raises(ChartUnavailable):
            await pull(client, wire.base, budget_s=30)
        for _ in range(100):
            if wire.open <= 1:
                break
            await asyncio.sleep(0.01)

        assert wire.open <= 1
        assert time.monotonic() - start < 3


async def test_a_caller_that_goes_away_ends_the_pull(client: FhirClient) -> None:
    async def silent(asked: Asked, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(FOR_EVER_S)

    with serving(silent) as wire:
        before = asyncio.all_tasks()
        pulling = asyncio.create_task(pull(client, wire.base, budget_s=30))
        while len(wire.asked) < len(SEARCHES):
            await asyncio.sleep(0.01)
        pulling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await pulling

        assert asyncio.all_tasks() == before


async def test_pulls_that_hang_do_not_use_up_the_connections(client: FhirClient) -> None:
    silent = True

    async def sometimes(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if silent:
            await asyncio.sleep(FOR_EVER_S)
        await healthy(asked, writer)

    with serving(sometimes) as wire:
        results = await asyncio.gather(*(pull(client, wire.base) for _ in range(20)), return_exceptions=True)
        assert {type(result) for result in results} == {ChartUnavailable}
        silent = False

        chart = await pull(client, wire.base)

    assert chart.gaps == {}


async def test_an_endless_body_is_cut_off(client: FhirClient) -> None:
    async def endless(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if not asked.path.endswith("/Immunization"):
            return await healthy(asked, writer)
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        while True:
            writer.write(chunk)
            await writer.drain()

    with serving(endless) as wire:
        chart = await pull(client, wire.base, budget_s=5)

    assert chart.gaps["immunization"] is Gap.FAILED


async def test_a_small_body_that_unpacks_to_a_huge_one_is_cut_off(client: FhirClient) -> None:
    packed = gzip.compress(b" " * 50_000_000)

    async def bomb(asked: Asked, writer: asyncio.StreamWriter) -> None:
        if not asked.path.endswith("/Immunization"):
            return await healthy(asked, writer)
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)
        await writer.drain()

    with serving(bomb) as wire:
        chart = await pull(client, wire.base, budget_s=5)

    assert chart.gaps["immunization"] is Gap.FAILED


async def test_all_searches_are_under_way_at_once(client: FhirClient) -> None:
    """The server answers none before it has seen all: one after another would never end."""
    seen = 0
    every = asyncio.Event()

    async def together(asked: Asked, writer: asyncio.StreamWriter) -> None:
        nonlocal seen
        seen += 1
        if seen == len(SEARCHES):
            every.set()
        await every.wait()
        await healthy(asked, writer)

    with serving(together) as wire:
        chart = await pull(client, wire.base, budget_s=5)

    assert chart.gaps == {}
    assert len(wire.asked) == len(SEARCHES)
