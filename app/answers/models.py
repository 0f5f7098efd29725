"""The one table of answers. Rows are added and withdrawn; none is changed otherwise, and none is deleted."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Index, Integer, String, Text, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Instant(TypeDecorator[datetime]):
    """A moment in UTC; SQLite has no time zones, so that there it is kept without and read with one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC; a moment without a zone is a mistake of ours."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """In UTC again."""
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Base(DeclarativeBase):
    """What Alembic compares the database with."""


class StoredAnswer(Base):
    """One answer to one row of one trial about one patient of one server."""

    __tablename__ = "answer"
    __table_args__ = (Index("ix_answer_patient", "server", "patient"),)

    number: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    """The order of recording."""
    id: Mapped[str] = mapped_column(String(36), unique=True)
    server: Mapped[str] = mapped_column(String(500))
    patient: Mapped[str] = mapped_column(String(80))
    trial: Mapped[str] = mapped_column(String(100))
    ref: Mapped[str] = mapped_column(String(40))
    yes: Mapped[bool]
    note: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(100))
    answered_on: Mapped[date]
    """The day in the offset of whoever answered."""
    answered_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(100))
    question: Mapped[str | None] = mapped_column(Text)
    """As it was put; an answer to a question that has changed since decides nothing."""
    source: Mapped[str | None] = mapped_column(String(40))
