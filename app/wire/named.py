"""Which value sets a criterion names, whatever kind of criterion it is; knows nothing of what they mean in it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields

from mappings.value_set import ValueSet
from trials.language import Node
from trials.tree import tests


def value_sets(node: Node, sets: Mapping[str, ValueSet]) -> tuple[str, ...]:
    """The names of the value sets in the tests at the bottom of a node, once each, in order."""
    return tuple(dict.fromkeys(name for test in tests(node) for name in _of_test(test) if name in sets))


def _of_test(test: Node) -> Iterator[str]:
    """Every text in a test; those that are no name of a set fall out."""
    for field in fields(test):
        value = getattr(test, field.name)
        yield from (value,) if isinstance(value, str) else ()
        yield from (part for part in value if isinstance(part, str)) if isinstance(value, tuple) else ()
