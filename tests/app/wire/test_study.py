"""Trials as FHIR: nothing lost in silence, nothing said that is not so, and FHIR's own models accept it."""

import json
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import get_args

import pytest
from fhir.resources import get_fhir_model_class as r5_model
from fhir.resources.R4B import get_fhir_model_class as r4_model

from app.terminology.shelf import shelf
from app.wire.leaf import Release
from app.wire.study import exported
from mappings.ucum import measure
from tests.app.calling import library
from tests.app.wire.exports import Json, criteria, every, losses, of_type, parts_of, refs, resources
from trials import tree
from trials.definition import Group
from trials.judge import Trial, ready
from trials.language import (
    FUTURE_ANCHORS,
    AllOf,
    AnyOf,
    Aside,
    Asked,
    AtLeast,
    Beside,
    Done,
    Except,
    FirstOf,
    Found,
    Gated,
    HalfLives,
    Immunized,
    Missing,
    Node,
    Not,
    NotWritten,
    Observed,
    Sampled,
    Took,
    Undefined,
)
from trials.library import refs as refs_of

RELEASES: tuple[Release, ...] = get_args(Release)
BOTH = pytest.mark.parametrize("release", RELEASES)
TRIALS = pytest.mark.parametrize("trial", library().trials, ids=lambda trial: trial.id)
JUDGEABLE = pytest.mark.parametrize(
    "trial", [one for one in library().trials if not one.definition.not_assessable], ids=lambda trial: trial.id
)
T2 = next(trial for trial in library().trials if trial.ref == "T2")
T5 = next(trial for trial in library().trials if trial.ref == "T5")


def content(trial: Trial, release: Release, public_url: str | None = None) -> bytes:
    known = library().trial(trial.id)
    if trial is known:
        return built(trial.id, release, public_url)
    return exported(trial, library(), public_url, release).content


@cache
def built(id: str, release: Release, public_url: str | None) -> bytes:
    trial = library().trial(id)
    assert trial is not None
    return exported(trial, library(), public_url, release).content


@BOTH
@TRIALS
def test_every_row_is_in_the_export_exactly_once(trial: Trial, release: Release) -> None:
    assert Counter(refs(content(trial, release))) == Counter(refs_of([trial]))


@BOTH
@TRIALS
def test_fhirs_own_model_reads_it_back_as_it_was(trial: Trial, release: Release) -> None:
    """Each resource alone too: a Bundle's model might let a part of an entry pass."""
    model = r4_model if release == "r4" else r5_model
    bundle = content(trial, release)

    for one in [json.loads(bundle), *resources(bundle)]:
        again = model(one["resourceType"]).model_validate(one)
        assert json.loads(again.model_dump_json()) == one


@BOTH
@JUDGEABLE
def test_what_a_format_cannot_say_of_a_row_is_listed_with_the_row(trial: Trial, release: Release) -> None:
    """The row of each test that FHIR has no words for, found here by the test and not by what the export knows."""
    listed = {ref for concerned, _ in losses(content(trial, release)) for ref in concerned}

    for row in (row for one in trial.rows for row in tree.rows(one.group.node)):
        assert row.row is not None
        if any(map(beyond_fhir, tree.tests(row))):
            assert row.row.ref in listed


def beyond_fhir(test: Node) -> bool:
    match test:
        case Asked() | Missing() | Undefined() | NotWritten():
            return True
        case Observed(bound=bound):
            multiple = bound is not None and bound.times is not None and 1 not in bound.interval[:2]
            return bool(multiple or test.change or test.in_place or test.confirmed_by or test.number_asks)
        case Found():
            return bool(test.supported_by or test.cured_for or test.severe or test.absent == "ask")
        case Took():
            halves = isinstance(test.within, HalfLives)
            return bool(halves or test.agents or test.dose or test.open_list or test.before in FUTURE_ANCHORS)
        case Done() | Immunized():
            return test.before in FUTURE_ANCHORS
        case _:
            return False


@BOTH
@JUDGEABLE
def test_the_list_names_only_rows_of_the_trial_and_says_what_is_lost_everywhere(trial: Trial, release: Release) -> None:
    found = losses(content(trial, release))

    assert {ref for concerned, _ in found for ref in concerned} <= set(refs_of([trial]))
    assert any(not concerned and "open" in text for concerned, text in found)
    assert len(found) == len(set(found))


@JUDGEABLE
def test_r4_lists_each_row_whose_logic_it_says_in_words_only(trial: Trial) -> None:
    bundle = content(trial, "r4")
    listed = {ref for concerned, _ in losses(bundle) for ref in concerned}

    for group in of_type(bundle, "Group"):
        for one in group["characteristic"]:
            if "valueBoolean" in one:
                assert {ref for row in criteria(json.dumps(one).encode()) for ref in parts_of(row, "ref")} <= listed


@BOTH
@TRIALS
def test_references_and_links_lead_somewhere(trial: Trial, release: Release) -> None:
    bundle = json.loads(content(trial, release))
    objects = list(every(bundle))

    named = {one["reference"] for one in objects if "reference" in one}
    assert named <= {entry["fullUrl"] for entry in bundle["entry"]}
    links = Counter(one["linkId"] for one in objects if "linkId" in one)
    assert set(links.values()) <= {1}
    assert {one["definitionId"] for one in objects if "definitionId" in one} <= set(links)


@BOTH
@TRIALS
def test_every_value_set_is_one_that_the_terminology_publishes(trial: Trial, release: Release) -> None:
    published = {one.url for one in shelf(library().terminology, None).values()}

    found = value_sets(content(trial, release))
    assert found <= published
    assert found or not trial.rows


def test_value_sets_are_addressed_below_the_public_url() -> None:
    base = "https://trials.example.org"
    published = {one.url for one in shelf(library().terminology, base).values()}

    assert value_sets(content(T2, "r5", base)) <= published


def value_sets(bundle: bytes) -> set[str]:
    objects = list(every(json.loads(bundle)))
    found = {one["valueUri"] for one in objects if one.get("url", "").endswith("valueset-reference")}
    return found | {one["valueCanonical"] for one in objects if one.get("url") == "valueSet"}


@BOTH
@TRIALS
def test_every_quantity_has_a_unit_of_ucum(trial: Trial, release: Release) -> None:
    for one in every(json.loads(content(trial, release))):
        if one.get("system") == "http://unitsofmeasure.org":
            assert one["code"] in {"1", "{titre}", "{ULN}", "{LLN}"} or measure(one["code"])
            assert one["unit"]


@JUDGEABLE
def test_r5_keeps_the_rules_that_its_model_does_not_know(trial: Trial) -> None:
    """One definition for each characteristic; a threshold with "at least" alone; ranges in order, without comparators.

    A real server's validator judges R4 (tests/hapi); there is none here for R5.
    """
    objects = list(every(json.loads(content(trial, "r5"))))

    for one in (one for one in objects if "linkId" in one and "name" not in one):
        assert len([key for key in one if key.startswith("definition")]) == 1
    for one in (one["definitionByCombination"] for one in objects if "definitionByCombination" in one):
        assert ("threshold" in one) == (one["code"] == "at-least")
        assert 1 <= one.get("threshold", 1) <= len(one["characteristic"])
    for low, high in ((one["low"], one["high"]) for one in objects if {"low", "high"} <= set(one)):
        assert low["value"] <= high["value"]
        assert "comparator" not in {**low, **high}


@JUDGEABLE
def test_the_r5_tree_means_what_the_definition_means(trial: Trial) -> None:
    """Of two truths: rows are true or false at random, tests outside rows are false, and both trees are asked."""
    draw = random.Random(1)
    definition = trial.definition
    (variable,) = of_type(content(trial, "r5"), "EvidenceVariable")
    groups, arms = variable["characteristic"], []
    if any(arm.groups for arm in definition.arms):
        *groups, alternatives = variable["characteristic"]
        arms = alternatives["definitionByCombination"]["characteristic"]

    for _ in range(200):
        truths = {ref: draw.random() < 0.5 for ref in refs_of([trial])}
        assert [holds(one, truths) for one in groups] == [meets((group,), truths) for group in definition.shared]
        for one, arm in zip(arms, definition.arms, strict=bool(arms)):
            inner = one["definitionByCombination"]["characteristic"]
            assert [holds(part, truths) for part in inner] == [meets((group,), truths) for group in arm.groups]


def meets(groups: tuple[Group, ...], truths: Mapping[str, bool]) -> bool:
    return all(plain(group.node, group, truths) is (group.section == "inclusion") for group in groups)


def plain(node: Node, group: Group, truths: Mapping[str, bool]) -> bool:
    """The definition read with two truths."""
    if node.row:
        return truths[node.row.ref]
    inner = [plain(part, group, truths) for part in tree.parts(node)]
    match node:
        case AllOf(but=but) if but:
            *listed, person = inner
            return all(listed) or (sum(listed) >= len(listed) - but and person)
        case AllOf() | Sampled():
            return all(inner)
        case AnyOf() | FirstOf() | Beside():
            return any(inner)
        case AtLeast(count=count):
            return sum(inner) >= count
        case Not():
            return not inner[0]
        case Except():
            return inner[0] and not inner[1]
        case Aside():
            return inner[0]
        case Gated():
            gate, part = inner
            return part or not gate if group.section == "inclusion" else part and gate
        case _:
            return False


def holds(one: Json, truths: Mapping[str, bool]) -> bool:
    """A characteristic read as R5 defines it."""
    if one["linkId"] in truths:
        found = truths[one["linkId"]]
    elif "definitionId" in one:
        found = LINKED[one["definitionId"]]
    elif "definitionByCombination" in one:
        combination = one["definitionByCombination"]
        inner = [holds(part, truths) for part in combination["characteristic"]]
        enough = {"all-of": len(inner), "any-of": 1, "at-least": combination.get("threshold", 0)}[combination["code"]]
        found = sum(inner) >= enough
    else:
        found = False
    LINKED[one["linkId"]] = found is not one.get("exclude", False)
    return LINKED[one["linkId"]]


LINKED: dict[str, bool] = {}
"""What the last reading found of each characteristic; a part stands before what refers to it."""


def test_a_multiple_of_a_normal_limit_is_never_a_plain_number() -> None:
    for release in RELEASES:
        found = [one for one in every(json.loads(content(T2, release))) if one.get("unit") == "× ULN"]
        assert found
        assert {one["code"] for one in found} == {"{ULN}"}


def test_the_normal_limit_itself_is_a_reference_point_in_r5() -> None:
    by_link = {one["linkId"]: one for one in every(json.loads(content(T2, "r5"))) if "linkId" in one}

    definition = by_link["T2-X3a"]["definitionByTypeAndValue"]
    assert definition["offset"]["coding"][0]["code"] == "LNL"
    assert (definition["valueQuantity"]["value"], definition["valueQuantity"]["comparator"]) == (0, "<")


def test_r4_says_no_window_by_leaving_it_out() -> None:
    """ "Severe lung disease within 3 months" in codes alone would exclude everybody who ever had one."""
    (shared, *_) = of_type(content(T2, "r4"), "Group")
    (found,) = [one for one in shared["characteristic"] if '"T2-X2a"' in json.dumps(one)]

    assert found["code"] == {"text": "Severe lung disease within the last 3 months"}
    assert (found["valueBoolean"], found["exclude"]) == (True, True)


def test_a_row_carries_statement_policy_reading_and_suspicion() -> None:
    by_ref = {parts_of(one, "ref")[0]: one for one in criteria(content(T2, "r5"))}

    assert parts_of(by_ref["T2-O1"], "statement") == ["Neutrophils at least 0.5 ×10⁹/L"]
    assert parts_of(by_ref["T2-O1"], "policy") == ["result not older than 90 days"]
    assert parts_of(by_ref["T2-P1"], "reading")
    assert parts_of(by_ref["T2-X7f"], "sourceSuspect")
    assert parts_of(by_ref["T2-M4"], "gap") == ["Not in our copy of the protocol"]


@pytest.mark.parametrize("trial", [one for one in library().trials if one.recruitment == "unknown"], ids=lambda t: t.id)
def test_an_unknown_recruitment_status_is_never_active(trial: Trial) -> None:
    (r4,), (r5,) = (of_type(content(trial, release), "ResearchStudy") for release in RELEASES)

    assert "status" not in r4
    assert r4["_status"]["extension"][0]["valueCode"] == "unknown"
    assert (r5["status"], "progressStatus" in r5) == ("unknown", False)


def test_a_trial_that_recruits_says_so() -> None:
    (r4,), (r5,) = (of_type(content(T5, release), "ResearchStudy") for release in RELEASES)

    assert r4["status"] == "active"
    assert r5["progressStatus"][0]["state"]["coding"][0]["code"] == "recruiting"


def test_a_trial_without_criteria_text_is_exported_without_criteria_and_says_so() -> None:
    for release in RELEASES:
        (study,) = resources(content(T5, release))
        assert any("without criteria" in note["text"] for note in study["note"])
        assert not {"enrollment", "recruitment"} & set(study)


@TRIALS
def test_registry_numbers_are_those_of_the_definition(trial: Trial) -> None:
    for release in RELEASES:
        (study,) = of_type(content(trial, release), "ResearchStudy")
        numbers = {one["value"] for one in study["identifier"] if not one["value"].startswith("urn:")}
        assert numbers == set(trial.registry.values())


def test_hostile_text_of_a_definition_stays_text() -> None:
    hostile = '</div><script>alert("1")</script>&'
    trial = ready(replace(T2.definition, title=hostile), T2.sets)

    for release in RELEASES:
        for one in resources(content(trial, release)):
            assert "<script>" not in one["text"]["div"]
            assert hostile in (one.get("title") or one["name"])
