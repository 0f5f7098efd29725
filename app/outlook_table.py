"""Why a trial is none for this patient, and what would decide it, for a terminal: criterion by criterion, in words."""

import textwrap
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from app.report import CriterionReport, TrialReport

SOON = timedelta(days=14)
_MOST_FACTS = 4


def outlook_lines(trial: TrialReport, today: date, width: int) -> Iterable[str]:
    """The sections on one trial; nothing of a trial about which nothing can be said."""
    criteria = {one.ref: one for one in trial.criteria}
    yield from _days(trial, today)
    yield from _section("Why not", _why_not(trial, criteria), width)
    decide = [_deciding(criteria[ref]) for ref in _open(trial)]
    yield from _section("What would decide", decide, width)
    yield from _section("Expires soon", _expiring(trial, today), width)


def _days(trial: TrialReport, today: date) -> Iterable[str]:
    if trial.earliest is not None and trial.earliest > today:
        yield f"  Could be met by itself from {trial.earliest}"
    elif trial.possible_from is not None and trial.possible_from > today:
        yield f"  Could be met from {trial.possible_from}, if what is open is answered in its favour"


def _why_not(trial: TrialReport, criteria: Mapping[str, CriterionReport]) -> list[str]:
    if trial.why_not is None:
        return []
    return [_line(criteria[ref], _failing(criteria[ref])) for ref in trial.why_not.fails]


def _deciding(one: CriterionReport) -> str:
    """What would decide it; a question speaks for itself."""
    asked = [fact.text for fact in one.change if fact.kind == "answer"]
    return f"{one.ref:<10}{asked[0]}" if asked and len(one.change) == 1 else _line(one, _turned(one))


def _failing(one: CriterionReport) -> str:
    distance = [one.distance.text] if one.distance else []
    return "; ".join([*distance, "nothing changes it" if one.fixed else _turned(one)])


def _turned(one: CriterionReport) -> str:
    """What would turn it, in one line."""
    texts = [fact.text for fact in one.change]
    if one.change_together:
        return f"all of: {'; '.join(texts)}"
    more = len(texts) - _MOST_FACTS
    return " or ".join(texts[:_MOST_FACTS]) + (f" or {more} more" if more > 0 else "")


def _open(trial: TrialReport) -> Iterable[str]:
    """The open criteria of the trial; of one that is barred, those of its arms, each once."""
    arms = [ref for arm in trial.arms if arm.target != "absent" for ref in arm.open]
    return dict.fromkeys(trial.open or arms)


def _expiring(trial: TrialReport, today: date) -> list[str]:
    """What is decided today and soon no longer is, by day."""
    arms = {arm.id for arm in trial.arms if arm.target != "absent"}
    soon = [
        one
        for one in trial.criteria
        if (one.arm is None or one.arm in arms) and one.expires is not None and one.expires <= today + SOON
    ]
    soon.sort(key=lambda one: one.expires or today)
    return [_line(one, f"on {one.expires} by {_BY[one.expires_by or 'protocol']}") for one in soon]


_BY = {"protocol": "the protocol", "policy": "the site's policy"}


def _line(one: CriterionReport, said: str) -> str:
    return f"{one.ref:<10}{one.statement}" + (f": {said}" if said else "")


def _section(title: str, lines: Iterable[str], width: int) -> Iterable[str]:
    listed = list(lines)
    if listed:
        yield f"  {title}"
    for line in listed:
        yield from textwrap.wrap(line, width, initial_indent="    ", subsequent_indent=" " * 14)
