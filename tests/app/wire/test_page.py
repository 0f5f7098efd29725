"""A trial's page: every row with how it is decided, the groups' logic in words, and nothing that acts as markup."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from typing import Any, get_args

import pytest

from app import pages
from app.wire.leaf import Release
from app.wire.markdown import markdown
from app.wire.page import Block, Page, open_text, trial_page
from app.wire.study import exported
from app.wire.words import decided, left_open
from mappings.terminology import Terminology
from tests.app.calling import library, running
from trials import tree
from trials.judge import Trial, ready
from trials.language import AnyOf, Asked, Node, Row
from trials.library import load_trial, refs

TRIALS = pytest.mark.parametrize("trial", library().trials, ids=lambda trial: trial.id)
T2 = next(trial for trial in library().trials if trial.ref == "T2")
HOSTILE = '<img src=x onerror=alert(1)> [x](javascript:alert(1)) </p><script>"&'


def blocks(block: Block) -> Iterator[Block]:
    yield block
    for part in block.parts:
        yield from blocks(part)


def every_block(page: Page) -> Iterator[Block]:
    for section in page.sections:
        for _, block in section.groups:
            yield from blocks(block)


def page_of(text: str, tmp_path_factory: pytest.TempPathFactory, terminology: Terminology) -> Page:
    file = tmp_path_factory.mktemp("trial") / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: X1\ntitle: Example\n{text}", encoding="utf-8")
    return trial_page(load_trial(file, terminology), library())


@TRIALS
def test_every_row_stands_on_the_page_once_and_says_how_it_is_decided(trial: Trial) -> None:
    page = trial_page(trial, library())

    found = [block for block in every_block(page) if block.row]
    assert sorted(block.row.ref for block in found if block.row) == sorted(refs([trial]))
    assert [block.row.ref for block in found if block.row and not block.words] == []


@TRIALS
def test_both_forms_of_the_page_hold_every_row_and_lead_to_every_code(trial: Trial) -> None:
    page = trial_page(trial, library())
    text, html = markdown(page), pages.trial_html(page)

    for ref in refs([trial]):
        assert text.count(f'<a id="{ref}">') == 1
        assert html.count(f'<li id="{ref}"') == 1
    for form in (text, html):
        places = set(re.findall(r'id="([^"]+)"', form))
        assert set(re.findall(r'(?:href="|\]\()#([^")]+)', form)) <= places
        assert len(places) == len(re.findall(r'id="([^"]+)"', form))


@TRIALS
def test_every_test_has_sentences_of_its_own(trial: Trial) -> None:
    groups = {id(row.group): row.group for row in trial.rows}.values()
    known = library()

    for test in (test for group in groups for test in tree.tests(group.node)):
        said = decided(test, known.terminology.sets, known.policy)
        assert said.endswith((".", ")")), said
        assert "None" not in said
        opened = left_open(test, known.terminology.sets)
        assert not opened or re.fullmatch(r"Open if .+\.", open_text(opened))


def test_logic_is_said_in_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    text = """
inclusion:
  liver:
    at_least: 2
    of:
      - {observation: alt, max: 3 ULN, ref: X1-1, unless: {ask: Due to the myopathy?, statement: Due to it, ref: X1-2}}
      - {observation: ast, max: 3 ULN, ref: X1-3}
      - {observation: total_bilirubin, max: 2 ULN, ref: X1-7}
  tumour:
    not: {condition: malignancy, when: ever, statement: A tumour, ref: X1-4}
    except: {condition: carcinoma_in_situ_of_skin, when: ever, statement: In situ, ref: X1-5}
    applies_if: {sex: female, statement: A woman, ref: X1-6}
"""
    page = page_of(text, tmp_path_factory, library().terminology)

    said = [block.words for block in every_block(page)]
    assert "At least 2 of these" in said
    assert "unless this holds, which waives it" in said
    assert "The opposite of this" in said
    assert any(words.startswith("except findings of which this holds") for words in said)
    assert any(words.startswith("asked only where this holds") for words in said)


def test_a_row_says_limit_window_policy_unit_and_what_leaves_it_open() -> None:
    by_ref = {block.row.ref: block for block in every_block(trial_page(T2, library())) if block.row}

    neutrophils, inr = by_ref["T2-O1"], by_ref["T2-O4"]
    assert neutrophils.words == (
        "The most recent result decides, if it is not older than 90 days. Other units are converted to ×10⁹/L."
    )
    assert neutrophils.row is not None
    assert neutrophils.row.policy == "result not older than 90 days"
    assert "in an unknown unit" in neutrophils.open
    assert "the one that the result itself carries" in inr.words
    assert "without a normal range of its own" in inr.open


def test_codes_stand_with_system_code_and_display() -> None:
    by_name = {one.name: one for one in trial_page(T2, library()).sets}

    assert ("LOINC", "751-8") in {(one.system, one.code) for one in by_name["neutrophils"].codes}
    lupus = [one for one in by_name["systemic_lupus_erythematosus"].codes if one.system == "ICD-10-CM"]
    assert [(one.code, one.display) for one in lupus] == [("M32", "and all codes below it, except M32.0")]


def test_text_of_a_definition_acts_as_nothing_in_either_form() -> None:
    def hostile(node: Node) -> Node:
        row = node.row
        return replace(node, row=replace(row, statement=HOSTILE, question=HOSTILE, reading=HOSTILE)) if row else node

    definition = T2.definition
    first = next(group for group in definition.shared if group.node.row)
    changed = tuple(
        replace(group, node=hostile(group.node)) if group is first else group for group in definition.shared
    )
    trial = ready(replace(definition, title=HOSTILE, summary=HOSTILE, shared=changed), T2.sets)

    page = trial_page(trial, library())
    html, text = pages.trial_html(page), markdown(page)
    assert re.findall(r"<img|<script", html) == []
    assert re.findall(r"(?<!\\)<(?!!--|/?a\b|/?details|/?summary)", text) == []
    assert "javascript:" not in text


def test_all_that_an_author_says_of_a_row_is_on_the_page_and_in_the_exports() -> None:
    """Every field of a row, also one that the language gets later."""
    texts: dict[str, Any] = {
        field.name: f"Said as {field.name}" for field in fields(Row) if field.name not in ("ref", "line")
    }
    first = next(group for group in T2.definition.shared if isinstance(group.node, Asked))
    assert first.node.row is not None
    node = replace(first.node, row=replace(first.node.row, **texts))
    shared = tuple(replace(group, node=node) if group is first else group for group in T2.definition.shared)
    trial = ready(replace(T2.definition, shared=shared), T2.sets)

    page = trial_page(trial, library())
    forms = [pages.trial_html(page), markdown(page).replace("\\", "")]
    forms += [exported(trial, library(), None, release).content.decode() for release in get_args(Release)]
    for form in forms:
        assert [text for text in texts.values() if text not in form] == []


async def test_the_page_has_an_address_of_its_own() -> None:
    async with running() as client:
        page = await client.get(f"/trials/{T2.id}.html")
        negotiated = await client.get(f"/trials/{T2.id}", headers={"accept": "text/html"})
        nowhere = await client.get("/trials/nowhere.html")

    assert page.content == negotiated.content
    assert (page.headers["content-type"], nowhere.status_code) == ("text/html; charset=utf-8", 404)


def test_a_waiver_is_told_from_an_alternative(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Both are "any of" to the engine; only a reader needs the difference."""
    text = """
inclusion:
  waived: {observation: alt, max: 3 ULN, ref: X1-1, unless: {ask: Waived?, statement: Waived, ref: X1-2}}
  either: {any_of: [{observation: ast, max: 3 ULN, ref: X1-3}, {ask: Accepted?, statement: Accepted, ref: X1-4}]}
"""
    file = tmp_path_factory.mktemp("trial") / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: X1\ntitle: Example\n{text}", encoding="utf-8")

    waived, either = load_trial(file, library().terminology).definition.shared
    assert isinstance(waived.node, AnyOf)
    assert isinstance(either.node, AnyOf)
    assert (waived.node.waiver, either.node.waiver) == (True, False)
    assert len(tree.rows(waived.node)) == len(tree.rows(either.node)) == 2
