"""Reads the tests of diagnoses, drugs, procedures, vaccines and allergies; knows which of their keys go together."""

from collections.abc import Mapping
from typing import Literal, cast

from mappings.source import Part
from mappings.value_set import SetKind
from trials.language import FUTURE_ANCHORS, Allergic, Anchor, Done, Found, HalfLives, Immunized, Node, Took
from trials.measures import Limits, count, read_dose, read_span, read_washout, read_years
from trials.when import Span

Fields = Mapping[str, Part]

_FINDINGS: tuple[SetKind, ...] = ("diagnosis", "procedure")
"""What a Condition may state: a disease, or a procedure by the status that it leaves (a transplanted kidney)."""
_DRUGS: tuple[SetKind, ...] = ("ingredient", "drug_class")
_WINDOWS = ("when", "within", "onset_within", "onset_before_age", "at_least_ago", "cured_for")


def read_condition(value: Part, fields: Fields, limits: Limits) -> Node:
    """A diagnosis, or what a diagnosis supports."""
    windows = [key for key in _WINDOWS if key in fields]
    _one_of(fields, windows, "two windows; keep the one that the text gives")
    names = limits.names(fields["condition"], _FINDINGS) if "condition" in fields else ()
    if names and not windows:
        value.fail("a diagnosis needs a window: `when: ever`, `when: current`, `within:` a time or one of its kin")
    if "currency" in fields and "when" not in fields:
        fields["currency"].fail("`currency` says how long a code is current; expected `when: current` beside it")
    if "times" in fields and "supported_by" in fields:
        fields["times"].fail(
            "`times` counts what proves the statement; a diagnosis that only supports it is not counted"
        )
    return Found(
        names=names,
        when=_course(fields),
        within=_span(fields, "within"),
        onset_within=_span(fields, "onset_within"),
        onset_before_age=read_years(fields["onset_before_age"]) if "onset_before_age" in fields else None,
        at_least_ago=_span(fields, "at_least_ago"),
        cured_for=_span(fields, "cured_for"),
        severe=_flag(fields, "severe"),
        times=count(fields["times"]) if "times" in fields else 1,
        currency=_currency(fields),
        supported_by=_names(fields, "supported_by", _FINDINGS, limits),
        refuted_by=_names(fields, "refuted_by", _FINDINGS, limits),
        apart_from=_names(fields, "apart_from", _FINDINGS, limits),
        absent=_absent(fields),
    )


def read_medication(value: Part, fields: Fields, limits: Limits) -> Node:
    """A drug or class."""
    if not {"when", "within", "for", "agents", "daily_dose"} & set(fields):
        value.fail("a drug needs `when: ever`, `when: current`, `within:` a time or `for:` a length")
    _one_of(fields, [key for key in ("when", "within") if key in fields], "two windows; keep one of them")
    within = read_washout(fields["within"]) if "within" in fields else None
    anchor = _anchor(fields)
    counted = next((key for key in ("for", "daily_dose") if key in fields), None)
    if counted and (anchor != "today" or isinstance(within, HalfLives)):
        fields["within"].fail(f"{counted!r} is counted in a time back from today; expected `within: 8 weeks` or none")
    if "daily_dose" in fields and "agents" in fields:
        fields["agents"].fail("a daily dose is one of all agents together; expected `daily_dose` or `agents`")
    return Took(
        names=limits.names(value, _DRUGS),
        when=_when(fields),
        within=within,
        before=anchor,
        length=_span(fields, "for"),
        dose=read_dose(fields["daily_dose"]) if "daily_dose" in fields else None,
        agents=count(fields["agents"]) if "agents" in fields else None,
        open_list=_names(fields, "or_others", _DRUGS, limits),
        apart_from=_names(fields, "apart_from", _DRUGS, limits),
        absent=_absent(fields),
    )


def read_procedure(value: Part, fields: Fields, limits: Limits) -> Node:
    """A procedure."""
    return Done(
        names=limits.names(value, _FINDINGS),
        within=_span(fields, "within"),
        before=_anchor(fields),
        supported=_flag(fields, "supports"),
        absent=_absent(fields),
    )


def read_immunization(value: Part, fields: Fields, limits: Limits) -> Node:
    """A vaccine."""
    names = limits.names(value, ("vaccine",))
    return Immunized(names=names, within=_span(fields, "within"), before=_anchor(fields))


def read_allergy(value: Part, fields: Fields, limits: Limits) -> Node:
    """An allergy."""
    names = limits.names(value, ("substance", "ingredient", "drug_class"))
    return Allergic(names=names, severe=_flag(fields, "severe"), supported=_flag(fields, "supports"))


def read_shown(fields: Fields, limits: Limits) -> tuple[str, ...]:
    """What is shown beside a question."""
    return _names(fields, "shows", (*_FINDINGS, *_DRUGS, "laboratory", "vital", "score"), limits)


def _one_of(fields: Fields, keys: list[str], fault: str) -> None:
    if len(keys) > 1:
        fields[keys[1]].fail(f"{keys[0]!r} and {keys[1]!r} are {fault}")


def _names(fields: Fields, key: str, kinds: tuple[SetKind, ...], limits: Limits) -> tuple[str, ...]:
    return limits.names(fields[key], kinds) if key in fields else ()


def _span(fields: Fields, key: str) -> Span | None:
    return read_span(fields[key]) if key in fields else None


def _flag(fields: Fields, key: str) -> bool:
    return key in fields and fields[key].flag()


def _when(fields: Fields) -> Literal["ever", "current"]:
    if "when" not in fields:
        return "ever"
    return cast(Literal["ever", "current"], fields["when"].one_of(("ever", "current")))


_COURSES = ("ever", "current", "past", "relapsed")


def _course(fields: Fields) -> Literal["ever", "current", "past", "relapsed"]:
    if "when" not in fields:
        return "ever"
    return cast(Literal["ever", "current", "past", "relapsed"], fields["when"].one_of(_COURSES))


def _currency(fields: Fields) -> Literal["pregnancy", "lactation"] | None:
    if "currency" not in fields:
        return None
    return cast(Literal["pregnancy", "lactation"], fields["currency"].one_of(("pregnancy", "lactation")))


def _absent(fields: Fields) -> Literal["false", "ask"]:
    if "absent" not in fields:
        return "false"
    return cast(Literal["false", "ask"], fields["absent"].one_of(("false", "ask")))


def _anchor(fields: Fields) -> Anchor:
    if "before" not in fields:
        return "today"
    if "within" not in fields:
        fields["before"].fail("`before` names the end of a window; give its length as `within: 6 weeks`")
    return cast(Anchor, fields["before"].one_of(("today", "sample", *sorted(FUTURE_ANCHORS))))
