"""Reads the YAML of a definition into the language, strictly: each slip names its line and what would be right."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Literal, cast

from mappings.source import Part, suggestion
from mappings.value_set import SetKind
from trials.language import (
    FUTURE_ANCHORS,
    Age,
    Allergic,
    AllOf,
    Anchor,
    AnyOf,
    Asked,
    AtLeast,
    Beside,
    Done,
    Except,
    FirstOf,
    Found,
    Gated,
    Immunized,
    Missing,
    Node,
    Not,
    NotWritten,
    Row,
    Sampled,
    SexIs,
    Took,
    Undefined,
)
from trials.measures import Limits, read_age, read_dose, read_observed, read_span, read_washout
from trials.record import Sex
from trials.when import Span

WRAPPERS = ("valid_if", "unless", "except", "applies_if")
ROW = ("ref", "statement", "reading", "source_suspect")
TESTS: Mapping[str, tuple[str, ...]] = {
    "age": (),
    "sex": (),
    "observation": (
        "min", "max", "above", "below", "is", "one_of", "rise", "rise_above", "fall", "fall_above", "either_way",
        "over", "from", "sustained", "pick", "within", "on_limit", "number", "in_place",
        "on_room_air",
    ),
    "condition": (
        "when", "within", "onset_within", "at_least_ago", "cured_for", "severe", "supported_by", "refuted_by", "absent",
        "currency",
    ),
    "supported_by": ("when", "refuted_by", "absent"),
    "medication": ("when", "within", "before", "for", "agents", "daily_dose", "or_others", "apart_from", "absent"),
    "procedure": ("within", "before", "supports", "absent"),
    "immunization": ("within", "before"),
    "allergy": ("severe", "supports"),
    "missing": (),
    "undefined": (),
    "not_written": (),
    "all_of": ("but", "accept"),
    "any_of": (),
    "at_least": ("of",),
    "first_of": (),
    "beside": ("code",),
    "not": (),
}  # fmt: skip
"""Test or combination → the keys that belong to it; `ask` may stand beside every one, or alone."""

_FINDINGS: tuple[SetKind, ...] = ("diagnosis", "procedure")
"""What a Condition may state: a disease, or a procedure by the status that it leaves (a transplanted kidney)."""
_DRUGS: tuple[SetKind, ...] = ("ingredient", "drug_class")


class Reader:
    """Turns parts into nodes with one set of value sets; remembers which refs were claimed where."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.claimed: dict[str, Part] = {}

    def node(self, part: Part) -> Node:
        """The node of a mapping: its test or combination, its row, and what is wrapped around it."""
        fields = self._fields(part)
        node = self._bare(part, fields)
        if "ref" in fields:
            node = replace(node, row=self._row(part, fields, node))
        for key in ("statement", "reading", "source_suspect"):
            if key in fields and "ref" not in fields:
                fields[key].fail(f"{key!r} belongs to a row of the criteria table; give the criterion its `ref`")
        if "valid_if" in fields:
            node = Sampled(part=node, valid=self.node(fields["valid_if"]))
        if "unless" in fields:
            node = AnyOf(parts=(node, self.node(fields["unless"])))
        if "except" in fields:
            node = Except(part=node, carve=self.node(fields["except"]))
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
        own = TESTS[test] if test else ()
        return part.fields(((test,) if test else ()) + (*own, "ask", *ROW, *WRAPPERS))

    def _bare(self, part: Part, fields: Mapping[str, Part]) -> Node:
        for key, read in self._readers().items():
            if key in fields:
                return read(fields[key], fields)
        return Asked()

    def _readers(self) -> Mapping[str, Callable[[Part, Mapping[str, Part]], Node]]:
        return {
            "age": lambda value, _: Age(years=read_age(value)),
            "sex": lambda value, _: SexIs(sex=cast(Sex, value.one_of(("female", "male")))),
            "observation": lambda value, fields: read_observed(value, fields, self._limits),
            "condition": self._condition,
            "supported_by": self._condition,
            "medication": self._medication,
            "procedure": self._procedure,
            "immunization": self._immunization,
            "allergy": self._allergy,
            "missing": lambda value, _: Missing(),
            "undefined": lambda value, _: Undefined(),
            "not_written": lambda value, _: NotWritten(),
            "all_of": self._all_of,
            "any_of": lambda value, _: AnyOf(parts=self._several(value)),
            "at_least": self._at_least,
            "first_of": lambda value, _: FirstOf(parts=self._several(value)),
            "beside": self._beside,
            "not": lambda value, _: Not(part=self.node(value)),
        }

    def _condition(self, value: Part, fields: Mapping[str, Part]) -> Node:
        windows = [key for key in ("within", "onset_within", "at_least_ago", "cured_for") if key in fields]
        if len(windows) > 1:
            fields[windows[1]].fail(
                f"{windows[0]!r} and {windows[1]!r} are two windows; keep the one that the text gives"
            )
        names = self.names(fields["condition"], _FINDINGS) if "condition" in fields else ()
        if names and not windows and "when" not in fields:
            value.fail("a diagnosis without a window needs `when: ever` or `when: current`")
        when = fields["when"].one_of(("ever", "current")) if "when" in fields else "ever"
        return Found(
            names=names,
            when=cast(Literal["ever", "current"], when),
            within=_span(fields, "within"),
            onset_within=_span(fields, "onset_within"),
            at_least_ago=_span(fields, "at_least_ago"),
            cured_for=_span(fields, "cured_for"),
            severe="severe" in fields and fields["severe"].flag(),
            currency=_currency(fields),
            supported_by=self._optional(fields, "supported_by", _FINDINGS),
            refuted_by=self._optional(fields, "refuted_by", _FINDINGS),
            absent=_absent(fields),
        )

    def _medication(self, value: Part, fields: Mapping[str, Part]) -> Node:
        if not {"when", "within", "for", "agents", "daily_dose"} & set(fields):
            value.fail("a drug needs `when: ever`, `when: current`, `within:` a time or `for:` a length")
        when = fields["when"].one_of(("ever", "current")) if "when" in fields else "ever"
        return Took(
            names=self.names(value, _DRUGS),
            when=cast(Literal["ever", "current"], when),
            within=read_washout(fields["within"]) if "within" in fields else None,
            before=_anchor(fields),
            length=_span(fields, "for"),
            dose=read_dose(fields["daily_dose"]) if "daily_dose" in fields else None,
            agents=count(fields["agents"]) if "agents" in fields else None,
            open_list=self._optional(fields, "or_others", _DRUGS),
            apart_from=self._optional(fields, "apart_from", _DRUGS),
            absent=_absent(fields),
        )

    def _procedure(self, value: Part, fields: Mapping[str, Part]) -> Node:
        return Done(
            names=self.names(value, _FINDINGS),
            within=_span(fields, "within"),
            before=_anchor(fields),
            supported="supports" in fields and fields["supports"].flag(),
            absent=_absent(fields),
        )

    def _immunization(self, value: Part, fields: Mapping[str, Part]) -> Node:
        return Immunized(names=self.names(value, ("vaccine",)), within=_span(fields, "within"), before=_anchor(fields))

    def _allergy(self, value: Part, fields: Mapping[str, Part]) -> Node:
        names = self.names(value, ("substance", "ingredient", "drug_class"))
        return Allergic(
            names=names,
            severe="severe" in fields and fields["severe"].flag(),
            supported="supports" in fields and fields["supports"].flag(),
        )

    def _all_of(self, value: Part, fields: Mapping[str, Part]) -> Node:
        if ("but" in fields) != ("accept" in fields):
            value.fail("`but: 1` and `accept:` (who accepts the failing part) go together")
        but = count(fields["but"]) if "but" in fields else 0
        return AllOf(parts=self._several(value), but=but, but_row=self.node(fields["accept"]) if but else None)

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

    def _row(self, part: Part, fields: Mapping[str, Part], node: Node) -> Row:
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
        if not statement:
            part.fail(
                f"{ref} has no `statement`; restate in one sentence what must hold (limits of results write their own)"
            )
        return Row(
            ref, statement, _text(fields, "ask"), _text(fields, "reading"), _text(fields, "source_suspect"), part.line
        )

    def names(self, part: Part, kinds: Iterable[SetKind]) -> tuple[str, ...]:
        """One value-set name or a list of them, each of one of these kinds."""
        return self._limits.names(part, tuple(kinds))

    def _optional(self, fields: Mapping[str, Part], key: str, kinds: tuple[SetKind, ...]) -> tuple[str, ...]:
        return self.names(fields[key], kinds) if key in fields else ()


def _text(fields: Mapping[str, Part], key: str) -> str | None:
    return fields[key].text() if key in fields else None


def _span(fields: Mapping[str, Part], key: str) -> Span | None:
    return read_span(fields[key]) if key in fields else None


def _currency(fields: Mapping[str, Part]) -> Literal["pregnancy", "lactation"] | None:
    if "currency" not in fields:
        return None
    return cast(Literal["pregnancy", "lactation"], fields["currency"].one_of(("pregnancy", "lactation")))


def _absent(fields: Mapping[str, Part]) -> Literal["false", "ask"]:
    return cast(Literal["false", "ask"], fields["absent"].one_of(("false", "ask"))) if "absent" in fields else "false"


def _anchor(fields: Mapping[str, Part]) -> Anchor:
    if "before" not in fields:
        return "today"
    if "within" not in fields:
        fields["before"].fail("`before` names the end of a window; give its length as `within: 6 weeks`")
    return cast(Anchor, fields["before"].one_of(("today", "sample", *sorted(FUTURE_ANCHORS))))


def count(part: Part) -> int:
    """A whole number from 1."""
    number = part.number()
    if number != int(number) or number < Decimal(1):
        part.fail(f"found {part.text()!r}; expected a whole number from 1")
    return int(number)
