"""Starts the service in a process of its own: the socket first, so that the addresses it prints are true."""

import socket

import uvicorn
from fastapi import FastAPI

from app.catalogue import tally
from app.library import Library
from app.logs import log_to_terminal
from app.main import create_app
from app.settings import Settings
from app.terminology.snapshot import terminology_report
from trials.judge import Trial

STOP_WITHIN_S = 5


class CannotListen(Exception):
    """The address is taken or not ours; the text says which and why."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens on `host` and `port`; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or error
        raise CannotListen(f"cannot listen on {host}:{port}: {reason}") from None
    return listening


def serve(settings: Settings, library: Library, listening: socket.socket) -> None:
    """Serves until the process is told to stop. uvicorn's access log stays off: it would write query strings."""
    log_to_terminal()
    server(create_app(settings, library=library)).run(sockets=[listening])


def server(app: FastAPI) -> uvicorn.Server:
    """The server as it runs in production and in tests."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            ws="none",
            timeout_graceful_shutdown=STOP_WITHIN_S,
        )
    )


def announcement(settings: Settings, library: Library, listening: socket.socket) -> str:
    """What a start prints: where the service is reached, and what each trial decides from data."""
    host, port = listening.getsockname()[:2]
    base = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    lines = [f"CDS Hooks discovery  {base}/cds-services", f"Trials               {base}/trials"]
    if settings.sandbox:
        lines.insert(0, f"Sandbox page         {base}/sandbox")
        lines.append(f"Sandbox FHIR server  {base}/sandbox/fhir")
    behind = terminology_report(library.snapshots)
    for one in behind.snapshots if behind else ():
        lines.append(f"Terminology          {one.sets} value sets by {one.server} on {one.day}")
    for trial in library.trials:
        lines.append(f"{trial.ref} {trial.id}: {_said(trial)}")
    return "\n".join(lines)


def _said(trial: Trial) -> str:
    reason = trial.definition.not_assessable
    return f"{tally(trial)}" if reason is None else f"cannot be assessed. {reason}"
