"""Mends the one fault of JSON that real charts bring: half a character, left where a system cut a text by length."""

import re

# Every escape is consumed whole, so that the "u" behind an escaped backslash is never taken for one.
_ESCAPE = re.compile(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u([dD][89a-fA-F][0-9a-fA-F]{2})?|.)"
)


def mended(body: bytes) -> bytes:
    """`body` with the replacement character for each lone surrogate escape; the same object if there can be none."""
    if b"\\ud" not in body and b"\\uD" not in body:
        return body
    return _ESCAPE.sub(lambda found: rb"\ufffd" if found[1] else found[0], body)
