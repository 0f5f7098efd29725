"""Opens the database of answers and brings its schema up to date: SQLite or PostgreSQL, by one code path."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text

WAIT_S = 2
"""The longest that connecting, one statement or the wait for another writer may take."""

_IMMEDIATE = "trialhook_immediate"
_MIGRATING = 8_243_107
"""The advisory lock under which PostgreSQL's schema is changed: one process at a time."""
_SCRIPTS = Path(__file__).with_name("migrations")
_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def known_url(text_of_url: str) -> URL:
    """The URL with the driver that this service brings; raises `ValueError` for any other database."""
    try:
        url = make_url(text_of_url)
    except Exception:  # SQLAlchemy's message would quote the URL, and with it a password
        url = None
    backend = "" if url is None else url.drivername.partition("+")[0]
    if url is None or backend not in _DRIVERS:
        raise ValueError("has to be sqlite:///FILE, postgresql://USER@HOST/DATABASE, or off")
    if backend == "sqlite" and (not url.database or url.database == ":memory:" or "mode=memory" in str(url)):
        raise ValueError("needs a file (sqlite:////var/lib/trialhook/answers.db); memory would forget the answers")
    return url.set(drivername=_DRIVERS[backend])


def default_url() -> URL:
    """A file in the data folder of the user who runs the service."""
    folder = Path(os.environ.get("XDG_DATA_HOME") or Path(os.path.expanduser("~")) / ".local" / "share")
    return URL.create("sqlite", database=str(folder / "trialhook" / "answers.db"))


def opened(url: URL) -> Engine:
    """An engine whose commits are on the disk before they are acknowledged; nothing is connected yet."""
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    options = f"-c statement_timeout={WAIT_S * 1000} -c lock_timeout={WAIT_S * 1000} -c synchronous_commit=on"
    return create_engine(
        url,
        hide_parameters=True,
        pool_size=4,
        max_overflow=0,
        pool_timeout=WAIT_S,
        pool_pre_ping=True,
        connect_args={"connect_timeout": WAIT_S, "options": options, "application_name": "trialhook"},
    )


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, hide_parameters=True, pool_timeout=WAIT_S, connect_args={"timeout": WAIT_S})

    @event.listens_for(engine, "do_connect")
    def private(dialect: Any, record: Any, arguments: Any, keywords: Any) -> None:
        _made_private(Path(url.database or ""))

    @event.listens_for(engine, "connect")
    def durable(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins too late for a schema change to be one transaction
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        immediate = connection.get_execution_options().get(_IMMEDIATE)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _made_private(file: Path) -> None:
    """The file exists, and nobody but its owner may read it; SQLite gives its journal the same rights."""
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))


def migrate(engine: Engine, revision: str = "head") -> None:
    """The schema at that revision; two processes that start at once change it one after the other."""
    with _one_at_a_time(engine) as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
        base = revision == "base" or revision.startswith("-")
        (command.downgrade if base else command.upgrade)(config, revision)


@contextmanager
def _one_at_a_time(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(**{_IMMEDIATE: True}) as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL lock_timeout = '60s'"))
            connection.execute(text("SET LOCAL statement_timeout = '60s'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATING})
        yield connection
