"""What a definition that can be read still gets wrong: groups that cannot decide, rows without a question, keys that
mean nothing where they stand. Trials that nobody could join are looked for in `clashes`."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from mappings.equivalents import PREDNISONE_5_MG
from mappings.value_set import ValueSet, closure
from trials.clashes import clashes
from trials.definition import Definition, Group
from trials.language import (
    Allergic,
    AllOf,
    AnyOf,
    Aside,
    Asked,
    AtLeast,
    Done,
    Except,
    Found,
    Gated,
    Node,
    Not,
    Observed,
    Sampled,
    Took,
)
from trials.tree import parts, rows, tests

Sets = Mapping[str, ValueSet]


def complaints(definition: Definition, sets: Sets) -> list[str]:
    """One line for each fault: file, line, what was found and what would be right."""
    found = [*_of_groups(definition.shared, sets)]
    for arm in definition.arms:
        found += _of_groups(arm.groups, sets)
        # The one arm of a trial may say nothing but whom it is for.
        alone = len(definition.arms) == 1 and definition.shared
        if arm.written and not arm.groups and not alone:
            found.append(f"{arm.line}: arm {arm.id!r} asks nothing; give it `inclusion:` or say `not_written: [refs]`")
    found += clashes(definition, sets)
    return [f"{definition.file}:{line}" for line in found]


def _of_groups(groups: Iterable[Group], sets: Sets) -> Iterator[str]:
    for group in groups:
        if not rows(group.node):
            yield f"{group.line}: group {group.name!r} has no `ref` and would decide unseen; give its criterion one"
        yield from _of_node(group.node, group.line, sets, ())


def _of_node(node: Node, line: int, sets: Sets, above: tuple[Node, ...]) -> Iterator[str]:
    """The faults of a node; `above` are the nodes around it, the outermost first."""
    if node.row is not None:
        line = node.row.line or line
        if _asks(node) and not node.row.question:
            yield f"{line}: {node.row.ref} asks a person and has no `ask`; phrase a question whose yes means it holds"
    yield from (f"{line}: {fault}" for fault in (*_of_place(node, above), *_of_shape(node), *_of_test(node, sets)))
    for part in parts(node):
        yield from _of_node(part, line, sets, (*above, node))


def _of_place(node: Node, above: tuple[Node, ...]) -> Iterator[str]:
    if any(outer.row is not None for outer in (*above, node)) and (name := _acts_on_rows(node)):
        yield f"`{name}` works on whole rows; give the criteria inside it their `ref`, and the group none"
    if isinstance(node, Gated) and any(isinstance(outer, Not) for outer in above):
        yield "`applies_if` inside `not` would turn what does not apply into a bar; put the gate around the `not`"
    sampled = any(isinstance(outer, Sampled) for outer in above)
    if isinstance(node, Took | Done) and node.before == "sample" and not sampled:
        yield "`before: sample` works inside `valid_if`; expected `before: today` or a later step"
    if isinstance(node, AnyOf) and node.open and not any(outer.row is not None for outer in (*above, node)):
        yield "`open` is about the tests of one row; give the list a `ref` and its parts none"
    if isinstance(node, Aside) and not all(rows(part) for part in node.beside):
        yield "`aside` is for rows that are reported and decide nothing; give each its `ref`"
    if isinstance(node, Sampled) and not any(isinstance(test, Observed) for test in tests(node.part)):
        yield "`valid_if` is about the sample of a result; expected an `observation` inside it"


def _acts_on_rows(node: Node) -> str | None:
    match node:
        case Except():
            return "except"
        case Gated():
            return "applies_if"
        case Sampled():
            return "valid_if"
        case Aside():
            return "aside"
        case AllOf(but=but) if but:
            return "but"
        case _:
            return None


def _of_shape(node: Node) -> Iterator[str]:
    if isinstance(node, AllOf | AnyOf) and len(node.parts) == 1:
        yield "a group of one; write its criterion alone"
    if isinstance(node, AtLeast) and node.count in (1, len(node.parts)):
        plainer = "any_of" if node.count == 1 else "all_of"
        yield f"at least {node.count} of {len(node.parts)} is {plainer}; write that"
    if isinstance(node, Not) and isinstance(node.part, Not):
        yield "a double negative; write the criterion itself"


def _of_test(node: Node, sets: Sets) -> Iterator[str]:
    if isinstance(node, Observed):
        value_set = sets[node.name]
        if node.answer in ("positive", "negative") and value_set.unit == "1" and value_set.positive_from is None:
            yield f"{node.name!r} is a number; expected a limit such as `min: 5`"
        if node.bound and node.bound.times == "ULN" and value_set.unit == "{titre}":
            yield "a titre has no upper limit of normal; expected a limit such as `min: 1:8`"
        if value_set.plausible and (limit := _beyond(node, *value_set.plausible)):
            low, high = value_set.plausible
            yield f"a limit of {limit} {value_set.unit} for {node.name!r} cannot be; expected one from {low} to {high}"
    if isinstance(node, Took) and node.dose is not None and not closure(node.names, sets) & PREDNISONE_5_MG.keys():
        names = ", ".join(node.names)
        yield f"a daily dose is one of prednisone or its equivalent; {names!r} holds no glucocorticoid of the table"


def _beyond(node: Observed, low: Decimal, high: Decimal) -> Decimal | None:
    """The end of a limit that no value could reach: most often a slip of the unit."""
    if node.bound is None or node.bound.times is not None:
        return None
    ends = (node.bound.interval.low, node.bound.interval.high)
    return next((end for end in ends if end is not None and not low <= end <= high), None)


def _asks(node: Node) -> bool:
    return any(_leaves_to_a_person(test) for test in tests(node))


def _leaves_to_a_person(test: Node) -> bool:
    match test:
        case Asked():
            return True
        case Found():
            return bool(test.supported_by) or test.absent == "ask"
        case Took():
            return bool(test.open_list) or test.absent == "ask"
        case Done():
            return test.supported or test.absent == "ask"
        case Allergic():
            return test.supported
        case _:
            return False
