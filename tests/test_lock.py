"""The locks pin all that is installed, by hash, and say nothing of where it comes from."""

import re
import tomllib

import pytest

from tests.machine import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PIN = re.compile(
    r"^([a-z0-9.-]+)==(\S+)(?: ; [^\\]+)? \\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE
)


def pins(lock: str) -> dict[tuple[str, str], str]:
    """The hashes by name and version."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return {(name, version): hashes for name, version, hashes in PIN.findall(text)}


def names_in(requirements: list[str]) -> set[str]:
    """Names as a lock spells them: lower case, with hyphens."""
    spelled = (re.split(r"[\s;<>=!~\[]", requirement)[0] for requirement in requirements)
    return {re.sub(r"[-_.]+", "-", name).lower() for name in spelled}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_is_a_pin_a_hash_or_a_comment_without_an_address(lock: str) -> None:
    rest = PIN.sub("", (ROOT / lock).read_text(encoding="utf-8"))

    assert [line for line in rest.splitlines() if not re.fullmatch(r" +# [^:]*", line)] == []


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    service, all_of_it = ({re.sub(r"[-_.]+", "-", name) for name, _ in pins(lock)} for lock in LOCKS)

    assert names_in(project["dependencies"]) <= service
    assert names_in(project["optional-dependencies"]["dev"]) <= all_of_it


def test_the_tests_run_with_what_the_service_runs_with() -> None:
    service, all_of_it = (pins(lock) for lock in LOCKS)

    assert service.items() <= all_of_it.items()
