"""The FHIR server that these tests share."""

from collections.abc import Iterator

import pytest

from tests import machine
from tests.hapi.server import HapiServer, running


@pytest.fixture(scope="session")
def hapi() -> Iterator[HapiServer]:
    """The FHIR server of the whole run: the one that TRIALHOOK_TEST_FHIR_SERVER names, else one of our own."""
    if given := machine.fhir_server_given():
        yield HapiServer(given, None)
        return
    with running() as server:
        yield server
