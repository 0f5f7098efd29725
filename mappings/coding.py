"""A code as a chart gives it."""

from typing import NamedTuple


class Coding(NamedTuple):
    """A system's code and what it is called; any part may be missing."""

    system: str | None
    code: str | None
    display: str | None
