"""Fields that stay undecoded until somebody asks for them, and often for good."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

import msgspec

NOTHING: Final = msgspec.Raw()
"""What such a field holds where the resource does not have it; to be compared with `is`."""

T = TypeVar("T")


def lazy(kind: type[T]) -> Callable[[msgspec.Raw], T | None]:
    """A function that decodes such a field: `None` where it is absent or null, `ValueError` where it is broken."""
    wanted: Any = kind | None
    decode: Callable[[msgspec.Raw], T | None] = msgspec.json.Decoder(wanted).decode

    def decoded(raw: msgspec.Raw) -> T | None:
        return None if raw is NOTHING else decode(raw)

    return decoded
