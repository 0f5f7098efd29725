"""The examples of the language in the docs are read by the real loader."""

import re
from pathlib import Path

import pytest

from mappings.terminology import Terminology, load_terminology
from tests.machine import ROOT
from trials.library import load_trial
from trials.parsing import TESTS

FENCE = re.compile(r"```yaml criterion (?P<trial>[TX]\d)\n(?P<text>.*?)```", re.DOTALL)
PAGES = ("docs/decisions.md", "docs/authoring.md")
EXAMPLES = [
    (found["trial"], found["text"]) for page in PAGES for found in FENCE.finditer((ROOT / page).read_text("utf-8"))
]
KINDS = {*TESTS, "ask", "unless", "except", "applies_if"} - {"not_written"}


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return load_terminology()


def test_the_hardest_groups_are_there() -> None:
    assert len(EXAMPLES) >= 8


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_every_kind_of_criterion_stands_in_an_example_or_a_paragraph(kind: str) -> None:
    text = (ROOT / "docs/authoring.md").read_text("utf-8")

    assert re.search(rf"(^|[\s{{`]){kind}(:|`)", text)


@pytest.mark.parametrize(("trial", "text"), EXAMPLES)
def test_an_example_is_read_by_the_loader(trial: str, text: str, tmp_path: Path, terminology: Terminology) -> None:
    criteria = "".join(f"  {line}\n" for line in text.splitlines())
    file = tmp_path / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: {trial}\ntitle: Example\ninclusion:\n{criteria}", encoding="utf-8")

    loaded = load_trial(file, terminology)

    assert {row.row.ref for row in loaded.rows} == set(re.findall(r"ref: ([TX]\d-\w+)", text))
