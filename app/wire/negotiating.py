"""Which form of a trial a caller asks for, by `_format` or `Accept`, as FHIR's content negotiation has it.

A FHIR type without a version means R4, the version of this service; anything that is not offered is refused.
"""

from collections.abc import Mapping
from typing import Final, Literal, NamedTuple

Form = Literal["json", "page", "r4", "r5"]

MEDIA_TYPES: Final[Mapping[Form, str]] = {
    "json": "application/json",
    "page": "text/html",
    "r4": "application/fhir+json; fhirVersion=4.0",
    "r5": "application/fhir+json; fhirVersion=5.0",
}
"""In our own order of preference, which decides where a caller likes several equally."""

_SHORT: Final = {"json": MEDIA_TYPES["r4"], "application/json": MEDIA_TYPES["r4"], "html": "text/html"}
"""`_format` is FHIR's, and so is the JSON that it asks for."""


class _Range(NamedTuple):
    type: str
    version: str | None
    quality: float


def chosen(accept: str | None, format_: str | None) -> Form | None:
    """The form that is asked for; `None` if it is not offered. `_format` prevails over the header."""
    if format_ is not None:
        asked = format_.strip().lower().replace("fhir json", "fhir+json")  # a plus sign in a query is a blank
        return _best(_SHORT.get(asked, asked))
    return _best(accept) if accept and accept.strip() else "json"


def _best(accept: str) -> Form | None:
    ranges = [found for found in map(_range, accept.split(",")) if found is not None]
    liked = {form: _quality(form, ranges) for form in MEDIA_TYPES}
    best = max(liked, key=lambda form: liked[form])
    return best if liked[best] > 0 else None


def _quality(form: Form, ranges: list[_Range]) -> float:
    """How much the most exact range that covers the form likes it."""
    offered = _range(MEDIA_TYPES[form])
    assert offered is not None
    matching = [(_exactness(one.type), one.quality) for one in ranges if _covers(one, offered)]
    return max(matching, default=(0, 0.0))[1]


def _covers(asked: _Range, offered: _Range) -> bool:
    if asked.type == offered.type:
        return (asked.version or "4.0") == (offered.version or "4.0")
    # Whoever takes anything has not asked for another version than ours.
    return offered.version != "5.0" and asked.type in ("*/*", f"{offered.type.split('/')[0]}/*")


def _exactness(type_: str) -> int:
    return 0 if type_ == "*/*" else 1 if type_.endswith("/*") else 2


def _range(text: str) -> _Range | None:
    """One media range; nothing where its quality is no number."""
    type_, *parameters = (part.strip() for part in text.split(";"))
    values = {key.strip().lower(): value.strip(' "') for key, _, value in (one.partition("=") for one in parameters)}
    try:
        quality = float(values.get("q", "1"))
    except ValueError:
        return None
    return _Range(type_.lower(), values.get("fhirversion"), quality if 0 <= quality <= 1 else 0.0)
