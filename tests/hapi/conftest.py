"""The FHIR servers that these tests stand on, and the service over the one that most of them share."""

from collections.abc import Iterator
from datetime import date

import pytest

from app.sandbox.patients import SandboxPatient, patients
from tests import machine
from tests.hapi.loading import load
from tests.hapi.server import HapiServer, running
from tests.hapi.service import patient_view, serving

PATIENTS = patients(date.today())
NOT_OURS = "they set the server up as they need it; unset TRIALHOOK_TEST_FHIR_SERVER to bring them in"
LEFT_OUT = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_server: needs a FHIR server that the tests set up themselves")
    config.stash[LEFT_OUT] = []


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("own_server") and machine.fhir_server_given():
        item.config.stash[LEFT_OUT].append(item.nodeid)
        pytest.skip(NOT_OURS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := len(config.stash[LEFT_OUT]):
        terminalreporter.write_line(f"SKIPPED {count} tests of a FHIR server's settings: {NOT_OURS}", yellow=True)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a `patient` is run for each of the sandbox's."""
    if "patient" in metafunc.fixturenames:
        metafunc.parametrize("patient", PATIENTS, ids=[patient.id for patient in PATIENTS])


@pytest.fixture(scope="session")
def sandbox() -> tuple[SandboxPatient, ...]:
    """The sandbox's patients, who are on every server here."""
    return tuple(PATIENTS)


@pytest.fixture(scope="session")
def hapi() -> Iterator[HapiServer]:
    """The FHIR server of the whole run: the one that TRIALHOOK_TEST_FHIR_SERVER names, else one of our own."""
    if given := machine.fhir_server_given():
        yield HapiServer(given, None)
        return
    with running() as server:
        yield server


@pytest.fixture(scope="session")
def fhir(hapi: HapiServer) -> str:
    """The base URL of the FHIR server, which holds the sandbox's patients."""
    load(hapi.base, *(patient.bundle for patient in PATIENTS))
    return hapi.base


@pytest.fixture(scope="session")
def service(fhir: str) -> Iterator[str]:
    """A service that may read the FHIR server, with time enough for a slow machine."""
    with serving(fhir_servers=(fhir,), call_without_token=True, budget_s=20) as base:
        yield base


@pytest.fixture(scope="session")
def templates(service: str) -> dict[str, str]:
    found: dict[str, str] = patient_view(service)["prefetch"]
    return found
