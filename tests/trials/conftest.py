"""The packaged terminology and the trials that come with the service, loaded once."""

import pytest

from mappings.terminology import Terminology, load_terminology
from trials.judge import Trial
from trials.library import DEFINITIONS, load_trials


@pytest.fixture(scope="session")
def terminology() -> Terminology:
    return load_terminology()


@pytest.fixture(scope="session")
def trials(terminology: Terminology) -> dict[str, Trial]:
    """By id."""
    return {trial.id: trial for trial in load_trials(DEFINITIONS, terminology)}
