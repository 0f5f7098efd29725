"""Walks the nodes of a criterion: what stands inside one, which rows a group has, which tests lie at the bottom."""

from trials.language import AllOf, AnyOf, AtLeast, Beside, Except, FirstOf, Gated, Node, Not, Sampled


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
        case Gated():
            return (node.gate, node.part)
        case _:
            return ()


def rows(node: Node) -> tuple[Node, ...]:
    """The nodes with a row, in order; nothing is looked for inside a row."""
    if node.row:
        return (node,)
    return tuple(found for part in parts(node) for found in rows(part))


def tests(node: Node) -> tuple[Node, ...]:
    """The tests at the bottom, through rows and groups alike."""
    below = parts(node)
    return tuple(found for part in below for found in tests(part)) if below else (node,)
