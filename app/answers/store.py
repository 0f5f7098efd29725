"""Keeps answers in a database. Blocking: whoever serves requests asks it through `app.answers.desk`."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple

from alembic.util import CommandError
from sqlalchemy import URL, Row, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.answers.database import migrate, opened
from app.answers.models import StoredAnswer


class Unavailable(Exception):
    """The database cannot be asked just now; the text names the kind of error and nothing that was in it."""


class Subject(NamedTuple):
    """Whom answers are about: a patient of a FHIR server, or of Bundles that are handed in ("direct")."""

    server: str
    patient: str
    """`Patient/ID`."""


class Given(NamedTuple):
    """An answer as it comes in."""

    trial: str
    ref: str
    yes: bool
    by: str
    on: date
    """The day in the offset of whoever answered."""
    at: datetime
    note: str | None = None
    question: str | None = None
    """As it was put; `None` of answers from before this was kept."""
    source: str | None = None
    """By which way it came."""


class Kept(NamedTuple):
    """An answer as it is kept."""

    id: str
    subject: Subject
    given: Given
    recorded_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


class AnswerStore:
    """The answers of one database; its schema is brought up to date before it is first asked."""

    def __init__(self, url: URL) -> None:
        self._engine = opened(url)
        self._current = False
        self._migrating = Lock()

    def ready(self) -> None:
        """Brings the schema up to date; raises `Unavailable`."""
        with _telling(), self._migrating:
            if not self._current:
                migrate(self._engine)
                self._current = True

    def record(self, subject: Subject, given: Sequence[Given], now: datetime) -> tuple[Kept, ...]:
        """Adds the answers, all or none; they are on the disk when this returns. Raises `Unavailable`."""
        self.ready()
        with _telling(), Session(self._engine) as session:
            rows = [_row(subject, one, now) for one in given]
            session.add_all(rows)
            session.flush()
            kept = tuple(_kept(row) for row in rows)
            session.commit()
        return kept

    def of(self, subject: Subject) -> tuple[Kept, ...]:
        """Every answer about the patient in the order of recording, withdrawn ones too; raises `Unavailable`."""
        self.ready()
        wanted = StoredAnswer.server == subject.server, StoredAnswer.patient == subject.patient
        # Every card asks this: plain rows take half the time of objects that a session follows.
        with _telling(), self._engine.connect() as connection:
            found = connection.execute(select(StoredAnswer.__table__).where(*wanted).order_by(StoredAnswer.number))
            return tuple(_kept(row) for row in found)

    def withdraw(self, id: str, by: str, now: datetime) -> Kept | None:
        """The answer, withdrawn; who did so first stays. `None` if there is none. Raises `Unavailable`."""
        self.ready()
        with _telling(), Session(self._engine) as session:
            # Before anything is read: whoever comes second finds it withdrawn.
            session.query(StoredAnswer).filter(StoredAnswer.id == id, StoredAnswer.withdrawn_at.is_(None)).update(
                {StoredAnswer.withdrawn_at: now, StoredAnswer.withdrawn_by: by}, synchronize_session=False
            )
            row = session.scalar(select(StoredAnswer).where(StoredAnswer.id == id))
            kept = None if row is None else _kept(row)
            session.commit()
        return kept

    def close(self) -> None:
        """Closes the connections."""
        self._engine.dispose()


def _row(subject: Subject, given: Given, now: datetime) -> StoredAnswer:
    return StoredAnswer(
        id=str(uuid.uuid4()),
        server=subject.server,
        patient=subject.patient,
        trial=given.trial,
        ref=given.ref,
        yes=given.yes,
        note=given.note,
        answered_by=given.by,
        answered_on=given.on,
        answered_at=given.at,
        recorded_at=now,
        question=given.question,
        source=given.source,
    )


def _kept(row: StoredAnswer | Row[Any]) -> Kept:
    return Kept(
        row.id,
        Subject(row.server, row.patient),
        _given(row),
        row.recorded_at,
        row.withdrawn_at,
        row.withdrawn_by,
    )


def _given(row: StoredAnswer | Row[Any]) -> Given:
    return Given(
        row.trial,
        row.ref,
        row.yes,
        row.answered_by,
        row.answered_on,
        row.answered_at,
        row.note,
        row.question,
        row.source,
    )


@contextmanager
def _telling() -> Iterator[None]:
    """Whatever the database or its schema says becomes one error without its words, which may quote an answer."""
    try:
        yield
    except (SQLAlchemyError, CommandError, OSError, ValueError) as error:  # ValueError: a stored value that is none
        raise Unavailable(type(error).__name__) from None
