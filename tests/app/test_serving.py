"""The service as a process serves it: a real socket, a real server, its log."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest

from app.main import create_app
from app.serving import CannotListen, announcement, bound, server
from app.settings import Settings
from tests.app.calling import HOOK, TODAY, Json, call, library, sent


@contextmanager
def served(**settings: Any) -> Iterator[str]:
    """The base URL of a service on a free port."""
    listening = bound("127.0.0.1", 0)
    running = server(create_app(Settings(**settings), library=library(), today=lambda: TODAY))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not running.started:
            assert thread.is_alive()
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()
        listening.close()


def test_a_hook_over_http_with_and_without_prefetch_gives_the_same_cards(caplog: pytest.LogCaptureFixture) -> None:
    """Against the embedded FHIR server, by real HTTP; and no line of the log names the patient."""
    caplog.set_level(logging.INFO)
    with served(sandbox=True) as base:
        bare = call(fhirServer=f"{base}/sandbox/fhir")
        del bare["prefetch"]
        with_prefetch, without = (httpx.post(base + HOOK, **sent(body), timeout=20) for body in (call(), bare))
        reported = httpx.get(f"{base}/match", params={"patient": "testfrau-amelie"}, timeout=20)

    assert details(with_prefetch) == details(without) != []
    assert reported.json()["patient"] == "Patient/testfrau-amelie"
    lines = [record.getMessage() for record in caplog.records if record.name != "httpx"]
    assert [line for line in lines if "testfrau" in line] == []
    assert any(line.startswith("POST /cds-services/{id} 200 ") for line in lines)


def details(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return [card["detail"] for card in body["cards"]]


def test_a_large_body_is_refused_and_the_server_goes_on() -> None:
    with served(max_body_mb=1) as base:
        refused = httpx.post(base + HOOK, **sent(b" " * 20_000_000), timeout=20)
        after = httpx.get(f"{base}/health")

    assert (refused.status_code, after.status_code) == (413, 200)


def test_a_caller_who_leaves_in_the_middle_costs_nothing() -> None:
    with served() as base:
        host, port = base.removeprefix("http://").split(":")
        head = f"POST {HOOK} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
        with socket.create_connection((host, int(port))) as caller:
            caller.sendall(head.encode())
        after = httpx.get(f"{base}/health")

    assert after.status_code == 200


def test_a_port_that_is_taken_is_told() -> None:
    with bound("127.0.0.1", 0) as listening, pytest.raises(CannotListen, match="cannot listen on"):
        bound("127.0.0.1", listening.getsockname()[1])


def test_the_start_says_where_it_is_reached_and_what_it_decides() -> None:
    with bound("127.0.0.1", 0) as listening:
        said = announcement(Settings(sandbox=True), library(), listening)
        port = listening.getsockname()[1]

    for path in ("sandbox", "sandbox/fhir", "cds-services", "trials"):
        assert f"http://127.0.0.1:{port}/{path}\n" in said
    assert all(f"{trial.ref} {trial.id}: " in said for trial in library().trials)
    assert " criteria decided from data, " in said
