"""One question to a terminology server, `ValueSet/$expand`, until every page of the answer is in hand.

An expansion that is not complete beyond doubt is none: what a server leaves out would read as "not this disease".
"""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

import httpx
import msgspec
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential

from app.logs import quiet_clients
from app.settings import is_loopback
from app.terminology.incoming import PARTIAL

Json = dict[str, Any]

PAGE: Final = 1_000
MOST_CODES: Final = 200_000
MOST_BYTES: Final = 64_000_000
TRIES: Final = 3
_BUSY: Final = frozenset({429, 502, 503, 504})
_VERSIONS: Final = frozenset({"version", "used-codesystem"})
_FHIR: Final = "application/fhir+json"
_LONGEST_SAID: Final = 300


class CannotExpand(Exception):
    """The server did not give a whole expansion; the text says why."""


class CannotReach(CannotExpand):
    """The server does not answer at all, and will not answer the next question either."""


class _Busy(CannotExpand):
    """It may be otherwise in a moment."""


class Concept(NamedTuple):
    """A code of an expansion."""

    system: str
    code: str
    display: str
    inactive: bool = False


class Expansion(NamedTuple):
    """All codes of a set, and the versions of the code systems that they come from."""

    concepts: tuple[Concept, ...]
    versions: tuple[str, ...]


class TerminologyServer:
    """A terminology server and the token that it wants, if any."""

    def __init__(
        self, base: str, *, token: str | None = None, timeout_s: float = 60, page: int = PAGE, pause_s: float = 0.5
    ) -> None:
        host = urlsplit(base).hostname or ""
        if token is not None and not base.startswith("https:") and not is_loopback(host):
            raise CannotExpand(f"{base}: a token is sent over https only")
        quiet_clients()
        self.base = base
        self._page = page
        self._pause_s = pause_s
        headers = {"Accept": _FHIR, "Content-Type": _FHIR, "User-Agent": "trialhook"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        self._http = httpx.AsyncClient(headers=headers, timeout=timeout_s, follow_redirects=False)

    async def close(self) -> None:
        """Lets the connections go."""
        await self._http.aclose()

    async def expand(self, value_set: Json) -> Expansion:
        """Every code of a value set, page by page. Raises `CannotExpand`."""
        found: dict[tuple[str, str], Concept] = {}
        versions: dict[str, None] = {}
        taken = 0
        while True:
            page = _Page(await self._answer(value_set, taken), taken)
            versions.update(dict.fromkeys(page.versions))
            new = [one for one in page.concepts if (one.system, one.code) not in found]
            found.update({(one.system, one.code): one for one in new})
            taken += page.count
            if page.is_last(taken, self._page):
                return Expansion(tuple(sorted(found.values())), tuple(sorted(versions)))
            if not new:
                raise CannotExpand(
                    f"the page from {taken - page.count} on brings nothing new; the expansion has no end"
                )
            if taken > MOST_CODES:
                raise CannotExpand(f"more than {MOST_CODES:,} codes; name a narrower root")

    async def _answer(self, value_set: Json, offset: int) -> Json:
        """The ValueSet that the server answers with, asked again where it is busy."""
        body = msgspec.json.encode(_parameters(value_set, offset, self._page))
        try:
            async for attempt in AsyncRetrying(
                retry=retry_if_exception_type(_Busy),
                stop=stop_after_attempt(TRIES),
                wait=wait_exponential(self._pause_s, max=10),
                reraise=True,
            ):
                with attempt:
                    return await self._once(body)
        except httpx.TimeoutException:
            raise CannotExpand("the server was too slow (--timeout)") from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise CannotReach(f"the server cannot be asked ({type(error).__name__})") from None
        raise AssertionError  # the loop above returns or raises

    async def _once(self, body: bytes) -> Json:
        content = bytearray()
        async with self._http.stream("POST", f"{self.base}/ValueSet/$expand", content=body) as response:
            async for chunk in response.aiter_bytes():
                content += chunk
                if len(content) > MOST_BYTES:
                    raise CannotExpand(f"the answer has more than {MOST_BYTES:,} bytes")
        answer = _decoded(bytes(content))
        if response.status_code in _BUSY:
            raise _Busy(f"the server is busy ({response.status_code})")
        if response.status_code != 200 or answer.get("resourceType") == "OperationOutcome":
            raise CannotExpand(_refusal(response.status_code, answer))
        if answer.get("resourceType") != "ValueSet" or not isinstance(answer.get("expansion"), dict):
            raise CannotExpand("the answer is no ValueSet with an expansion")
        return answer


class _Page:
    """One page of an expansion, checked as far as it is used."""

    def __init__(self, answer: Json, asked_from: int) -> None:
        expansion = answer["expansion"]
        for one in _objects(expansion, "extension"):
            if one.get("url") in PARTIAL and one.get("valueBoolean", True):
                raise CannotExpand("the server says that the expansion is incomplete; name a narrower root")
        offset = expansion.get("offset")
        if isinstance(offset, int) and offset != asked_from:
            raise CannotExpand(f"asked for the codes from {asked_from} on, the server answered from {offset} on")
        total = expansion.get("total")
        self._total = total if isinstance(total, int) else None
        listed = list(_flat(expansion))
        self.versions = (*_versions(expansion), *_versions_of(listed))
        self.count = len(listed)
        self.concepts = tuple(_concept(one) for one in listed if not one.get("abstract"))

    def is_last(self, taken: int, asked: int) -> bool:
        """Whether nothing lies behind it; a server that ends before its own `total` gave less than there is."""
        if self._total is None:
            return self.count != asked  # more than was asked for: the server gives everything at once
        if taken < self._total and not self.count:
            raise CannotExpand(f"the server gave {taken:,} of {self._total:,} codes")
        return taken >= self._total


def _parameters(value_set: Json, offset: int, count: int) -> Json:
    flags = {"excludeNested": True, "includeDesignations": False, "activeOnly": False}
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "valueSet", "resource": value_set},
            {"name": "offset", "valueInteger": offset},
            {"name": "count", "valueInteger": count},
            *({"name": name, "valueBoolean": value} for name, value in flags.items()),
        ],
    }


def _decoded(content: bytes) -> Json:
    try:
        answer = msgspec.json.decode(content)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: Json) -> str:
    """What a refusal says, in one line."""
    said = []
    for issue in _objects(answer, "issue"):
        if issue.get("code") == "too-costly":
            said.append("the expansion is too costly for the server; name a narrower root")
        details = issue.get("details")
        text = issue.get("diagnostics") or (details.get("text") if isinstance(details, dict) else None)
        if isinstance(text, str):
            said.append(" ".join(text.split())[:_LONGEST_SAID])
    return f"the server refused ({status}): {'; '.join(said)}" if said else f"the server refused ({status})"


def _flat(parent: Json) -> Iterable[Json]:
    """What an expansion holds, nested codes too."""
    waiting = [iter(_objects(parent, "contains"))]
    while waiting:
        one = next(waiting[-1], None)
        if one is None:
            waiting.pop()
            continue
        yield one
        waiting.append(iter(_objects(one, "contains")))


def _concept(one: Json) -> Concept:
    system, code, display = one.get("system"), one.get("code"), one.get("display")
    if not isinstance(system, str) or not isinstance(code, str) or not code.strip():
        raise CannotExpand("the expansion holds a code without its system, or none")
    return Concept(system, code, display if isinstance(display, str) else code, one.get("inactive") is True)


def _versions(expansion: Json) -> Iterable[str]:
    for one in _objects(expansion, "parameter"):
        value = one.get("valueUri") or one.get("valueString")
        if one.get("name") in _VERSIONS and isinstance(value, str):
            yield value


def _versions_of(listed: Iterable[Json]) -> Iterable[str]:
    """Versions that stand beside the codes themselves."""
    for one in listed:
        if isinstance(one.get("version"), str) and isinstance(one.get("system"), str):
            yield f"{one['system']}|{one['version']}"


def _objects(parent: Json, key: str) -> list[Json]:
    items = parent.get(key)
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
