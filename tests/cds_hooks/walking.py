"""Walks JSON as a strict client would read it."""

from collections.abc import Iterator
from typing import Any

ALLOWED_EMPTY = ("cards", "services")


def empty_values(value: Any, path: str = "$") -> Iterator[str]:
    """Paths of what no answer may hold: null, and blank or empty values (J2, J3)."""
    if value is None or value in ("", [], {}) or (isinstance(value, str) and not value.strip()):
        if path.rpartition(".")[2] not in ALLOWED_EMPTY:
            yield path
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from empty_values(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from empty_values(inner, f"{path}[{place}]")
