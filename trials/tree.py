"""Walks the nodes of a criterion: what stands inside one, which rows a group has, which tests lie at the bottom."""

from trials.language import AllOf, AnyOf, Aside, AtLeast, Beside, Except, FirstOf, Gated, Node, Not, Sampled
from trials.when import Span


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside a combination; none for a test."""
    match node:
        case AllOf():
            return node.parts + ((node.but_row,) if node.but_row else ())
        case AnyOf() | AtLeast() | FirstOf():
            return node.parts
        case Beside():
            return (node.part, node.code)
        case Not():
            return (node.part,)
        case Except():
            return (node.part, node.carve)
        case Sampled():
            return (node.part, node.valid)
        case Aside():
            return (node.part, *node.beside)
        case Gated():
            return (node.gate, node.part)
        case _:
            return ()


def rows(node: Node) -> tuple[Node, ...]:
    """The nodes with a row, in order; nothing is looked for inside a row."""
    if node.row:
        return (node,)
    return tuple(found for part in parts(node) for found in rows(part))


def aside(node: Node) -> frozenset[str]:
    """The refs of the rows that stand beside a criterion and decide nothing."""
    if node.row:
        return frozenset()
    below = frozenset[str]().union(*(aside(part) for part in parts(node)))
    if not isinstance(node, Aside):
        return below
    return below | {found.row.ref for part in node.beside for found in rows(part) if found.row}


def tests(node: Node) -> tuple[Node, ...]:
    """The tests at the bottom, through rows and groups alike."""
    below = parts(node)
    return tuple(found for part in below for found in tests(part)) if below else (node,)


def windows(node: Node) -> tuple[Span, ...]:
    """The spans of time that the tests at its bottom look back over."""
    keys = ("within", "onset_within", "at_least_ago", "cured_for", "length")
    found = (getattr(test, key, None) for test in tests(node) for key in keys)
    return tuple(dict.fromkeys(span for span in found if isinstance(span, Span)))
