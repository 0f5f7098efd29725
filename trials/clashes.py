"""Trials and arms that nobody could join: what an inclusion asks for and an exclusion forbids."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from mappings.value_set import ValueSet, closure
from trials.definition import Definition, Group
from trials.language import AllOf, AnyOf, Asked, Found, Missing, Node, NotWritten, Undefined
from trials.tree import parts


def clashes(definition: Definition, sets: Mapping[str, ValueSet]) -> Iterator[str]:
    """One line for each: where it stands, and what contradicts it."""
    yield from _contradictions(definition.shared, ())
    for arm in definition.arms:
        yield from _contradictions(definition.shared, arm.groups)
        for group, test in _forbidden((*definition.shared, *arm.groups)):
            if arm.targets and isinstance(test, Found) and _holds_of(test, arm.targets, sets):
                yield (
                    f"{arm.line}: arm {arm.id!r} is for {', '.join(arm.targets)!r}, which {group.name!r} on line "
                    f"{group.line} excludes; nobody could enter it"
                )


def _contradictions(shared: tuple[Group, ...], own: tuple[Group, ...]) -> Iterator[str]:
    """The same test, asked for and forbidden; with an arm, only what one of its own groups has to do with."""
    wanted = {test: group for group, test in _wanted((*shared, *own))}
    for group, test in _forbidden((*shared, *own)):
        same = wanted.get(test)
        if same is not None and (not own or not {id(group), id(same)} <= {id(each) for each in shared}):
            yield f"{group.line}: {group.name!r} forbids what {same.name!r} on line {same.line} asks; nobody could join"


def _wanted(groups: Iterable[Group]) -> Iterator[tuple[Group, Node]]:
    """The tests without which nobody is included."""
    for group in groups:
        if group.section == "inclusion":
            yield from ((group, test) for test in _alone(group.node, AllOf))


def _forbidden(groups: Iterable[Group]) -> Iterator[tuple[Group, Node]]:
    """The tests that exclude by themselves."""
    for group in groups:
        if group.section == "exclusion":
            yield from ((group, test) for test in _alone(group.node, AnyOf))


def _alone(node: Node, through: type[AllOf | AnyOf]) -> Iterator[Node]:
    """The tests of data that decide the node by themselves, without their rows."""
    if isinstance(node, through) and not (isinstance(node, AllOf) and node.but):
        for part in node.parts:
            yield from _alone(part, through)
    elif not parts(node) and not isinstance(node, Asked | Missing | Undefined | NotWritten):
        yield replace(node, row=None)


def _holds_of(test: Found, targets: tuple[str, ...], sets: Mapping[str, ValueSet]) -> bool:
    """Whether having the disease makes the test true."""
    windows = (test.within, test.onset_within, test.onset_before_age, test.at_least_ago, test.cured_for, test.currency)
    return not (test.severe or any(windows)) and closure(test.names, sets) >= set(targets)
