"""A trial as its author wrote it: named groups of criteria, arms, and what is known of the protocol."""

from dataclasses import dataclass

from trials.language import Node
from trials.match import Section


@dataclass(frozen=True, slots=True)
class Group:
    """One named entry of a section, in the protocol's order."""

    name: str
    section: Section
    node: Node
    line: int


@dataclass(frozen=True, slots=True)
class Arm:
    """One arm: its target disease and what it asks beyond the shared criteria."""

    id: str
    title: str
    targets: tuple[str, ...]
    groups: tuple[Group, ...]
    written: bool = True
    line: int = 1
    targets_of_childhood: tuple[str, ...] = ()
    """Diseases that are a target where they began before the eighteenth birthday."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A trial as its author wrote it."""

    id: str
    ref: str
    title: str
    summary: str
    source: str
    registry: tuple[tuple[str, str], ...]
    recruitment: str
    not_assessable: str | None
    shared: tuple[Group, ...]
    arms: tuple[Arm, ...]
    file: str
