"""The packaged terminology, loaded once."""

import pytest

from mappings.terminology import Terminology, load_terminology


@pytest.fixture(scope="session")
def terminology() -> Terminology:
    return load_terminology()
