"""The schema, step by step: up, down, from an old database, and what a newer one means."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect, text

from app.answers.database import known_url, migrate, opened
from app.answers.models import Base
from app.answers.store import AnswerStore, Given, Subject, Unavailable

ANNA = Subject("direct", "Patient/anna")
OLD = """
INSERT INTO answer (id, server, patient, trial, ref, yes, answered_by, answered_on, answered_at, recorded_at)
VALUES (
    'a-1', 'direct', 'Patient/anna', 't', 'T-1', true, 'Dr Li',
    '2026-11-20', '2026-11-20 10:00:00', '2026-11-20 10:00:01'
)
"""


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    made = opened(known_url(url))
    yield made
    made.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def test_every_step_goes_up_and_down_again(engine: Engine) -> None:
    for revision in ("0001", "0002", "0001", "base", "head", "base"):
        down = revision == "base" or (revision == "0001" and tables(engine))
        migrate(engine, f"-{1}" if down and revision != "base" else revision)

        assert tables(engine) == (set() if revision == "base" else {"answer"})


def test_the_steps_lead_to_the_tables_that_the_service_uses(engine: Engine) -> None:
    migrate(engine)

    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []


def test_answers_of_an_old_database_are_still_there(engine: Engine, url: str) -> None:
    migrate(engine, "0001")
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        connection.execute(text(OLD))

    with closing(AnswerStore(known_url(url))) as store:
        (kept,) = store.of(ANNA)

    at = datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert kept.given == Given("t", "T-1", True, "Dr Li", date(2026, 11, 20), at, None, None, None)


def test_a_second_start_changes_nothing(engine: Engine) -> None:
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text(OLD))
    migrate(engine)
    migrate(engine)

    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM answer")) == 1


def test_a_step_that_fails_leaves_the_schema_as_it_was(engine: Engine) -> None:
    """A column that is in the way: the second step cannot be made, and nothing of it stays."""
    migrate(engine, "0001")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE answer ADD COLUMN source TEXT"))

    with pytest.raises(Exception, match=r"(?i)duplicate|exists"):
        migrate(engine)

    assert "question" not in {column["name"] for column in inspect(engine).get_columns("answer")}


def test_a_database_of_a_newer_version_is_left_alone(engine: Engine, url: str) -> None:
    migrate(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with closing(AnswerStore(known_url(url))) as store, pytest.raises(Unavailable, match="CommandError"):
        store.of(ANNA)
