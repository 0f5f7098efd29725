"""How the service logs: to standard error, and never what an HTTP client would tell of a URL, which names a patient."""

import logging

CHATTY = ("httpx", "httpcore", "hpack", "alembic", "sqlalchemy")


def quiet_clients() -> None:
    """httpx logs every URL at INFO and httpcore every header at DEBUG; both stay below our warnings."""
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)


def log_to_terminal(level: int | str = logging.INFO) -> None:
    """Set up the log of a process of our own."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    quiet_clients()
