"""What the loaded trials ask of a chart: the value sets and the kinds of facts that have to be searched for."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mappings.value_set import ValueSet, closure
from trials.judge import Trial
from trials.judging.derived import INPUTS
from trials.judging.oxygen import OXYGEN_KINDS, OXYGEN_SETS
from trials.judging.shown import shown_kind
from trials.language import Allergic, Asked, Done, Found, Immunized, Node, Observed, Took, Undefined
from trials.record import Kind
from trials.tree import parts


class Needs(NamedTuple):
    """`names` holds every value set that a criterion or a target disease names, with all that it includes."""

    names: frozenset[str]
    kinds: frozenset[Kind]


def needs(trials: Iterable[Trial], sets: Mapping[str, ValueSet]) -> Needs:
    """The union over the trials."""
    names: set[str] = set()
    kinds: set[Kind] = {"diagnosis"}
    for trial in trials:
        definition = trial.definition
        for groups in (definition.shared, *(arm.groups for arm in definition.arms)):
            for group in groups:
                _collect(group.node, names, kinds, sets)
        for arm in definition.arms:
            names.update(arm.targets + arm.targets_of_childhood)
    return Needs(closure(names, sets), frozenset(kinds))


def names_of(node: Node, sets: Mapping[str, ValueSet]) -> frozenset[str]:
    """The value sets that one criterion names."""
    names: set[str] = set()
    _collect(node, names, set(), sets)
    return frozenset(names)


def _collect(node: Node, names: set[str], kinds: set[Kind], sets: Mapping[str, ValueSet]) -> None:
    match node:
        case Asked(shows=shows) | Undefined(shows=shows):
            names.update(shows)
            kinds.update(shown_kind(sets[name]) for name in shows)
        case Observed(name=name):
            names.update((name, *INPUTS.get(name, ())))
            names.update(other for other in (node.in_place, node.confirmed_by, *node.after) if other)
            kinds.update(("medication",) if node.after else ())
            names.update(OXYGEN_SETS if node.on_room_air else ())
            kinds.update(("result", *(OXYGEN_KINDS if node.on_room_air else ())))
        case Found():
            names.update(node.names + node.supported_by + node.refuted_by + node.apart_from)
        case Took():
            names.update(node.names + node.open_list + node.apart_from)
            kinds.add("medication")
            if node.dose is not None and node.dose.per_kg:
                names.add("body_weight")
                kinds.add("result")
        case Done():
            names.update(node.names)
            kinds.add("procedure")
        case Immunized():
            names.update(node.names)
            kinds.add("immunization")
        case Allergic():
            names.update(node.names)
            kinds.add("allergy")
        case _:
            for part in parts(node):
                _collect(part, names, kinds, sets)
