"""The examples of the language in docs/decisions.md are read by the real loader."""

import re
from pathlib import Path

import pytest

from mappings.terminology import Terminology, load_terminology
from tests.machine import ROOT
from trials.library import load_trial

FENCE = re.compile(r"```yaml criterion (?P<trial>T\d)\n(?P<text>.*?)```", re.DOTALL)
EXAMPLES = [
    (found["trial"], found["text"]) for found in FENCE.finditer((ROOT / "docs/decisions.md").read_text("utf-8"))
]


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return load_terminology()


def test_the_hardest_groups_are_there() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize(("trial", "text"), EXAMPLES)
def test_an_example_is_read_by_the_loader(trial: str, text: str, tmp_path: Path, terminology: Terminology) -> None:
    criteria = "".join(f"  {line}\n" for line in text.splitlines())
    file = tmp_path / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: {trial}\ntitle: Example\ninclusion:\n{criteria}", encoding="utf-8")

    loaded = load_trial(file, terminology)

    assert {row.row.ref for row in loaded.rows} == set(re.findall(r"ref: (T\d-\w+)", text))
