"""The databases that the tests of this folder keep answers in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import machine
from tests.app.answers.keeping import database
from tests.app.answers.postgres import cluster, fresh_database


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """A PostgreSQL server for the whole run."""
    if given := machine.postgres_given():
        yield given
        return
    with cluster() as own:
        yield own.url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once of each kind: what is true of one has to be true of the other."""
    if request.param == "sqlite":
        return database(tmp_path)
    server: str = request.getfixturevalue("server")
    return fresh_database(server)
