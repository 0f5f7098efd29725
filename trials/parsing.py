"""Reads the YAML of a definition into the language, strictly: each slip names its line and what would be right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar, cast

from mappings.source import MappingError, Part, suggestion
from trials.charted import (
    read_allergy,
    read_condition,
    read_immunization,
    read_medication,
    read_procedure,
    read_shown,
)
from trials.language import (
    Age,
    AllOf,
    AnyOf,
    Aside,
    Asked,
    AtLeast,
    Beside,
    Except,
    FirstOf,
    Gated,
    Missing,
    Node,
    Not,
    NotWritten,
    Row,
    Sampled,
    SexIs,
    Undefined,
)
from trials.measures import Limits, count, read_age, read_observed
from trials.record import Sex

WRAPPERS = ("valid_if", "unless", "except", "aside", "applies_if")
ROW = ("ref", "statement", "reading", "source_suspect", "modifiable")
TESTS: Mapping[str, tuple[str, ...]] = {
    "age": (),
    "sex": (),
    "observation": (
        "min", "max", "above", "below", "is", "one_of", "rise", "rise_above", "fall", "fall_above", "either_way",
        "over", "from", "sustained", "pick", "within", "on_limit", "number", "in_place",
        "confirmed_by", "on_room_air", "components", "after",
    ),
    "condition": (
        "when", "within", "onset_within", "at_least_ago", "cured_for", "severe", "supported_by", "refuted_by", "absent",
        "currency", "times", "onset_before_age", "apart_from",
    ),
    "supported_by": ("when", "within", "onset_within", "onset_before_age", "refuted_by", "absent", "apart_from"),
    "medication": ("when", "within", "before", "for", "agents", "daily_dose", "or_others", "apart_from", "absent"),
    "procedure": ("within", "before", "supports", "absent"),
    "immunization": ("within", "before"),
    "allergy": ("severe", "supports"),
    "missing": (),
    "undefined": ("shows",),
    "not_written": (),
    "all_of": ("but", "accept"),
    "any_of": ("open",),
    "at_least": ("of",),
    "first_of": (),
    "beside": ("code",),
    "not": (),
}  # fmt: skip
"""Test or combination → the keys that belong to it; `ask` may stand beside every one, or alone."""

_DEEPEST = 40
"""How deep criteria may stand in each other; deeper, an alias contains itself."""
_UNREAD: Node = Asked()
"""What stands for a criterion that could not be read; a definition with one does not load."""
T = TypeVar("T")
_Read = Callable[[Part, Mapping[str, Part]], Node]


class Reader:
    """Turns parts into nodes with one set of value sets; remembers which refs were claimed where.

    A slip costs its criterion alone and is told in `faults`, so that an author sees all of them at once.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = 0
        self.claimed: dict[str, Part] = {}
        self.faults: list[str] = []

    def node(self, part: Part) -> Node:
        """The node of a mapping: its test or combination, its row, and what is wrapped around it."""
        self._depth += 1
        node = self.tried(lambda: self._node(part), _UNREAD)
        self._depth -= 1
        return node

    def fields(self, part: Part, allowed: Iterable[str]) -> dict[str, Part]:
        """The values of the keys that are allowed; every other key is a fault, and a kin of it the remedy."""
        known = tuple(allowed)
        entries = part.entries()
        for name, (key, _) in entries.items():
            if name not in known:
                self.complain(key, _stranger(name, known))
        return {name: value for name, (_, value) in entries.items() if name in known}

    def complain(self, part: Part, fault: str) -> None:
        """Tells a fault at this place and reads on."""
        self.faults.append(f"{part.file}:{part.line}: {fault}")

    def tried(self, read: Callable[[], T], otherwise: T) -> T:
        """What was read; a slip in it is told in `faults`."""
        try:
            return read()
        except MappingError as error:
            self.faults.append(str(error))
            return otherwise

    def _node(self, part: Part) -> Node:
        if self._depth > _DEEPEST:
            part.fail(f"criteria stand more than {_DEEPEST} deep in each other; an alias may not contain itself")
        before = len(self.faults)
        fields = self._fields(part)
        strange = len(self.faults) > before
        try:
            node = self._bare(part, fields)
        except MappingError as error:
            node = _UNREAD
            # What is missing beside a strange key is likely what the key was meant to be.
            self.faults += [] if strange else [str(error)]
        if "ref" in fields:
            sound = len(self.faults) == before
            node = replace(node, row=self.tried(lambda: self._row(part, fields, node, sound=sound), None))
        for key in ROW[1:]:
            if key in fields and "ref" not in fields:
                fields[key].fail(f"{key!r} belongs to a row of the criteria table; give the criterion its `ref`")
        if "valid_if" in fields:
            node = Sampled(part=node, valid=self.node(fields["valid_if"]))
        if "unless" in fields:
            node = AnyOf(parts=(node, self.node(fields["unless"])), waiver=True)
        if "except" in fields:
            node = Except(part=node, carve=self.node(fields["except"]))
        if "aside" in fields:
            node = Aside(part=node, beside=self._several(fields["aside"]))
        if "applies_if" in fields:
            node = Gated(part=node, gate=self.node(fields["applies_if"]))
        return node

    def _fields(self, part: Part) -> dict[str, Part]:
        entries = part.entries()
        found = [key for key in TESTS if key in entries]
        # "supported_by" is a test of its own only where no diagnosis is asked for.
        test = next((key for key in found if key != "supported_by" or "condition" not in found), None)
        if test is None and "ask" not in entries:
            known = (*TESTS, "ask")
            unknown = [key for key in entries if key not in (*ROW, *WRAPPERS)]
            if unknown:
                entries[unknown[0]][0].fail(f"{unknown[0]!r} is no criterion; {suggestion(unknown[0], known)}")
            part.fail(f"found no criterion; expected one of {', '.join(known)}")
        others = [key for key in found if key not in (test, "supported_by")]
        if others:
            entries[others[0]][0].fail(
                f"one criterion asks one thing: {test!r} and {others[0]!r} need a group, such as all_of"
            )
        own = (test, *TESTS[test]) if test else ("shows",)
        return self.fields(part, (*own, "ask", *ROW, *WRAPPERS))

    def _bare(self, part: Part, fields: Mapping[str, Part]) -> Node:
        for key, read in self._readers().items():
            if key in fields:
                return read(fields[key], fields)
        return Asked(shows=read_shown(fields, self._limits))

    def _readers(self) -> Mapping[str, _Read]:
        return {
            "age": lambda value, _: Age(years=read_age(value)),
            "sex": lambda value, _: SexIs(sex=cast(Sex, value.one_of(("female", "male")))),
            "observation": lambda value, fields: read_observed(value, fields, self._limits),
            "condition": self._charted(read_condition),
            "supported_by": self._charted(read_condition),
            "medication": self._charted(read_medication),
            "procedure": self._charted(read_procedure),
            "immunization": self._charted(read_immunization),
            "allergy": self._charted(read_allergy),
            "missing": lambda value, _: Missing(),
            "undefined": lambda value, fields: Undefined(shows=read_shown(fields, self._limits)),
            "not_written": lambda value, _: NotWritten(),
            "all_of": self._all_of,
            "any_of": self._any_of,
            "at_least": self._at_least,
            "first_of": lambda value, _: FirstOf(parts=self._several(value)),
            "beside": self._beside,
            "not": lambda value, _: Not(part=self.node(value)),
        }

    def _charted(self, read: Callable[[Part, Mapping[str, Part], Limits], Node]) -> _Read:
        return lambda value, fields: read(value, fields, self._limits)

    def _all_of(self, value: Part, fields: Mapping[str, Part]) -> Node:
        if ("but" in fields) != ("accept" in fields):
            value.fail("`but: 1` and `accept:` (who accepts the failing part) go together")
        parts = self._several(value)
        but = count(fields["but"]) if "but" in fields else 0
        if but >= len(parts):
            fields["but"].fail(f"{but} of {len(parts)} parts may fail, so that nothing is asked; expected fewer")
        return AllOf(parts=parts, but=but, but_row=self.node(fields["accept"]) if but else None)

    def _any_of(self, value: Part, fields: Mapping[str, Part]) -> Node:
        return AnyOf(parts=self._several(value), open="open" in fields and fields["open"].flag())

    def _at_least(self, value: Part, fields: Mapping[str, Part]) -> Node:
        if "of" not in fields:
            value.fail("found no `of`; expected `at_least: 2` and `of: [one, another]`")
        parts = self._several(fields["of"])
        number = count(value)
        if number > len(parts):
            value.fail(f"{number} of {len(parts)} parts can never hold; expected 1 to {len(parts)}")
        return AtLeast(count=number, parts=parts)

    def _beside(self, value: Part, fields: Mapping[str, Part]) -> Node:
        if "code" not in fields:
            value.fail("found no `code`; expected `beside: {a test}` and `code: {the diagnosis that says the same}`")
        return Beside(part=self.node(value), code=self.node(fields["code"]))

    def _several(self, value: Part) -> tuple[Node, ...]:
        items = value.items()
        if not items:
            value.fail("found an empty group; expected at least one criterion")
        return tuple(self.node(item) for item in items)

    def _row(self, part: Part, fields: Mapping[str, Part], node: Node, *, sound: bool) -> Row:
        ref = fields["ref"].text()
        if ref in self.claimed:
            fields["ref"].fail(f"{ref} is claimed twice, first on line {self.claimed[ref].line}; keep one of them")
        self.claimed[ref] = fields["ref"]
        if "statement" in fields:
            statement = fields["statement"].text()
        elif isinstance(node, Missing) and "missing" in fields:
            statement = fields["missing"].text()
        else:
            statement = self._limits.statement(node) or ""
        if not statement and sound:
            part.fail(
                f"{ref} has no `statement`; restate in one sentence what must hold (limits of results write their own)"
            )
        return Row(
            ref,
            statement,
            _text(fields, "ask"),
            _text(fields, "reading"),
            _text(fields, "source_suspect"),
            _text(fields, "modifiable"),
            part.line,
        )


def _stranger(name: str, known: Iterable[str]) -> str:
    """What a key that is not known here may have been meant to be."""
    close = suggestion(name, known)
    homes = [test for test, keys in TESTS.items() if name in keys]
    if not close.startswith("did you mean") and homes:
        return f"{name!r} belongs to {' or '.join(homes)}, not here; take it out or write that criterion"
    if not close.startswith("did you mean"):
        wider = suggestion(name, (*TESTS, "ask"))
        close = wider if wider.startswith("did you mean") else close
    return f"unknown key {name!r}; {close}"


def _text(fields: Mapping[str, Part], key: str) -> str | None:
    return fields[key].text() if key in fields else None
