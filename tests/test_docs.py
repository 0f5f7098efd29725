"""The pages say what is there: each setting, and the two commands that a visitor needs."""

import re
from pathlib import Path

import pytest

from app.cli import cli
from app.library import load_library
from app.settings import PREFIX, Settings
from mappings.terminology import Coding
from tests.machine import ROOT

OPERATORS = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
TERMINOLOGY = (ROOT / "docs" / "terminology.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_setting_has_its_row_and_every_row_its_setting() -> None:
    settings = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}

    assert set(re.findall(r"^\| `(\w+)` \|", OPERATORS, re.MULTILINE)) == settings


@pytest.mark.parametrize("name", ["budget_s", "max_pages", "max_body_mb", "max_cards"])
def test_the_default_of_a_setting_is_the_one_in_its_row(name: str) -> None:
    default = Settings.model_fields[name].default

    assert f"| `{PREFIX}{name.upper()}` | `{default}` |" in OPERATORS


def test_the_example_of_a_concept_map_is_understood_and_searched_for(tmp_path: Path) -> None:
    (example,) = re.findall(r"```json concept-map\n(.*?)```", OPERATORS, re.DOTALL)
    file = tmp_path / "our-codes.json"
    file.write_text(example, encoding="utf-8")

    library = load_library(Settings(concept_maps=(file,)))

    neutrophils, skin = (
        library.terminology.identify("result", (Coding(f"https://hospital.example/{system}", code, None),), None).names
        for system, code in (("laboratory", "NEUT-A"), ("scores", "SKIN-17"))
    )
    assert (neutrophils, skin) == (("neutrophils",), ("mrss",))
    templates = " ".join(search.template for search in library.searches)
    assert "https://hospital.example/laboratory|NEUT-A" in templates
    assert "https://hospital.example/scores|SKIN-17" in templates


def test_the_readme_shows_a_visitor_exactly_two_commands() -> None:
    section = README.split("## Try it")[1].split("\n## ")[0]

    assert re.findall(r"```sh\n(.*?)\n```", section, re.DOTALL) == ["make demo", "make test"]


@pytest.mark.parametrize("page", ["README.md", "docs/operators.md", "docs/terminology.md"])
def test_links_to_files_of_the_repository_lead_somewhere(page: str) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / page).read_text(encoding="utf-8"))

    assert [link for link in links if not ((ROOT / page).parent / link).exists()] == []


def test_every_command_has_its_place_on_a_page() -> None:
    groups = {"": cli, **{f"{group.name} ": group.typer_instance for group in cli.registered_groups}}
    commands = {
        f"{prefix}{info.name or info.callback.__name__}"
        for prefix, group in groups.items()
        if group is not None
        for info in group.registered_commands
        if info.callback
    }

    assert "terminology expand" in commands
    assert {name for name in commands if f"trialhook {name}" not in README + OPERATORS + TERMINOLOGY} == set()


def test_every_make_target_that_a_page_names_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = set(re.findall(r"`?make ([a-z]+(?:-[a-z]+)*)`?", " ".join(re.findall(r"`[^`]*`", README + OPERATORS))))

    assert {target for target in named if not re.search(rf"^{target}:", makefile, re.MULTILINE)} == set()
