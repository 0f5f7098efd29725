"""A FHIR R4 server over the sandbox's invented patients: metadata, read, search and paging, served from memory."""

import base64
import binascii
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from fastapi import APIRouter, Request, Response

from app.outcome import MEDIA_TYPE, refusal
from app.sandbox.capability import capability_statement
from app.sandbox.searching import BadSearch, Pairs, search
from app.sandbox.shelf import TYPES, Kept, shelf

PATH: Final = "/sandbox/fhir"
_MOST_FORM: Final = 64_000
"""Bytes of a POST _search; a long list of codes has a tenth of that."""


class _Token(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Where a search goes on; handed out as an opaque text in the link to the next page."""

    kind: str
    parameters: list[tuple[str, str]]
    start: int


_TOKENS: Final = msgspec.json.Decoder(_Token)


def fhir_router(today: Callable[[], date]) -> APIRouter:
    """The endpoint; `today` says which day the charts are made for."""
    router = APIRouter(prefix=PATH, include_in_schema=False)

    @router.get("/metadata")
    async def metadata(request: Request) -> Response:
        return _answer(capability_statement(today(), _base(request)))

    @router.get("")
    async def further_page(request: Request) -> Response:
        token = _token(request.query_params.get("_page", ""))
        if token is None:
            return refusal(400, "The page is not one that was offered here.")
        return _page_of(request, today(), token)

    @router.get("/{kind}")
    async def by_get(request: Request, kind: str) -> Response:
        return _first_page(request, today(), kind, request.query_params.multi_items())

    @router.post("/{kind}/_search")
    async def by_post(request: Request, kind: str) -> Response:
        body = await request.body()
        if len(body) > _MOST_FORM:
            return refusal(413, "The search is too long.")
        form = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
        return _first_page(request, today(), kind, [*request.query_params.multi_items(), *form])

    @router.get("/{kind}/{identity}")
    async def read(kind: str, identity: str) -> Response:
        kept = shelf(today()).found(kind, identity)
        if kept is None:
            return refusal(404, "No such resource is kept here.")
        return Response(bytes(kept.body), media_type=MEDIA_TYPE)

    return router


def _first_page(request: Request, today: date, kind: str, parameters: Pairs) -> Response:
    if kind not in TYPES:
        return refusal(404, "This resource type is not kept here.")
    return _page_of(request, today, _Token(kind, list(parameters), 0))


def _page_of(request: Request, today: date, token: _Token) -> Response:
    base = _base(request)
    try:
        found, count = search(shelf(today), token.kind, token.parameters, base)
    except BadSearch as error:
        return refusal(400, str(error))
    links = [{"relation": "self", "url": str(request.url)}]
    end = token.start + count
    if end < len(found):
        links.append({"relation": "next", "url": f"{base}?_page={_written(token, end)}"})
    return _answer(_searchset(base, token.kind, found[token.start : end], len(found), links))


def _searchset(base: str, kind: str, found: Sequence[Kept], total: int, links: list[dict[str, str]]) -> dict[str, Any]:
    entries = [
        {"fullUrl": f"{base}/{kind}/{kept.id}", "resource": kept.body, "search": {"mode": "match"}} for kept in found
    ]
    bundle = {"resourceType": "Bundle", "type": "searchset", "total": total, "link": links}
    return bundle | ({"entry": entries} if entries else {})  # FHIR JSON has no empty arrays


def _written(token: _Token, start: int) -> str:
    content = msgspec.json.encode(_Token(token.kind, token.parameters, start))
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _token(text: str) -> _Token | None:
    try:
        token = _TOKENS.decode(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (msgspec.MsgspecError, binascii.Error, ValueError):
        return None
    return token if token.start >= 0 else None


def _base(request: Request) -> str:
    return f"{request.base_url}".rstrip("/") + PATH


def _answer(content: Any) -> Response:
    return Response(msgspec.json.encode(content), media_type=MEDIA_TYPE)
