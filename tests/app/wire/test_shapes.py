"""How criteria look in FHIR, written short: which part of the logic stands in codes, and which in words."""

from pathlib import Path

import pytest

from app.wire.study import exported
from tests.app.calling import library
from tests.app.wire.exports import Json, of_type, parts_of, refs
from trials.judge import Trial
from trials.library import load_trial


def trial(tmp_path: Path, section: str, criterion: str) -> Trial:
    file = tmp_path / "example" / "trial.yaml"
    file.parent.mkdir()
    file.write_text(f"id: example\nref: X1\ntitle: Example\n{section}:\n  it: {criterion}\n", encoding="utf-8")
    return load_trial(file, library().terminology)


def r5(one: Json) -> str:
    """`-` excludes, `'…'` are words, `=c1` is another characteristic, `@` has a time and `~` a length."""
    marks = "-" * one.get("exclude", False)
    if "definitionByCombination" in one:
        combination = one["definitionByCombination"]
        code = {"all-of": "all", "any-of": "any", "at-least": f"{combination.get('threshold')} of"}[combination["code"]]
        return f"{marks}{code}({', '.join(map(r5, combination['characteristic']))})"
    if "definitionCodeableConcept" in one:
        return f"{marks}'{one['definitionCodeableConcept']['text']}'"
    if "definitionId" in one:
        return f"{marks}={one['definitionId']}"
    definition = one["definitionByTypeAndValue"]
    timing = "@" * ("timeFromEvent" in one) + "~" * ("durationQuantity" in one)
    return f"{marks}{value(definition)}{timing}"


def r4(one: Json) -> str:
    found = f"'{one['code']['text']}'" if "valueBoolean" in one else value({"type": one["code"], **one})
    return f"-{found}" if one["exclude"] else found


def value(definition: Json) -> str:
    about = definition["type"]["text"]
    match definition:
        case {"valueCodeableConcept": {"text": str(text)}}:
            return f"{about} {text}"
        case {"valueRange": {"low": low, "high": high}}:
            return f"{about} {low['value']}..{high['value']} {low['unit']}"
        case {"valueQuantity": quantity}:
            return f"{about} {quantity['comparator']}{quantity['value']} {quantity.get('unit', '')}".rstrip()
        case _:
            raise AssertionError(definition)


SHAPES = [
    pytest.param(
        "inclusion",
        "{all_of: [{observation: alt, max: 3 ULN, ref: X1-1}, {age: 18..65, ref: X1-2}]}",
        "all(ALT <=3 × ULN, Age in completed years 18..65 years)",
        ["ALT <=3 × ULN", "Age in completed years 18..65 years"],
        id="all of an inclusion is flat",
    ),
    pytest.param(
        "exclusion",
        "{any_of: [{condition: malignancy, when: ever, statement: Cancer, ref: X1-1},"
        " {procedure: dialysis, statement: Dialysis, ref: X1-2}]}",
        "-any(Diagnosis Malignancy, Procedure Dialysis)",
        ["-Diagnosis Malignancy", "-Procedure Dialysis"],
        id="any of an exclusion is flat",
    ),
    pytest.param(
        "inclusion",
        "{any_of: [{observation: alt, max: 3 ULN, ref: X1-1}, {ask: Accepted, statement: Accepted, ref: X1-2}]}",
        "any(ALT <=3 × ULN, 'Accepted')",
        ["'at least one of (ALT at most 3 × ULN; Accepted)'"],
        id="an alternative is words in R4",
    ),
    pytest.param(
        "exclusion",
        "{condition: lung_disease, within: 3 months, statement: Lung disease of late, ref: X1-1}",
        "-Diagnosis Lung disease@",
        ["-'Lung disease of late'"],
        id="a time is words in R4",
    ),
    pytest.param(
        "inclusion",
        "{medication: immunomodulator, agents: 2, for: 3 months, statement: Two agents, ref: X1-1}",
        "all(Medication Immunomodulator~, 'Two agents')",
        ["'Two agents'"],
        id="codes that say less stand beside the words",
    ),
    pytest.param(
        "exclusion",
        "{supported_by: infection, when: current, ask: Out of control, statement: Uncontrolled infection, ref: X1-1}",
        "-all(Diagnosis Infection@, 'A person says: Uncontrolled infection')",
        ["-'Uncontrolled infection'"],
        id="a diagnosis that only supports is never the whole",
    ),
    pytest.param(
        "inclusion",
        "{condition: diffuse_cutaneous_systemic_sclerosis, when: ever, supported_by: systemic_sclerosis,"
        " refuted_by: limited_cutaneous_systemic_sclerosis, ask: Is it diffuse, statement: Diffuse, ref: X1-1}",
        "any(Diagnosis Diffuse cutaneous systemic sclerosis, all(Diagnosis Systemic sclerosis,"
        " 'A person says: Diffuse', -Diagnosis Limited cutaneous systemic sclerosis))",
        ["'Diffuse'"],
        id="proof, or a hint with a person and without what refutes",
    ),
    pytest.param(
        "inclusion",
        "{not: {condition: pericardial_effusion, when: ever}, statement: No effusion, ref: X1-1}",
        "all(-Diagnosis Pericardial effusion)",
        ["-Diagnosis Pericardial effusion"],
        id="a negative row is not its own opposite",
    ),
    pytest.param(
        "inclusion",
        "{observation: alt, max: 3 ULN, ref: X1-1, unless: {ask: Waived, statement: Waived, ref: X1-2}}",
        "any(ALT <=3 × ULN, 'Waived')",
        ["'ALT at most 3 × ULN, unless (Waived)'"],
        id="a waiver",
    ),
    pytest.param(
        "inclusion",
        "{observation: hcg_serum, is: negative, ref: X1-1, applies_if: {sex: female, statement: A woman, ref: X1-2}}",
        "any(-Administrative sex female, Serum hCG negative)",
        ["'only for those of whom holds (A woman): (Serum hCG negative)'"],
        id="whom it concerns, of an inclusion",
    ),
    pytest.param(
        "exclusion",
        "{observation: hcg_serum, is: positive, ref: X1-1, applies_if: {sex: female, statement: A woman, ref: X1-2}}",
        "-all(Administrative sex female, Serum hCG positive)",
        ["-'only for those of whom holds (A woman): (Serum hCG positive)'"],
        id="whom it concerns, of an exclusion",
    ),
    pytest.param(
        "inclusion",
        "{all_of: [{ask: A, statement: A, ref: X1-1}, {ask: B, statement: B, ref: X1-2}],"
        " but: 1, accept: {ask: C, statement: C, ref: X1-3}}",
        "all(1 of('A', 'B'), any(all(=X1-1, =X1-2), 'C'))",
        ["'all of (A; B), or all but 1 of them and (C)'"],
        id="all but one, if a person accepts it",
    ),
    pytest.param(
        "inclusion",
        "{any_of: [{ask: A, statement: A, ref: X1-1}, {ask: B, statement: B, ref: X1-2}],"
        " aside: [{ask: C, statement: C, ref: X1-3}]}",
        "any(any('A', 'B'), all(=c3, 'C'))",
        ["'at least one of (A; B)'"],
        id="what is named beside changes nothing",
    ),
]


@pytest.mark.parametrize(("section", "criterion", "tree", "flat"), SHAPES)
def test_a_criterion_has_its_shape_in_both_releases(
    section: str, criterion: str, tree: str, flat: list[str], tmp_path: Path
) -> None:
    made = trial(tmp_path, section, criterion)
    new, old = (exported(made, library(), None, release).content for release in ("r5", "r4"))

    (variable,), (group,) = of_type(new, "EvidenceVariable"), of_type(old, "Group")
    assert [r5(one) for one in variable["characteristic"]] == [tree]
    assert [r4(one) for one in group["characteristic"]] == flat
    assert sorted(refs(new)) == sorted(refs(old)) == sorted(row.row.ref for row in made.rows)


def test_a_row_that_decides_nothing_is_in_no_characteristic_of_r4(tmp_path: Path) -> None:
    criterion = "{ask: A, statement: A, ref: X1-1, aside: [{ask: C, statement: C, ref: X1-3}]}"
    made = trial(tmp_path, "inclusion", criterion)

    (group,) = of_type(exported(made, library(), None, "r4").content, "Group")
    beside = [parts_of(one, "ref") for one in group["extension"] if one["url"].endswith("criterion")]
    assert beside == [["X1-3"]]
    assert [one["code"]["text"] for one in group["characteristic"]] == ["A"]
