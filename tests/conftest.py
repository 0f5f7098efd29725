"""What all tests share: markers for what a machine may lack, the sample charts, laws without a stop-watch."""

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

from tests import machine

SKIPPED = pytest.StashKey[Counter[str]]()

# Brief runs try the same examples everywhere, so that a change and not luck turns them red; the long one looks further.
settings.register_profile("brief", deadline=None, derandomize=True)
settings.register_profile("long", deadline=None, max_examples=2_000)
settings.load_profile("long" if os.environ.get("TRIALHOOK_TEST_LONG") == "1" else "brief")


def pytest_configure(config: pytest.Config) -> None:
    # A test that keeps answers says where; no other may touch the database of whoever runs the tests.
    os.environ["TRIALHOOK_ANSWERS_URL"] = "off"
    config.addinivalue_line("markers", "long: takes minutes; left out unless TRIALHOOK_TEST_LONG=1")
    config.addinivalue_line("markers", "charts: needs the folder of sample charts")
    config.addinivalue_line("markers", "terminology: needs the folder of reference codes")
    config.stash[SKIPPED] = Counter()


def pytest_runtest_setup(item: pytest.Item) -> None:
    for what, missing in machine.MISSING.items():
        if item.get_closest_marker(what) is None or (reason := missing()) is None:
            continue
        if machine.required(what):
            pytest.fail(f"{what} tests are required here, but there is {reason}", pytrace=False)
        item.config.stash[SKIPPED][what] += 1
        pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """One line for each kind of test that was left out, with what would bring it in."""
    for what, count in sorted(config.stash[SKIPPED].items()):
        plural = "" if count == 1 else "s"
        terminalreporter.write_line(f"SKIPPED {count} {what} test{plural}: {machine.MISSING[what]()}", yellow=True)


@pytest.fixture(scope="session")
def charts() -> Path:
    """The folder of sample charts; tests that use it carry the marker `charts`."""
    return machine.charts()
