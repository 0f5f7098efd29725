"""A combination in one sentence, its rows by their statements; for formats that have no place for its logic."""

from collections.abc import Iterable, Mapping

from app.means import means
from mappings.value_set import ValueSet
from trials.language import AllOf, AnyOf, Aside, AtLeast, Beside, Except, FirstOf, Gated, Node, Not, Sampled

Sets = Mapping[str, ValueSet]


def sentence(node: Node, sets: Sets) -> str:
    """The node in words."""
    if node.row is not None:
        return node.row.statement
    match node:
        case AllOf(parts=parts, but=but, but_row=accept) if but and accept is not None:
            return f"all of ({_listed(parts, sets)}), or all but {but} of them and ({sentence(accept, sets)})"
        case AllOf(parts=parts):
            return f"all of ({_listed(parts, sets)})"
        case AnyOf(parts=parts, waiver=True):
            return f"{_listed(parts[:-1], sets)}, unless ({sentence(parts[-1], sets)})"
        case AnyOf(parts=parts):
            return f"at least one of ({_listed(parts, sets)})"
        case AtLeast(count=count, parts=parts):
            return f"at least {count} of ({_listed(parts, sets)})"
        case FirstOf(parts=parts):
            return f"the first that decides of ({_listed(parts, sets)})"
        case Beside(part=part, code=code):
            return f"({sentence(part, sets)}), or a code that says the same ({sentence(code, sets)})"
        case Not(part=part):
            return f"not ({sentence(part, sets)})"
        case Except(part=part, carve=carve):
            return f"({sentence(part, sets)}), except findings of which holds ({sentence(carve, sets)})"
        case Sampled(part=part, valid=valid):
            return f"({sentence(part, sets)}), counted only if ({sentence(valid, sets)})"
        case Aside(part=part):
            return sentence(part, sets)
        case Gated(part=part, gate=gate):
            return f"only for those of whom holds ({sentence(gate, sets)}): ({sentence(part, sets)})"
        case _:
            return means(node, sets)


def _listed(nodes: Iterable[Node], sets: Sets) -> str:
    return "; ".join(sentence(node, sets) for node in nodes)
