"""The cases of a trial: charts in short form and what has to come out of them, run through the real path."""

from app.cases.reading import Case, Cases, read_cases
from app.cases.running import CaseFailure, Review, coverage, review, run_cases

__all__ = ["Case", "CaseFailure", "Cases", "Review", "coverage", "read_cases", "review", "run_cases"]
