"""The whole request over HTTP: the real service and its twin, each a server of its own, called in turn."""

import json
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import orjson
import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import SecretStr

from app.main import create_app
from app.serving import server
from app.settings import Settings

ROUNDS = 60
HOOK = "/cds-services/trialhook-patient-view"


def twin() -> FastAPI:
    """The yardstick: the same framework and server, a handler that parses the body and returns a constant."""
    app = FastAPI()
    answer = json.dumps({"cards": []}).encode()

    @app.post(HOOK)
    async def hook(request: Request) -> Response:
        orjson.loads(await request.body())
        return Response(answer, media_type="application/json")

    return app


def whole_requests(body: bytes) -> tuple[float, float]:
    """Median milliseconds of a request to the service and to its twin."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running(server(create_app(_keeping(folder)))) as ours,
        running(server(twin())) as yardstick,
        httpx.Client() as client,
    ):
        times: dict[str, list[float]] = {ours: [], yardstick: []}
        for round_ in range(ROUNDS + 5):
            for base, spent in times.items():
                start = time.perf_counter()
                answer = client.post(base + HOOK, content=body, headers={"Content-Type": "application/json"})
                elapsed = (time.perf_counter() - start) * 1000
                if answer.status_code != httpx.codes.OK:
                    raise SystemExit(f"{base} answered {answer.status_code}: {answer.text[:200]}")
                if round_ >= 5:
                    spent.append(elapsed)
    return statistics.median(times[ours]), statistics.median(times[yardstick])


def _keeping(folder: str) -> Settings:
    """A site's settings, with a database of answers that nobody else uses: each card asks it."""
    return Settings(answers_url=SecretStr(f"sqlite:///{folder}/answers.db"))


@contextmanager
def running(serving: uvicorn.Server) -> Iterator[str]:
    """The server on a free loopback port, in a thread; yields its base address."""
    serving.config.host, serving.config.port = "127.0.0.1", 0
    thread = threading.Thread(target=serving.run, daemon=True)
    thread.start()
    while not serving.started:
        time.sleep(0.01)
    port = serving.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.should_exit = True
        thread.join(timeout=10)
