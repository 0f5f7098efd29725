"""The short form in which a trial's cases write a chart: facts by value-set name. Knows its keys and no FHIR.

```yaml
patient: {born: 1986-02-01, sex: female}
results:
  - {neutrophils: 2.1 10*9/L, day: -3d, range: 1.8..7.5}
conditions:
  - {systemic_sclerosis: active, onset: -6y}
without: [platelets]
not_searched: [medication]
```

Facts of a case take the place of the background's facts of the same name in the same list, and take over what they do
not say themselves: `{neutrophils: 0.5 10*9/L}` keeps the background's day and range. `none` leaves something out.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import yaml

from mappings.source import Part, suggestion
from mappings.value_set import SetKind, ValueSet

Sets = Mapping[str, ValueSet]

OTHER = "other"
"""A fact that no value set holds: it has a code or a text of its own."""

_CODED = ("code", "text", "display", "subject")
_MEASURED = (
    "day", "at", "issued", "as", "unit_code", "flag", "range", "range_means", "status", "components",
)  # fmt: skip
_DRUGS: tuple[SetKind, ...] = ("ingredient", "drug_class")
LISTS: Mapping[str, tuple[tuple[SetKind, ...], tuple[str, ...]]] = {
    "results": (
        ("laboratory", "vital", "score"),
        (*_MEASURED, *_CODED),
    ),
    "conditions": (("diagnosis", "procedure"), ("onset", "abated", "recorded", "severity", "verification", *_CODED)),
    "medications": (_DRUGS, ("start", "end", "as", "intent", "route", *_CODED)),
    "immunizations": (("vaccine",), ("day", *_CODED)),
    "procedures": (("procedure", "diagnosis"), ("day", *_CODED)),
    "allergies": (("substance", *_DRUGS), ("recorded", "severity", "verification", *_CODED)),
}
"""List of a chart → the kinds of value sets whose facts it holds, and what may be said of a fact."""

CHART_KEYS = ("patient", *LISTS, "resources", "not_searched")
_EXCLUSIVE = frozenset({"code", "text"})
"""What a fact says of the one replaces what the background says of the other."""


class Fact(NamedTuple):
    """One fact: its list, its value-set name, what is said of it first, and the rest by key."""

    list: str
    name: str
    value: Part
    rest: Mapping[str, Part]

    def said(self, key: str) -> Part | None:
        """What is said under `key`; nothing for "none"."""
        part = self.rest.get(key)
        return None if part is None or (isinstance(part.node, yaml.ScalarNode) and part.text() == "none") else part


class Short(NamedTuple):
    """A chart in the short form."""

    patient: Mapping[str, Part]
    facts: tuple[Fact, ...]
    resources: tuple[Any, ...] = ()
    """FHIR resources as written, for what the short form does not say."""
    not_searched: tuple[Part, ...] = ()


def read_short(fields: Mapping[str, Part], sets: Sets) -> Short:
    """The chart that stands in the fields of a background or a case."""
    patient = fields["patient"].fields(("born", "sex", "died")) if "patient" in fields else {}
    facts = [_fact(key, item, sets) for key in LISTS if key in fields for item in fields[key].items()]
    raw = [plain(item.node) for item in fields["resources"].items()] if "resources" in fields else []
    unsearched = fields["not_searched"].items() if "not_searched" in fields else ()
    return Short(patient, tuple(facts), tuple(raw), unsearched)


def laid_over(below: Short, above: Short, without: Iterable[Part]) -> Short:
    """`above` on the background `below`."""
    facts = {(fact.list, fact.name): fact for fact in reversed(below.facts)}
    replaced = {(fact.list, fact.name) for fact in above.facts}
    for part in without:
        hit = {key for key in facts if key[1] == part.text()}
        if not hit:
            part.fail(f"the background has no {part.text()!r}; {suggestion(part.text(), {name for _, name in facts})}")
        replaced |= hit
    kept = [fact for fact in below.facts if (fact.list, fact.name) not in replaced]
    own = [_inherited(fact, facts.get((fact.list, fact.name))) for fact in above.facts]
    return Short(
        {**below.patient, **above.patient},
        (*kept, *own),
        below.resources + above.resources,
        below.not_searched + above.not_searched,
    )


def _inherited(fact: Fact, below: Fact | None) -> Fact:
    if below is None or fact.name == OTHER:
        return fact
    taken = {key: part for key, part in below.rest.items() if not (key in _EXCLUSIVE and _EXCLUSIVE & set(fact.rest))}
    return fact._replace(rest={**taken, **fact.rest})


def _fact(key: str, part: Part, sets: Sets) -> Fact:
    kinds, words = LISTS[key]
    entries = part.entries()
    named = [name for name in entries if name not in words]
    found = [name for name in named if name == OTHER or name in sets]
    if not named:
        part.fail(f"found no name of a value set; expected one, such as `{_example(kinds, sets)}: …`")
    wrong = [name for name in named if name not in found[:1]]
    if wrong:
        known = words if found else _names(kinds, sets)
        what = "unknown key" if found else "unknown value set"
        entries[wrong[0]][0].fail(f"{what} {wrong[0]!r}; {_hint(wrong[0], known, bool(found))}")
    name, (head, value) = found[0], entries[found[0]]
    rest = {word: entry for word, (_, entry) in entries.items() if word in words}
    if name == OTHER:
        if not _EXCLUSIVE & set(rest):
            head.fail(f"{OTHER!r} is what no value set holds; give its `code:` or its `text:`")
    elif sets[name].kind not in kinds:
        head.fail(f"{name!r} is a {_words(sets[name].kind)} and no entry of {key!r}; {_place(sets[name].kind)}")
    return Fact(key, name, value, rest)


def _names(kinds: Iterable[SetKind], sets: Sets) -> list[str]:
    return [name for name, value_set in sets.items() if value_set.kind in kinds]


def _example(kinds: Iterable[SetKind], sets: Sets) -> str:
    return next(iter(_names(kinds, sets)), OTHER)


def _hint(wrong: str, known: Iterable[str], short: bool) -> str:
    close = suggestion(wrong, known)
    return close if short or close.startswith("did you mean") else "see `trialhook check --names` for all of them"


def _place(kind: SetKind) -> str:
    return f"expected it in {next(key for key, (kinds, _) in LISTS.items() if kind in kinds)!r}"


def _words(kind: SetKind) -> str:
    return kind.replace("_", " ")


def plain(node: yaml.Node) -> Any:
    """A piece of YAML as JSON; dates stay text."""
    match node:
        case yaml.MappingNode():
            return {str(key.value): plain(value) for key, value in node.value}
        case yaml.SequenceNode():
            return [plain(item) for item in node.value]
        case yaml.ScalarNode(value=text, tag=tag):
            match tag.rpartition(":")[2]:
                case "int":
                    return int(text)
                case "float":
                    return float(text)
                case "bool":
                    return text == "true"
                case "null":
                    return None
                case _:
                    return str(text)
        case _:
            raise TypeError(f"{node.tag} is no part of JSON")
