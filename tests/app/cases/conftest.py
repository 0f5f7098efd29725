"""A small trial with its cases, written for each test."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.cases import Review, review
from mappings.terminology import Terminology, load_terminology
from trials.library import load_trial

HEAD = """
id: small
ref: X1
title: A small trial
"""
CASES_HEAD = """
as_of: 2026-06-15
backgrounds:
  woman:
    patient: {born: 1986-02-01, sex: female}
    results:
      - {neutrophils: 3.2 10*9/L, day: -3d, range: 1.8..7.5}
cases:
"""


@pytest.fixture(scope="session")
def terminology() -> Terminology:
    return load_terminology()


@pytest.fixture
def reviewed(tmp_path: Path, terminology: Terminology) -> Callable[[str, str], Review]:
    """The review of a trial with this inclusion and these cases."""

    def of(inclusion: str, cases: str) -> Review:
        (tmp_path / "trial.yaml").write_text(f"{HEAD}inclusion:\n{inclusion}", encoding="utf-8")
        (tmp_path / "cases.yaml").write_text(CASES_HEAD + cases, encoding="utf-8")
        return review(load_trial(tmp_path / "trial.yaml", terminology), tmp_path, terminology)

    return of
