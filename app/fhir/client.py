"""One page of FHIR over HTTP: safe to ask, bounded in time and size, retried once where that cannot do harm.

Knows HTTP and its failures; knows nothing of searches, patients or trials. What goes wrong is returned as a `Trouble`
and never raised, because the exceptions of an HTTP library carry the request, and with it the token.
"""

import asyncio
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Literal, NamedTuple, Self

import httpx

from app.logs import quiet_clients
from app.reading.page import NotFhir, Page, decode_page

MAX_PAGES = 50
MAX_BYTES = 32_000_000

_MOST_OF_AN_ERROR = 65_536
"""Bytes of an error's body that are read, so that its connection can be used again."""
_BUSY = frozenset({502, 503, 504})
_PAUSE_S = 0.1
# Connections are cheap to keep, but one that a firewall forgot looks alive and costs a whole pull.
_LIMITS = httpx.Limits(max_connections=100, max_keepalive_connections=40, keepalive_expiry=15)
_LOOPBACK = ("all://localhost", "all://127.0.0.1", "all://[::1]")

Why = Literal[
    "no-server",  # none may be called
    "no-connection",  # it does not take the connection
    "unreachable",  # it refuses the connection or breaks it
    "busy",  # 502, 503, 504
    "too-slow",
    "refused",  # any other status than 200, a redirect too
    "broken",  # no FHIR, or a body that ends in the middle
    "too-large",
    "outcome",  # an OperationOutcome in place of data
    "other-patient",
    "foreign-link",  # the next page would be on another server
    "too-many-pages",
]
_WORTH_A_RETRY: tuple[Why, ...] = ("no-connection", "unreachable", "busy")


class Trouble(NamedTuple):
    """Why a page could not be had, in fixed words; nothing in it comes from the server but the status."""

    why: Why
    status: int | None = None


class Pull:
    """What one pull of a chart goes by: the server, the caller's token, and the time and bytes that are left.

    It lives as long as the call that it serves; the token is in nothing else.
    """

    def __init__(self, base: str, token: str | None, *, deadline: float, max_bytes: int) -> None:
        self.base = base
        self.deadline = deadline
        self.bytes_left = max_bytes
        self.headers = {"Authorization": f"Bearer {token}"} if token is not None else {}

    @property
    def seconds_left(self) -> float:
        """Time until the deadline, by the clock of the running loop."""
        return self.deadline - asyncio.get_running_loop().time()


class FhirClient:
    """The process's one HTTP client for FHIR servers, to be entered when it starts and left when it ends."""

    def __init__(
        self,
        *,
        max_pages: int = MAX_PAGES,
        max_bytes: int = MAX_BYTES,
        seen: Callable[[bytes], None] | None = None,
    ) -> None:
        """`max_pages` bounds each search, `max_bytes` the whole pull of a chart; `seen` is shown each sound answer."""
        self.max_pages = max_pages
        self.max_bytes = max_bytes
        self._seen = seen
        quiet_clients()
        self._http = httpx.AsyncClient(
            # Some servers repeat a search's last answer for a minute, and a result of this minute would be missing.
            headers={"Accept": "application/fhir+json", "Cache-Control": "no-cache", "User-Agent": "trialhook"},
            follow_redirects=False,
            limits=_LIMITS,
            # A cookie would carry one caller's session into the next caller's requests.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            # A proxy from the environment is for other machines.
            mounts=dict.fromkeys(_LOOPBACK),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def page(self, pull: Pull, url: str, form: str | None = None) -> Page | Trouble:
        """The page at `url`, by GET, or by POST with the search in `form`; either only reads, so either is repeated."""
        found = await self._once(pull, url, form)
        if isinstance(found, Trouble) and found.why in _WORTH_A_RETRY and pull.seconds_left > 2 * _PAUSE_S:
            await asyncio.sleep(_PAUSE_S)
            found = await self._once(pull, url, form)
        return found

    async def _once(self, pull: Pull, url: str, form: str | None) -> Page | Trouble:
        left = pull.seconds_left
        if left <= 0:
            return Trouble("too-slow")
        headers = pull.headers | ({"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {})
        method = "GET" if form is None else "POST"
        # A host that swallows the first packet must leave time for a second try.
        timeout = httpx.Timeout(left, connect=left / 2)
        try:
            async with self._http.stream(method, url, headers=headers, content=form, timeout=timeout) as response:
                return await _read(response, pull, self._seen)
        except httpx.ConnectTimeout:
            return Trouble("no-connection")
        except (httpx.NetworkError, httpx.RemoteProtocolError):
            return Trouble("unreachable")
        except httpx.TimeoutException:
            return Trouble("too-slow")
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
            return Trouble("broken")


async def _read(response: httpx.Response, pull: Pull, seen: Callable[[bytes], None] | None) -> Page | Trouble:
    status = response.status_code
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        pull.bytes_left -= len(chunk)
        if pull.bytes_left < 0:
            return Trouble("too-large")
        if status != 200 and len(body) > _MOST_OF_AN_ERROR:
            break
    if status != 200:
        return Trouble("busy" if status in _BUSY else "refused", status)
    answer = bytes(body)
    try:
        page = decode_page(answer)
    except NotFhir:
        return Trouble("broken", status)
    if seen is not None:
        seen(answer)
    return page
