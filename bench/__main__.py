"""`make bench`: three ratios, each side by side in one run. Bounded: about a minute on two cores."""

import asyncio
import gc
import statistics
import time
from collections.abc import Callable
from datetime import date

import orjson

from app.library import load_library
from app.reading.page import decode_page
from app.reading.record import read_record
from app.settings import Settings
from bench.payload import PATIENT, complete, request
from bench.pulling import pulls
from bench.whole import whole_requests
from cds_hooks.request import read_request

ROUNDS = 60
TODAY = date(2026, 6, 15)


def main() -> None:
    """Prints the figures."""
    library = load_library(Settings())
    keys = [search.key for search in library.searches]
    print("Bytes to facts, against orjson.loads of the same body (median of interleaved rounds)")
    for size in (200, 1000):
        body = complete(request(size, TODAY), keys)

        def facts(body: bytes = body) -> object:
            call = read_request(body)
            pages = [decode_page(raw) for raw in call.prefetch.values() if raw is not None]
            return read_record(
                pages, terminology=library.terminology, today=TODAY, patient_id=PATIENT, needed=library.needs.names
            )

        ours, yardstick = interleaved(facts, lambda body=body: orjson.loads(body))  # type: ignore[misc]
        print(_line(size, body, ours, yardstick))
    print("Whole patient-view request over HTTP, against a server that only does orjson.loads (median)")
    for size in (200, 1000):
        body = complete(request(size, TODAY), keys)
        ours, yardstick = whole_requests(body)
        print(_line(size, body, ours, yardstick))
    print("Pull of a whole chart from a server with 50 ms latency, against the same searches one after another")
    ours, yardstick = asyncio.run(pulls(library.searches))
    print(f"  {len(keys)} searches  {ours:7.0f} ms / {yardstick:6.0f} ms = 1/{yardstick / ours:.1f}")


def _line(size: int, body: bytes, ours: float, yardstick: float) -> str:
    figures = f"{ours:7.2f} ms / {yardstick:6.2f} ms = {ours / yardstick:.2f}x"
    return f"  {size:5} observations, {len(body) / 1000:6.0f} kB  {figures}"


def interleaved(ours: Callable[[], object], yardstick: Callable[[], object]) -> tuple[float, float]:
    """Median milliseconds of both, run in turn, so that a change of the machine's speed meets both."""
    gc.collect()
    gc.freeze()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for run, spent in zip((ours, yardstick), times, strict=True):
            start = time.perf_counter()
            run()
            spent.append((time.perf_counter() - start) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


if __name__ == "__main__":
    main()
