"""Takes a JSON body off the wire: its type is checked first, its size while it arrives."""

from fastapi import Request

from app.outcome import Refused

TOO_LARGE = "The body is larger than this service takes."
NOT_JSON = "The body has to be sent as application/json."


async def json_body(request: Request, limit: int) -> bytes:
    """The bytes of the body, at most `limit`; raises `Refused` with 413 or 415."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in ("application/json", "application/fhir+json"):
        raise Refused(415, NOT_JSON)
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise Refused(415, "The body has to be sent uncompressed.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:20]) > limit:
        raise Refused(413, TOO_LARGE)
    return await _streamed(request, limit)


async def _streamed(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise Refused(413, TOO_LARGE)
        parts.append(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
