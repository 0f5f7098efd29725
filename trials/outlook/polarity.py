"""Which truth of a row is good for the patient's chance of the trial: what a barrier, an exception and a gate want."""

from collections.abc import Iterator

from trials.language import Aside, Except, Gated, Node, Not, Sampled
from trials.match import Section
from trials.tree import parts
from trials.truth import Truth


def wanted(node: Node, section: Section) -> dict[str, Truth | None]:
    """Row ref → the truth that serves its group; `None` where neither does: a row that gates, or that stands aside."""
    return dict(_wanted(node, Truth.TRUE if section == "inclusion" else Truth.FALSE))


def _wanted(node: Node, want: Truth | None) -> Iterator[tuple[str, Truth | None]]:
    if node.row is not None:
        yield node.row.ref, want
        return
    match node:
        case Not(part=part):
            yield from _wanted(part, None if want is None else want.negated)
        case Except(part=part, carve=carve):
            yield from _wanted(part, want)
            yield from _wanted(carve, None if want is None else want.negated)
        case Sampled(part=part, valid=valid):
            yield from _wanted(part, want)
            yield from _wanted(valid, Truth.TRUE)
        case Aside(part=part, beside=beside):
            yield from _wanted(part, want)
            for one in beside:
                yield from _wanted(one, None)
        case Aside(part=part, beside=beside):
            yield from _wanted(part, want)
            for one in beside:
                yield from _wanted(one, None)
        case Gated(part=part, gate=gate):
            yield from _wanted(gate, None)
            yield from _wanted(part, want)
        case _:
            for part in parts(node):
                yield from _wanted(part, want)
