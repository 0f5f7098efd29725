"""Words how a criterion is decided: which data, which window, which limit, or that a person is asked."""

from collections.abc import Iterable, Mapping

from mappings.value_set import ValueSet
from trials.language import (
    Age,
    Allergic,
    AllOf,
    AnyOf,
    Aside,
    Asked,
    AtLeast,
    Beside,
    Change,
    Done,
    Dose,
    Except,
    FirstOf,
    Found,
    Gated,
    HalfLives,
    Immunized,
    Missing,
    Node,
    Not,
    NotWritten,
    Observed,
    Pick,
    Sampled,
    SexIs,
    Took,
    Undefined,
)
from trials.when import Span
from trials.wording import limit_text, number_text

Sets = Mapping[str, ValueSet]
_PICKED: Mapping[Pick, str] = {
    "latest": "latest result",
    "recent": "latest result, against any fresh positive one,",
    "lowest": "lowest result",
    "highest": "highest result",
    "any": "any result",
    "all": "every result",
    "ever": "any result ever",
}


def means(node: Node, sets: Sets) -> str:
    """What decides the criterion, in one line."""
    match node:
        case AllOf(parts=parts, but=but):
            joined = _joined(parts, sets, " and ")
            return f"{joined} (all but {but} if a person accepts it)" if but else joined
        case AnyOf(parts=parts, open=open_list):
            return _joined(parts, sets, " or ") + (", or a test that is not named" if open_list else "")
        case AtLeast(count=count, parts=parts):
            return f"at least {count} of: {_joined(parts, sets, ', ')}"
        case FirstOf(parts=parts):
            return f"the first that decides of: {_joined(parts, sets, ', ')}"
        case Beside(part=part, code=code):
            return f"{means(part, sets)}, beside {means(code, sets)}"
        case Not(part=part):
            return f"not: {means(part, sets)}"
        case Except(part=part, carve=carve):
            return f"{means(part, sets)}, except {means(carve, sets)}"
        case Sampled(part=part, valid=valid):
            return f"{means(part, sets)}, in a sample of which holds: {means(valid, sets)}"
        case Aside(part=part):
            return means(part, sets)
        case Gated(part=part, gate=gate):
            return f"if {means(gate, sets)}: {means(part, sets)}"
        case _:
            return _test(node, sets)


def _test(node: Node, sets: Sets) -> str:
    match node:
        case Age():
            return "date of birth"
        case SexIs(sex=sex):
            return f"administrative sex: {sex}"
        case Observed():
            return _observed(node, sets)
        case Found():
            return _found(node, sets)
        case Took():
            return _took(node, sets)
        case Done():
            return f"procedure {_titles(node.names, sets)}{_window(node.within, node.before)}"
        case Immunized():
            return f"vaccine {_titles(node.names, sets)}{_window(node.within, node.before)}"
        case Allergic():
            return f"{'severe ' if node.severe else ''}allergy to {_titles(node.names, sets)}"
        case Asked(shows=shows):
            return "a person is asked" + (f", who is shown {_titles(shows, sets)}" if shows else "")
        case Missing():
            return "not in our copy of the protocol"
        case Undefined(shows=shows):
            return "the protocol sets no limit" + (f"; a person is shown {_titles(shows, sets)}" if shows else "")
        case NotWritten():
            return "not written here yet"
        case _:
            raise TypeError(f"no words for {type(node).__name__}")


def _observed(node: Observed, sets: Sets) -> str:
    value_set = sets[node.name]
    wanted: list[str] = []
    if node.bound is not None:
        wanted.append(limit_text(node.bound, value_set))
    if node.answer is not None:
        wanted.append(node.answer)
    if node.codes:
        organs = f" in at least {node.components} of its components" if node.components else ""
        wanted.append(" or ".join(node.codes) + organs)
    if node.change is not None:
        wanted.append(_change(node.change))
    air = ", on room air" if node.on_room_air else ""
    instead = f", or {sets[node.in_place].title} in its place" if node.in_place else ""
    instead += f", confirmed or denied by {sets[node.confirmed_by].title}" if node.confirmed_by else ""
    after = f", after the first course of {_titles(node.after, sets)}" if node.after else ""
    return f"{_PICKED[node.pick]} of {value_set.title}: {', '.join(wanted)}{air}{_window(node.within)}{after}{instead}"


def _change(change: Change) -> str:
    amount = f"{number_text(change.least * 100)} %" if change.relative else number_text(change.least)
    over = f" over {change.over}" if change.over else ""
    return f"{change.direction} of {'more than' if change.strict else 'at least'} {amount}{over}"


def _found(node: Found, sets: Sets) -> str:
    severe = "severe " if node.severe else ""
    times = f", on at least {node.times} days" if node.times > 1 else ""
    apart = f", apart from {_titles(node.apart_from, sets)}" if node.apart_from else ""
    parts = [f"{severe}diagnosis {_titles(node.names, sets)}{apart}{_course(node)}{times}"] if node.names else []
    if node.supported_by:
        windowed = not node.names and (node.within or node.onset_within or node.onset_before_age)
        course = _course(node) if windowed else ""
        parts.append(
            f"a person, where the chart holds {_titles(node.supported_by, sets)}{course}{'' if node.names else apart}"
        )
    return ", else ".join(parts)


def _course(node: Found) -> str:
    if node.within:
        return _window(node.within)
    if node.onset_within:
        return f", begun within {node.onset_within}"
    if node.onset_before_age:
        return f", begun before the age of {node.onset_before_age} years"
    if node.at_least_ago:
        return f", at least {node.at_least_ago} ago"
    if node.cured_for:
        return f", cured for {node.cured_for}"
    return f", {node.when}"


def _took(node: Took, sets: Sets) -> str:
    agents = f"at least {node.agents} of " if node.agents else ""
    length = f" for {node.length}" if node.length else ""
    dose = f", {_dose(node.dose)}" if node.dose else ""
    apart = f", apart from {_titles(node.apart_from, sets)}" if node.apart_from else ""
    when = _window(node.within, node.before) or f", {node.when}"
    return f"drug {agents}{_titles(node.names, sets)}{apart}{dose}{length}{when}"


def _dose(dose: Dose) -> str:
    """A daily dose in words."""
    low, high, low_open, high_open = dose.mg
    sides = []
    if low is not None:
        sides.append(f"{'more than' if low_open else 'at least'} {number_text(low)}")
    if high is not None:
        sides.append(f"{'less than' if high_open else 'at most'} {number_text(high)}")
    return f"{' and '.join(sides)} mg{'/kg' if dose.per_kg else ''} a day in prednisone equivalents"


def _window(within: Span | HalfLives | None, before: str = "today") -> str:
    if within is None:
        return ""
    return f", within {within}" + (f" before {before}" if before != "today" else "")


def _titles(names: Iterable[str], sets: Sets) -> str:
    return " or ".join(sets[name].title for name in names)


def _joined(parts: Iterable[Node], sets: Sets, word: str) -> str:
    return word.join(f"({means(part, sets)})" for part in parts)
