"""What a definition that can be read still gets wrong: groups that cannot decide, rows without a question, clashes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mappings.value_set import ValueSet
from trials.language import (
    AllOf,
    AnyOf,
    Asked,
    AtLeast,
    Definition,
    Except,
    Found,
    Gated,
    Group,
    Missing,
    Node,
    Not,
    NotWritten,
    Observed,
    Undefined,
    parts,
    rows,
    tests,
)


def complaints(definition: Definition, sets: Mapping[str, ValueSet]) -> list[str]:
    """One line for each fault: file, line, what was found and what would be right."""
    found = [*_of_groups(definition.shared, sets)]
    for arm in definition.arms:
        found += _of_groups(arm.groups, sets)
        if arm.written and not arm.groups:
            found.append(f"1: arm {arm.id!r} asks nothing; give it `inclusion:` or say `not_written: [refs]`")
    found += _clashes(definition)
    return [f"{definition.file}:{line}" for line in found]


def _of_groups(groups: Iterable[Group], sets: Mapping[str, ValueSet]) -> Iterator[str]:
    for group in groups:
        if not rows(group.node):
            yield f"{group.line}: group {group.name!r} has no `ref` and would decide unseen; give its criterion one"
        yield from _of_node(group.node, group.line, sets, inside_row=False)


def _of_node(node: Node, line: int, sets: Mapping[str, ValueSet], *, inside_row: bool) -> Iterator[str]:
    if node.row is not None:
        line = node.row.line or line
        inside_row = True
        if _asks(node) and not node.row.question:
            yield f"{line}: {node.row.ref} asks a person and has no `ask`; phrase a question whose yes means it holds"
    if inside_row and isinstance(node, Except | Gated):
        name = "except" if isinstance(node, Except) else "applies_if"
        yield f"{line}: `{name}` works on whole rows; give the criteria inside it their `ref`, and the group none"
    if isinstance(node, AllOf | AnyOf) and len(node.parts) == 1:
        yield f"{line}: a group of one; write its criterion alone"
    if isinstance(node, AtLeast) and node.count in (1, len(node.parts)):
        plainer = "any_of" if node.count == 1 else "all_of"
        yield f"{line}: at least {node.count} of {len(node.parts)} is {plainer}; write that"
    if isinstance(node, Not) and isinstance(node.part, Not):
        yield f"{line}: a double negative; write the criterion itself"
    if isinstance(node, Observed):
        yield from _of_result(node, line, sets[node.name])
    for part in parts(node):
        yield from _of_node(part, line, sets, inside_row=inside_row)


def _of_result(node: Observed, line: int, value_set: ValueSet) -> Iterator[str]:
    if node.answer in ("positive", "negative") and value_set.unit == "1":
        yield f"{line}: {node.name!r} is a number; expected a limit such as `min: 5`"
    if node.bound and node.bound.times == "ULN" and value_set.unit == "{titre}":
        yield f"{line}: a titre has no upper limit of normal; expected a limit such as `min: 1:8`"


def _asks(node: Node) -> bool:
    return any(
        isinstance(test, Asked) or (isinstance(test, Found) and (test.supported_by or test.absent == "ask"))
        for test in tests(node)
        if not isinstance(test, NotWritten)
    )


def _clashes(definition: Definition) -> Iterator[str]:
    """A shared test that an inclusion asks for and an exclusion forbids makes every chart ineligible."""
    wanted = {_bare(group.node): group for group in definition.shared if group.section == "inclusion"}
    for group in definition.shared:
        same = wanted.get(_bare(group.node)) if group.section == "exclusion" and _of_data(group.node) else None
        if same is not None:
            yield f"{group.line}: {group.name!r} forbids what {same.name!r} on line {same.line} asks; nobody could join"


def _bare(node: Node) -> Node:
    return replace(node, row=None)


def _of_data(node: Node) -> bool:
    return not parts(node) and not isinstance(node, Asked | Missing | Undefined | NotWritten)
