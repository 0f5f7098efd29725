"""The body of a card in GitHub-flavoured Markdown, for a narrow panel: short lines, lists, no tables.

Everything that is not fixed text passes `escaped`. "Not found" is never worded as "excluded".
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from cds_hooks.ahead import Ahead, looking_ahead
from cds_hooks.answered import CONTRADICTED, UNAVAILABLE, asked_again, by_person, contradicted
from cds_hooks.choice import Choice
from cds_hooks.closing import counted, lowered
from cds_hooks.markdown import escaped
from cds_hooks.near import near
from mappings.value_set import ValueSet
from trials.match import ArmMatch, Judged
from trials.policy import Policy
from trials.record import Entry, Fact, PersonAnswer, Record, Result
from trials.truth import Truth
from trials.verdict import Why
from trials.wording import date_text, evidence_text, limit_text

MOST_OPEN = 8
MOST_MET = 6
MOST_EXPIRING = 3
"""Longer lists end in "and n more": the whole list is the report's business."""

_FACTS_SHOWN = 2

_SETTLED_BY_A_TEST = {
    Why.NO_DATA: "nothing in the chart",
    Why.STALE: "too old",
    Why.NO_REFERENCE_RANGE: "without a normal range",
    Why.UNIT: "without a usable unit",
    Why.IMPRECISE: "not exact enough",
    Why.CONFLICT: "results contradict each other",
}
"""Reasons that a new or better result would remove, as a card words them."""

_FOR_A_PERSON = (Why.NEEDS_PERSON, Why.UNDEFINED)


class Chart(NamedTuple):
    """What a card may say of the chart as a whole."""

    record: Record
    today: date
    sets: Mapping[str, ValueSet]
    not_searched: tuple[str, ...] = ()
    """Resource types whose search failed or was cut short."""
    answers_unavailable: bool = False
    """What people answered could not be read."""
    policy: Policy = Policy()
    answers: Mapping[str, Sequence[PersonAnswer]] = {}
    """Trial id → what persons said of its criteria."""


def detail(choice: Choice, chart: Chart) -> str:
    """What speaks for the trial, what is open, what to wait for, and what this service does not know."""
    answers = chart.answers.get(choice.trial.id, ())
    ahead = looking_ahead(choice.trial, choice.criteria, chart.record, chart.today, chart.policy, answers)
    blocks = [
        _headline(choice),
        _recruitment(choice),
        _speaks_for(choice, chart),
        _answered(choice, chart),
        _results_open(choice, chart),
        _questions(choice),
        _waits(choice, chart, ahead),
        _expires(chart, ahead),
        _close_to_a_limit(choice, chart),
        _look_twice(choice, chart),
        _aside(choice, chart),
        _not_in_our_copy(choice),
        _not_written(choice),
        _not_searched(choice, chart),
        UNAVAILABLE if chart.answers_unavailable else "",
    ]
    return "\n\n".join(block for block in blocks if block)


def _headline(choice: Choice) -> str:
    standing = "Candidate" if choice.best.standing == "candidate" else "Potential candidate"
    arms = ", ".join(_arm(arm) for arm in choice.arms)
    left = counted(len(choice.best.open), "point") + " open"
    return f"**{standing}** for {arms}. {choice.decided} of {len(choice.criteria)} criteria decided, {left}."


def _arm(arm: ArmMatch) -> str:
    mark = " (the diagnosis is provisional)" if arm.target == "provisional" else ""
    return f"*{escaped(arm.title)}*{mark}"


def _recruitment(choice: Choice) -> str:
    if choice.trial.recruitment == "unknown":
        return "**Recruitment status unknown:** it is not in our copy of the protocol. Ask the site."
    return ""


def _speaks_for(choice: Choice, chart: Chart) -> str:
    met = [
        judged
        for judged in choice.criteria
        if judged.section == "inclusion" and not judged.aside and _found(judged) and not by_person(judged)
    ]
    met.sort(key=lambda judged: (judged.arm is None, not judged.verdict.facts))
    lines = _bullets(met, lambda judged: _with_facts(judged, chart), MOST_MET)
    return "\n".join(["**Speaks for it**", *lines, *_exclusions(choice)])


def _answered(choice: Choice, chart: Chart) -> str:
    """What people said and nothing in the chart did, with who and when; what the chart contradicts first."""
    said = [one for one in choice.criteria if by_person(one)]
    said.sort(key=lambda one: not contradicted(one))
    lines = _bullets(said, lambda one: (CONTRADICTED if contradicted(one) else "") + _with_facts(one, chart))
    return "\n".join(["**Answered by a person**", *lines]) if said else ""


def _exclusions(choice: Choice) -> list[str]:
    """How many groups of exclusions are decided in favour, and how many of them only because nothing was found.

    None of them bars, or there would be no card; one that is undecided has a criterion among the open ones.
    """
    groups: dict[tuple[str | None, str], list[Judged]] = {}
    for judged in choice.criteria:
        if judged.section == "exclusion" and judged.verdict.why not in (Why.NOT_WRITTEN, Why.TEXT_MISSING):
            groups.setdefault((judged.arm, judged.group), []).append(judged)
    clear = [group for group in groups.values() if not any(one.ref in choice.best.open for one in group)]
    silent = sum(1 for group in clear if any(one.verdict.why is Why.NOT_IN_CHART for one in group))
    if not clear:
        return []
    said = f"- {len(clear)} of {counted(len(groups), 'exclusion')} decided in favour"
    return [f"{said}, {silent} only by not being found in the chart" if silent else said]


def _results_open(choice: Choice, chart: Chart) -> str:
    found = [one for one in _open(choice) if one.verdict.why in _SETTLED_BY_A_TEST and not _persons(one)]
    if not found:
        return ""
    return "\n".join(["**Still open: results**", *_bullets(found, lambda judged: _why_open(judged, chart))])


def _persons(judged: Judged) -> bool:
    """Whether a person's answer is why it is open."""
    return contradicted(judged) or asked_again(judged)


def _why_open(judged: Judged, chart: Chart) -> str:
    why = judged.verdict.why
    assert why is not None
    reason = _SETTLED_BY_A_TEST[why]
    shown = _facts(judged, chart)
    if why is Why.NO_DATA and any(isinstance(fact, Entry) for fact in judged.verdict.facts):
        reason = "an entry could not be identified"
    if why is Why.STALE and judged.policy:
        reason += f" (site policy: {escaped(judged.policy)})"
    would = "Would exclude: " if judged.section == "exclusion" else ""
    said = f"{would}{escaped(judged.statement)}: {reason}" + (f", {shown}" if shown else "")
    return said + (f"; {escaped(judged.verdict.note)}" if judged.verdict.note else "")


def _questions(choice: Choice) -> str:
    """Yes means that the statement holds, which of an exclusion is no good news: those have a line of their own."""
    found = [one for one in _open(choice) if one.verdict.why in _FOR_A_PERSON or asked_again(one)]
    heads = {"inclusion": "Questions for a person", "exclusion": "Would exclude if yes"}
    lines = []
    for section, head in heads.items():
        asked = [escaped(one.question or one.statement).rstrip("?.") + "?" for one in found if one.section == section]
        if asked:
            lines.append(f"**{head}:** {' '.join(asked)}")
    return "\n\n".join(lines)


def _waits(choice: Choice, chart: Chart, ahead: Ahead) -> str:
    found = [
        judged
        for judged in choice.criteria
        if judged.verdict.truth is Truth.UNKNOWN and judged.verdict.why is Why.FUTURE
    ]
    return "\n".join(["**Wait for**", *_bullets(found, lambda judged: _clears(judged, chart, ahead))]) if found else ""


def _expires(chart: Chart, ahead: Ahead) -> str:
    """Decided criteria that will not be so for long."""
    phrases = {judged.ref: phrase for judged, phrase in ahead.expiring}
    expiring = [judged for judged, _ in ahead.expiring]
    lines = _bullets(expiring, lambda judged: f"{_with_facts(judged, chart)}, {phrases[judged.ref]}", MOST_EXPIRING)
    return "\n".join(["**Expires soon**", *lines]) if expiring else ""


def _clears(judged: Judged, chart: Chart, ahead: Ahead) -> str:
    said = [shown] if (shown := _facts(judged, chart)) else []
    if judged.ref in ahead.clears:
        said.append(ahead.clears[judged.ref])
    if judged.modifiable:
        said.append(f"can be lifted by {lowered(escaped(judged.modifiable))}")
    return escaped(judged.statement) + (f": {', '.join(said)}" if said else "")


def _close_to_a_limit(choice: Choice, chart: Chart) -> str:
    found = near(choice.trial, choice.criteria)
    if not found:
        return ""
    shown = [
        f"{_fact(one.result, chart)}, limit {escaped(limit_text(one.bound, chart.sets[one.result.name]))}"
        for one in found[:MOST_MET]
    ]
    return "\n".join(["**Close to a limit**", *(f"- {line}" for line in shown)])


def _look_twice(choice: Choice, chart: Chart) -> str:
    """Exclusion statements that hold but do not bar alone: one low immunoglobulin, a cured skin cancer."""
    found = [
        judged
        for judged in choice.criteria
        if judged.section == "exclusion" and judged.verdict.truth is Truth.TRUE and judged.verdict.facts
    ]
    lines = _bullets(found, lambda judged: _with_facts(judged, chart))
    return "\n".join(["**Found, does not bar by itself**", *lines]) if found else ""


def _aside(choice: Choice, chart: Chart) -> str:
    """What the text names beside a criterion and never requires, where it holds: a large spleen."""
    lines = [
        f"- {_with_facts(judged, chart)}" + (f". {escaped(judged.reading)}" if judged.reading else "")
        for judged in choice.criteria
        if judged.aside and _found(judged)
    ]
    return "\n".join(["**Found, decides nothing by itself**", *lines]) if lines else ""


def _found(judged: Judged) -> bool:
    """Whether facts in hand say that it holds."""
    return judged.verdict.truth is Truth.TRUE and judged.verdict.why is None


def _not_in_our_copy(choice: Choice) -> str:
    """Of the whole protocol, other arms too: what is lost there says how far this copy can be trusted."""
    found = [planned.row for planned in choice.trial.rows if planned.lost]
    if not found:
        return ""
    verb = "is" if len(found) == 1 else "are"
    listed = "; ".join(escaped(row.statement) for row in found)
    return f"**{counted(len(found), 'part')} of the protocol {verb} not in our copy:** {listed}."


def _not_written(choice: Choice) -> str:
    number = sum(1 for judged in choice.criteria if judged.verdict.why is Why.NOT_WRITTEN)
    lines = []
    if number:
        what = "criterion is" if number == 1 else "criteria are"
        lines.append(f"**{number} {what} not yet judged here:** read them in the protocol.")
    if choice.unwritten:
        arms = ", ".join(f"*{escaped(arm.title)}*" for arm in choice.unwritten)
        lines.append(f"**Also in the chart, but not yet judged here:** {arms}.")
    return "\n\n".join(lines)


def _not_searched(choice: Choice, chart: Chart) -> str:
    left = [judged for judged in _open(choice) if judged.verdict.why is Why.NOT_SEARCHED]
    if not chart.not_searched and not left:
        return ""
    listed = ", ".join(escaped(name) for name in chart.not_searched) or "the chart"
    undecided = "; ".join(escaped(judged.statement) for judged in left)
    return f"**Could not be searched in full:** {listed}." + (f" Undecided for that: {undecided}." if left else "")


def _open(choice: Choice) -> list[Judged]:
    wanted = frozenset(choice.best.open)
    return [judged for judged in choice.criteria if judged.ref in wanted]


def _with_facts(judged: Judged, chart: Chart) -> str:
    shown = _facts(judged, chart)
    return escaped(judged.statement) + (f": {shown}" if shown else "")


def _facts(judged: Judged, chart: Chart) -> str:
    facts = judged.verdict.facts
    shown = [_fact(fact, chart, judged.statement) for fact in facts[:_FACTS_SHOWN]]
    return "; ".join(shown) + (f" and {len(facts) - _FACTS_SHOWN} more" if len(facts) > _FACTS_SHOWN else "")


def _fact(fact: Fact, chart: Chart, beside: str = "") -> str:
    """A fact with its day, without what already stands beside it: the name of the test, a day of its own."""
    text = evidence_text(fact, chart.sets)
    if isinstance(fact, Result):
        title = f"{chart.sets[fact.name].title} "
        text = text.removeprefix(title) if beside.startswith(title) else text
    day = date_text(fact.when) if fact.when else ""
    shown = escaped(text, 120)
    return f"{shown} ({escaped(day)})" if day and day not in text else shown


def _bullets(found: Sequence[Judged], line: Callable[[Judged], str], most: int = MOST_OPEN) -> list[str]:
    lines = [f"- {line(judged)}" for judged in found[:most]]
    return [*lines, f"- and {len(found) - most} more"] if len(found) > most else lines
