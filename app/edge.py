"""The edge of the process: one access line per request without anything a caller wrote, and no error that escapes."""

import logging
import time
import traceback

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.outcome import MEDIA_TYPE, outcome

access = logging.getLogger("trialhook.access")
log = logging.getLogger("trialhook")


def place(error: BaseException) -> str:
    """The kind of an error and where it was raised. Never its message, which may quote a chart."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return f"{type(error).__name__} at {where}"


class Edge:
    """ASGI middleware around the routes, inside CORS so that its answers carry those headers too."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, counted)
        except ClientDisconnect:
            status = status or 499
        except Exception as error:  # the edge of the process: nothing may pass it but a plain answer
            log.error("unexpected %s", place(error))
            if not status:
                await _answer_500(counted)
        elapsed_ms = (time.perf_counter() - started) * 1000
        access.info("%s %s %d %.1f ms", scope["method"], _route(scope), status, elapsed_ms)


def _route(scope: Scope) -> str:
    """The route's own pattern, not the path: ids in a path may be a patient's."""
    return str(getattr(scope.get("route"), "path", "(no route)"))


async def _answer_500(send: Send) -> None:
    body = outcome(500, "The service failed at this request. Nothing of it was kept.")
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
