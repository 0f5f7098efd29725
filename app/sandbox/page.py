"""The sandbox's page: an EHR as small as can be, which opens charts, fires the hook and shows the cards."""

from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
import msgspec
from fastapi import APIRouter, Request, Response

from app.body import json_body
from app.outcome import Refused, refusal
from app.sandbox.markdown import rendered
from app.sandbox.patients import SandboxPatient, patients
from app.sandbox.shelf import instants
from trials.when import completed_years
from trials.wording import REASONS, STANDINGS

_HERE: Final = Path(__file__).parent
_MEDIA_TYPES: Final = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_MOST_MARKDOWN: Final = 200_000
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


_WORDS: Final = {"standings": dict(STANDINGS), "reasons": {why.value: text for why, text in REASONS.items()}}
"""The domain's own sentences, for the table of criteria."""


class _Texts(msgspec.Struct):
    """What the page asks to have rendered."""

    markdown: list[str]


def page_router(today: Callable[[], date], *, keeps_answers: bool) -> APIRouter:
    """The page, its files, the charts as Bundles, and the rendering of cards."""
    router = APIRouter(prefix="/sandbox", include_in_schema=False)

    @router.get("")
    async def page() -> Response:
        day = today()
        listed = [_listed(patient, day) for patient in patients(day)]
        html = _template().render(patients=listed, today=day, words=_WORDS, keeps_answers=keeps_answers)
        return Response(html, media_type="text/html", headers=_HEADERS)

    @router.get("/static/{name}")
    async def static(name: str) -> Response:
        file = _files().get(name)
        if file is None:
            return refusal(404)
        return Response(file, media_type=_MEDIA_TYPES[Path(name).suffix], headers=_HEADERS)

    @router.get("/charts/{identity}")
    async def chart(identity: str) -> Response:
        bundle = next((patient.bundle for patient in patients(today()) if patient.id == identity), None)
        if bundle is None:
            return refusal(404)
        return Response(msgspec.json.encode(bundle), media_type="application/fhir+json", headers=_HEADERS)

    @router.post("/markdown")
    async def markdown(request: Request) -> Response:
        try:
            texts = msgspec.json.decode(await json_body(request, _MOST_MARKDOWN), type=_Texts)
        except Refused as refused:
            return refusal(refused.status, refused.text)
        except msgspec.MsgspecError:
            return refusal(400, "The body has to be an object with a list of texts.")
        html = [rendered(text) for text in texts.markdown]
        return Response(msgspec.json.encode({"html": html}), media_type="application/json", headers=_HEADERS)

    return router


def _listed(patient: SandboxPatient, today: date) -> dict[str, Any]:
    """What the list of patients shows of one."""
    person = patient.bundle["entry"][0]["resource"]
    return {
        "id": patient.id,
        "name": patient.name,
        "story": patient.story,
        "sex": person["gender"],
        "age": completed_years(instants(person["birthDate"])[0].date(), today),
        "deceased": "deceasedDateTime" in person,
    }


@cache
def _template() -> jinja2.Template:
    loader = jinja2.FileSystemLoader(_HERE / "templates")
    pages = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return pages.get_template("page.html")


@cache
def _files() -> dict[str, bytes]:
    """The page's own files by name, read once: no path of a request ever touches the disk."""
    return {file.name: file.read_bytes() for file in (_HERE / "static").iterdir() if file.suffix in _MEDIA_TYPES}
