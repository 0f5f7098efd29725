"""Judges one chart against every trial; a trial that fails costs itself alone."""

import logging
from collections.abc import Iterable
from datetime import date

from app.edge import place
from app.library import Library
from trials.judge import Trial, match, narrowed
from trials.match import TrialMatch
from trials.record import Record

log = logging.getLogger("trialhook.matching")

Judgement = tuple[Trial, TrialMatch | None]
"""A trial and what the chart says of it; `None` where judging it failed."""


def judged(trials: Iterable[Trial], record: Record, library: Library, today: date) -> list[Judgement]:
    """Every trial's match, in the library's order."""
    return [(trial, _match(trial, record, library, today)) for trial in trials]


def judged_where_it_matters(
    trials: Iterable[Trial], record: Record, library: Library, today: date
) -> list[tuple[Trial, TrialMatch]]:
    """The matches of the trials with an arm whose target disease is in the chart, by those arms alone."""
    found = []
    for trial in trials:
        here = narrowed(trial, record, today, library.policy)
        outcome = None if here is None else _match(here, record, library, today)
        if outcome is not None:
            found.append((trial, outcome))
    return found


def _match(trial: Trial, record: Record, library: Library, today: date) -> TrialMatch | None:
    try:
        return match(trial, record, today, library.policy)
    except Exception as error:  # one trial's fault must not silence the others; nothing of the chart is logged
        log.error("trial %s could not be judged: %s", trial.id, place(error))
        return None
