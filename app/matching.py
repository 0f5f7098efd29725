"""Judges one chart against every trial; a trial that fails costs itself alone."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from app.edge import place
from app.library import Library
from trials.judge import Trial, charted, match, narrowed
from trials.match import TrialMatch
from trials.outlook.whole import Outlook, outlook
from trials.record import PersonAnswer, Record

log = logging.getLogger("trialhook.matching")

Answers = Mapping[str, Sequence[PersonAnswer]]
"""Trial id → what persons said of its rows."""
NONE: Answers = {}

Judgement = tuple[Trial, TrialMatch | None]
"""A trial and what the chart says of it; `None` where judging it failed."""


def judged(
    trials: Iterable[Trial], record: Record, library: Library, today: date, answers: Answers = NONE
) -> list[Judgement]:
    """Every trial's match, in the library's order."""
    return [(trial, _match(trial, record, library, today, answers)) for trial in trials]


def judged_where_it_matters(
    trials: Iterable[Trial], record: Record, library: Library, today: date, answers: Answers = NONE
) -> list[tuple[Trial, TrialMatch]]:
    """The matches of the trials with an arm whose target disease is in the chart, by those arms alone."""
    found = []
    for trial in trials:
        here = narrowed(trial, record, today, library.policy)
        outcome = None if here is None else _match(here, record, library, today, answers)
        if outcome is not None:
            found.append((trial, outcome))
    return found


def looked_ahead(
    judgements: Iterable[Judgement], record: Record, library: Library, today: date, answers: Answers = NONE
) -> list[tuple[Trial, TrialMatch | None, Outlook | None]]:
    """Each match with what may become of it; a trial for which that fails keeps its match."""
    return [
        (trial, found, None if found is None else _look(trial, found, record, library, today, answers))
        for trial, found in judgements
    ]


def _look(
    trial: Trial, found: TrialMatch, record: Record, library: Library, today: date, answers: Answers
) -> Outlook | None:
    try:
        return outlook(trial, found, charted(record, today, library.policy, answers.get(trial.id, ())))
    except Exception as error:  # the verdicts stand without it; nothing of the chart is logged
        log.error("nothing could be said of what may become of trial %s: %s", trial.id, place(error))
        return None


def _match(trial: Trial, record: Record, library: Library, today: date, answers: Answers) -> TrialMatch | None:
    try:
        return match(trial, record, today, library.policy, answers.get(trial.id, ()))
    except Exception as error:  # one trial's fault must not silence the others; nothing of the chart is logged
        log.error("trial %s could not be judged: %s", trial.id, place(error))
        return None
