"""The examples of the language in the docs are read by the real loader."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from mappings.source import _Loader
from mappings.terminology import Terminology, load_terminology
from tests.machine import ROOT
from trials.charted import _COURSES as COURSES
from trials.language import Anchor, Pick
from trials.library import _KEYS, load_trial
from trials.parsing import ROW, TESTS, WRAPPERS

FENCE = re.compile(r"```yaml criterion (?P<trial>[TX]\d)\n(?P<text>.*?)```", re.DOTALL)
PAGES = ("docs/decisions.md", "docs/authoring.md")
EXAMPLES = [
    (found["trial"], found["text"]) for page in PAGES for found in FENCE.finditer((ROOT / page).read_text("utf-8"))
]
AUTHORING = (ROOT / "docs/authoring.md").read_text("utf-8")
PROSE = re.sub(r"^```.*?^```", "", AUTHORING, flags=re.DOTALL | re.MULTILINE)
KEYS = sorted({*TESTS, *(key for keys in TESTS.values() for key in keys), *WRAPPERS, *ROW, "ask", "shows"})
HEAD = sorted({*_KEYS, "target", "target_of_childhood", "not_written"})


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return load_terminology()


def test_the_hardest_groups_are_there() -> None:
    assert len(EXAMPLES) >= 8


def keys_in(value: object) -> Iterator[str]:
    """Every key of a document."""
    if isinstance(value, dict):
        yield from value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from keys_in(part)


SHOWN = {key for _, text in EXAMPLES for key in keys_in(yaml.load(text, Loader=_Loader))}


@pytest.mark.parametrize("key", KEYS)
def test_every_kind_of_criterion_and_every_key_has_its_rule_and_an_example(key: str) -> None:
    assert re.search(rf"`{key}[:`]", PROSE), "no rule"
    assert key in SHOWN, "no example"


@pytest.mark.parametrize("key", HEAD)
def test_every_key_of_a_trials_head_has_its_rule(key: str) -> None:
    assert re.search(rf"`{key}[:`]", PROSE)


@pytest.mark.parametrize("choice", [*get_args(Pick), *get_args(Anchor), *COURSES, "lactation", "pregnancy"])
def test_every_choice_that_a_key_offers_is_told(choice: str) -> None:
    assert re.search(rf"`([a-z_]+: )?{choice}`", PROSE)


@pytest.mark.parametrize(("trial", "text"), EXAMPLES)
def test_an_example_is_read_by_the_loader(trial: str, text: str, tmp_path: Path, terminology: Terminology) -> None:
    criteria = "".join(f"  {line}\n" for line in text.splitlines())
    file = tmp_path / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: {trial}\ntitle: Example\ninclusion:\n{criteria}", encoding="utf-8")

    loaded = load_trial(file, terminology)

    listed = re.findall(r"not_written: \[(.*)\]", text)
    assert {row.row.ref for row in loaded.rows} == {*re.findall(r"ref: ([TX]\d-\w+)", text), *listed}
