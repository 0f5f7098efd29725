"""Runs a trial's cases through the real path: FHIR bytes, pages, facts, verdicts."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from app.cases.expansion import PATIENT
from app.cases.expected import Difference, differences
from app.cases.limits import uncovered_limits
from app.cases.reading import Case, Cases, read_cases, refs_of
from app.cases.runs import Run
from app.reading.page import decode_page
from app.reading.record import read_record
from mappings.terminology import Terminology
from trials.judge import Trial, match
from trials.needs import needs
from trials.policy import Policy


class CaseFailure(NamedTuple):
    """An expectation that the trial does not meet."""

    file: str
    line: int
    case: str
    subject: str
    """The criterion's ref, or standing, arm, barredBy, open, unknown."""
    expected: str
    found: str

    def __str__(self) -> str:
        return (
            f"{self.file}:{self.line}: case {self.case!r}: "
            f"{self.subject} is expected to be {self.expected}, and is {self.found}"
        )


class Review(NamedTuple):
    """Everything that `check` has to say of a trial's cases."""

    cases: int
    """How many there are."""
    failures: tuple[CaseFailure, ...]
    unnamed: tuple[str, ...]
    """Written criteria that no case names."""
    limits: tuple[str, ...]
    """One line for each limit without a case on it or just past it."""

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it, a line each; empty if nothing is wrong."""
        return (*map(str, self.failures), *(f"{ref}: stands in no case" for ref in self.unnamed), *self.limits)


def run_cases(trial: Trial, folder: Path, terminology: Terminology) -> list[CaseFailure]:
    """What the cases of a trial expect and do not get; raises `DefinitionError` where they cannot be read."""
    return list(review(trial, folder, terminology).failures)


def review(trial: Trial, folder: Path, terminology: Terminology) -> Review:
    """Runs the cases once and looks for what they leave out."""
    cases = read_cases(trial, folder, terminology)
    runs = tuple(runs_of(trial, cases, terminology))
    written = frozenset(refs_of(trial, unwritten=False))
    failures = tuple(
        _failure(run.case, difference)
        for run in runs
        for difference in differences(run.case.expected, run.match, written)
    )
    unnamed = tuple(coverage(trial, cases))
    return Review(len(cases.cases), failures, unnamed, tuple(uncovered_limits(trial, runs)))


def runs_of(trial: Trial, cases: Cases, terminology: Terminology) -> Iterator[Run]:
    """Each case, judged."""
    needed = needs((trial,), terminology.sets).names
    for case in cases.cases:
        reading = read_record(
            [decode_page(case.body)],
            terminology=terminology,
            today=cases.as_of,
            patient_id=PATIENT,
            gaps=case.gaps,
            needed=needed,
        )
        found = match(trial, reading.record, cases.as_of, Policy())
        yield Run(case, reading.record, found, cases.as_of)


def coverage(trial: Trial, cases: Cases) -> list[str]:
    """The written criteria that no case names."""
    named = {ref for case in cases.cases for ref in case.expected.claims}
    return [ref for ref in refs_of(trial, unwritten=False) if ref not in named]


def _failure(case: Case, difference: Difference) -> CaseFailure:
    return CaseFailure(case.file, difference.line, case.name, difference.subject, difference.expected, difference.found)
