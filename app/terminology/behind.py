"""What a report says of the terminology behind it."""

import msgspec


class SnapshotReport(msgspec.Struct, frozen=True):
    """What a terminology server said, on which a part of the value sets rests."""

    server: str
    day: str
    versions: tuple[str, ...]
    """Of its code systems."""
    sets: int
    """How many value sets."""


class TerminologyReport(msgspec.Struct, frozen=True):
    """What codes were understood by, where it is more than what is built in."""

    checked: str
    """The day of the sources of what is built in."""
    snapshots: tuple[SnapshotReport, ...]
