"""Where requests ask for answers: in threads of its own, in time, and without ever costing the EHR its cards."""

import asyncio
import itertools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import NamedTuple, TypeVar

from app.answers.facts import facts
from app.answers.store import AnswerStore, Given, Kept, Subject, Unavailable
from app.library import Library
from app.matching import NONE, Answers

log = logging.getLogger("trialhook.answers")

READ_WITHIN_S = 0.5
"""A card waits so long for answers, beside the pull of the chart."""
WRITE_WITHIN_S = 10.0
_THREADS = 4
_MOST_WAITING = 64

_T = TypeVar("_T")


class Recorded(NamedTuple):
    """What people answered about one patient, as far as it could be read."""

    answers: Answers = NONE
    unavailable: bool = False
    """They could not be read: what follows is judged without them, and has to say so."""


class Desk:
    """One store, or none where the site keeps no answers."""

    def __init__(self, store: AnswerStore | None) -> None:
        self._store = store
        self._threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="answers")
        self._waiting = 0
        self._failures = itertools.count(1)

    @property
    def keeps(self) -> bool:
        """Whether answers are kept here at all."""
        return self._store is not None

    async def start(self) -> None:
        """Brings the schema up to date; a database that is down stops no service."""
        if self._store is not None:
            try:
                await self._asked(self._store.ready, WRITE_WITHIN_S)
            except Unavailable as error:
                log.warning("the database of answers is not available (%s); it is tried again at each use", error)

    async def recorded(self, subject: Subject | None, library: Library) -> Recorded:
        """The answers about a patient, for judging; never raises and never waits long. Without a subject: none."""
        if self._store is None or subject is None:
            return Recorded()
        try:
            kept = await self.of(subject, READ_WITHIN_S)
        except Unavailable as error:
            log.warning("answers could not be read (%s, %d so far)", error, next(self._failures))
            return Recorded(unavailable=True)
        return Recorded(facts(kept, library)) if kept else Recorded()

    async def of(self, subject: Subject, within_s: float = WRITE_WITHIN_S) -> tuple[Kept, ...]:
        """Every answer about a patient; raises `Unavailable`."""
        store = self._kept_here()
        return await self._asked(lambda: store.of(subject), within_s)

    async def record(self, subject: Subject, given: Sequence[Given], now: datetime) -> tuple[Kept, ...]:
        """Keeps the answers; when this returns they are on the disk. Raises `Unavailable`."""
        store = self._kept_here()
        return await self._asked(lambda: store.record(subject, given, now), WRITE_WITHIN_S)

    async def withdraw(self, id: str, by: str, now: datetime) -> Kept | None:
        """Withdraws an answer; raises `Unavailable`."""
        store = self._kept_here()
        return await self._asked(lambda: store.withdraw(id, by, now), WRITE_WITHIN_S)

    def close(self) -> None:
        """Lets the threads end by themselves: each of their waits has an end."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        if self._store is not None:
            self._store.close()

    def _kept_here(self) -> AnswerStore:
        if self._store is None:
            raise Unavailable("off")
        return self._store

    async def _asked(self, ask: Callable[[], _T], within_s: float) -> _T:
        if self._waiting >= _MOST_WAITING:
            raise Unavailable("busy")
        self._waiting += 1
        future = asyncio.get_running_loop().run_in_executor(self._threads, ask)
        try:
            return await asyncio.wait_for(future, within_s)  # what no thread has begun by then is not begun at all
        except TimeoutError:
            raise Unavailable("too slow") from None
        finally:
            self._waiting -= 1
