"""The client that the tests of this folder pull with."""

from collections.abc import AsyncIterator

import pytest

from app.fhir.client import FhirClient


@pytest.fixture
async def client() -> AsyncIterator[FhirClient]:
    async with FhirClient(max_pages=4, max_bytes=1_000_000) as client:
        yield client
