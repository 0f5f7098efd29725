"""A case that was judged."""

from datetime import date
from typing import NamedTuple

from app.cases.reading import Case
from trials.match import TrialMatch
from trials.record import Record


class Run(NamedTuple):
    """A case, its chart as facts, and what the trial said of it."""

    case: Case
    record: Record
    match: TrialMatch
    as_of: date
