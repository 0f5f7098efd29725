"""A small HTTP server on the loopback that can do what no decent server does: hang, drip, stop in the middle."""

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.app.fhir.resources import Json


class Asked(NamedTuple):
    """One request, as far as the answer depends on it."""

    method: str
    target: str

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


Answer = Callable[[Asked, asyncio.StreamWriter], Awaitable[None]]


class Wire:
    """A running server: where it is, what it was asked, how many connections are open."""

    def __init__(self, answer: Answer) -> None:
        self.base = ""
        self.asked: list[Asked] = []
        self.open = 0
        self._answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        try:
            ahead = b""
            while True:
                head = ahead + await reader.readuntil(b"\r\n\r\n")
                method, target, _ = head.decode().split(" ", 2)
                asked = Asked(method, target)
                self.asked.append(asked)
                ahead = await self._answered(asked, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, ConnectionError):
            pass  # the client went away, or the test is over
        finally:
            self.open -= 1
            writer.close()

    async def _answered(self, asked: Asked, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
        """The first byte of the next request; raises if the client goes away, also while it is being answered."""
        answering = asyncio.ensure_future(self._answer(asked, writer))
        coming = asyncio.ensure_future(reader.readexactly(1))
        try:
            await asyncio.wait((answering, coming), return_when=asyncio.FIRST_COMPLETED)
            if answering.done():
                answering.result()
            return await coming
        finally:
            answering.cancel()
            coming.cancel()


def body_of(content: Json) -> bytes:
    return json.dumps(content).encode()


async def reply(writer: asyncio.StreamWriter, content: Json, status: int = 200) -> None:
    body = body_of(content)
    head = f"HTTP/1.1 {status} X\r\nContent-Type: application/fhir+json\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await writer.drain()


@contextmanager
def serving(answer: Answer) -> Iterator[Wire]:
    """A server in a loop and thread of its own, so that every task in the test's loop is the client's."""
    wire = Wire(answer)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(wire.serve, "127.0.0.1", 0), loop).result()
    wire.base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/fhir"
    try:
        yield wire
    finally:
        asyncio.run_coroutine_threadsafe(_ended(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _ended(server: asyncio.Server) -> None:
    server.close()
    tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
