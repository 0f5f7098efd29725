"""A server that spares itself, much as HAPI comes: small pages, no total, no `:missing`, searches cached for a minute.

What a cache means: a search within the minute gets the answer of the first one, and what was charted in between is not
in it. The service keeps nothing itself and asks the server not to answer from a cache, so that a result of this minute
is judged.
"""

import signal
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from app.sandbox.patients import SandboxPatient
from tests.hapi.asking import assert_same_verdicts, given, pulled
from tests.hapi.loading import Json, load
from tests.hapi.prefetching import filled, from_chart
from tests.hapi.server import HapiServer, running
from tests.hapi.service import cards, fire, serving
from tests.hapi.variations import changed, of_another, unless_uncategorised

pytestmark = [pytest.mark.hapi, pytest.mark.own_server]

Patients = tuple[SandboxPatient, ...]
PAGE = 20
CACHED_S = 60
BUDGET_S = 2.5


@pytest.fixture(scope="module")
def sparing(sandbox: Patients) -> Iterator[HapiServer]:
    """The server, which the last test halts."""
    with running(
        searchAhead="13,503,2003,-1",
        reuseSearchesForMs=CACHED_S * 1000,
        pageSize=PAGE,
        largestPage=PAGE,
        refuseMissing="true",
    ) as server:
        load(server.base, *(patient.bundle for patient in sandbox))
        yield server


@pytest.fixture(scope="module")
def its_service(sparing: HapiServer) -> Iterator[str]:
    with serving(fhir_servers=(sparing.base,), call_without_token=True, budget_s=20) as base:
        yield base


def test_its_pages_are_small_and_do_not_say_how_many_results_there_are(sparing: HapiServer, sandbox: Patients) -> None:
    """Else the comparisons below would show nothing of it."""
    first: Json = httpx.get(f"{sparing.base}/Observation", params={"patient": sandbox[0].id, "_count": 1000}).json()

    assert "total" not in first
    assert len(first["entry"]) == PAGE
    assert "next" in {link["relation"] for link in first["link"]}


def test_small_pages_without_a_total_change_no_card(
    patient: SandboxPatient, sparing: HapiServer, its_service: str, templates: dict[str, str]
) -> None:
    asked = cards(fire(its_service, patient.id, fhir_server=sparing.base))

    assert asked == cards(fire(its_service, patient.id, prefetch=from_chart(templates, patient.bundle)))


def test_small_pages_without_a_total_change_no_verdict(patient: SandboxPatient, its_service: str) -> None:
    assert_same_verdicts(pulled(its_service, patient.id), given(its_service, patient.bundle))


def test_scores_without_a_category_are_found_by_a_server_that_refuses_missing(
    sparing: HapiServer, sandbox: Patients, its_service: str, templates: dict[str, str]
) -> None:
    chart = next(one.bundle for one in sandbox if one.id == "beispiel-clara")
    assert httpx.get(f"{sparing.base}/{filled(templates['uncategorised'], 'beispiel-clara')}").status_code == 400

    asked = pulled(its_service, "beispiel-clara")

    assert_same_verdicts(asked, given(its_service, chart))
    assert asked["trials"] != given(its_service, changed(chart, unless_uncategorised))["trials"]


def test_what_was_charted_since_a_cached_search_is_judged_all_the_same(
    sparing: HapiServer, sandbox: Patients, its_service: str
) -> None:
    later = of_another(sandbox[0].bundle, "charted-in-two-goes")
    earlier = changed(later, lambda one: None if one["resourceType"] == "Observation" else one)
    after, before = given(its_service, later), given(its_service, earlier)
    assert after["trials"] != before["trials"]

    began = time.monotonic()
    load(sparing.base, earlier)
    assert observed(sparing, "charted-in-two-goes") == 0
    assert_same_verdicts(pulled(its_service, "charted-in-two-goes"), before)
    load(sparing.base, later)
    again = pulled(its_service, "charted-in-two-goes")

    assert observed(sparing, "charted-in-two-goes") == 0, "the server answers others from its cache"
    assert time.monotonic() - began < CACHED_S, "too slow to meet the cache"
    assert_same_verdicts(again, after)


def observed(server: HapiServer, patient: str) -> int:
    """How many results of the patient a search finds that takes what the cache has."""
    bundle: Json = httpx.get(f"{server.base}/Observation", params={"patient": patient}).json()
    return len(bundle.get("entry", ()))


def test_a_patient_whom_no_search_has_met_is_judged_by_what_was_charted_a_moment_ago(
    sparing: HapiServer, sandbox: Patients, its_service: str
) -> None:
    chart = of_another(sandbox[0].bundle, "charted-just-now")
    load(sparing.base, chart)

    assert_same_verdicts(pulled(its_service, "charted-just-now"), given(its_service, chart))


def test_a_server_that_hangs_and_then_is_gone_delays_no_answer_beyond_the_budget(
    sparing: HapiServer, sandbox: Patients
) -> None:
    assert sparing.process is not None
    patient = sandbox[0]
    with serving(fhir_servers=(sparing.base,), call_without_token=True, budget_s=BUDGET_S) as service:
        assert fire(service, patient.id, fhir_server=sparing.base).status_code == 200

        sparing.process.send_signal(signal.SIGSTOP)
        try:
            hanging = in_time(lambda: fire(service, patient.id, fhir_server=sparing.base))
            query = in_time(lambda: httpx.get(f"{service}/match", params={"patient": patient.id}, timeout=30))
        finally:
            sparing.process.send_signal(signal.SIGCONT)
        assert (hanging.status_code, query.status_code) == (412, 504)

        sparing.process.terminate()
        sparing.process.wait(30)
        gone = in_time(lambda: fire(service, patient.id, fhir_server=sparing.base))
        query = in_time(lambda: httpx.get(f"{service}/match", params={"patient": patient.id}, timeout=30))
        assert (gone.status_code, query.status_code) == (412, 502)
        for answer in (hanging, gone, query):
            assert answer.json()["resourceType"] == "OperationOutcome"
            assert patient.id not in answer.text


def in_time(call: Callable[[], httpx.Response]) -> httpx.Response:
    """The answer to a call, which has to come within the budget and what it takes to say so."""
    began = time.monotonic()
    answer = call()
    assert time.monotonic() - began < BUDGET_S + 0.5
    return answer
