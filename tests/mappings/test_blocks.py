"""Mapping files are read strictly: a slip names file and line, what was found, and what would be right."""

import shutil
from pathlib import Path

import pytest

import mappings
from mappings.blocks import COMMON_KEYS, FINDING_KEYS, INGREDIENT_KEYS, RESULT_KEYS
from mappings.terminology import MappingError, load_terminology

PACKAGED = Path(mappings.__file__).parent
GOOD_LOINC = "718-7"
GOOD_SNOMED = "55464009"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the tables alone, to which a test adds its blocks."""
    for table in ("units", "answers", "drug_forms"):
        shutil.copy(PACKAGED / f"{table}.yaml", tmp_path)
    return tmp_path


def complaint(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as refused:
        load_terminology(folder)
    return str(refused.value)


def other_digit(code: str) -> str:
    return code[:-1] + str((int(code[-1]) + 1) % 10)


def test_a_folder_of_good_blocks_is_read(folder: Path) -> None:
    (folder / "laboratory.yaml").write_text(f'hb:\n  unit: g/L\n  loinc: {{{GOOD_LOINC}: "Hemoglobin"}}\n', "utf-8")

    assert load_terminology(folder).sets["hb"].unit == "g/L"


@pytest.mark.parametrize(
    ("text", "line", "found", "right"),
    [
        ('hb:\n  loincs: {718-7: "x"}\n', 2, "unknown key 'loincs'", "did you mean 'loinc'?"),
        ('hb:\n  loinc:\n    718-7: "x"\n    718-7: "y"\n', 4, "'718-7' stands twice", "first on line 3"),
        ('hb:\n  loinc: {718-7: "x"}\nhb:\n  loinc: {718-7: "x"}\n', 3, "'hb' stands twice", "first on line 1"),
        ("hb:\n  loinc: [718-7]\n", 2, "found a list", "expected a mapping"),
        ("hb:\n  loinc: {718-7: }\n", 2, "found nothing", "expected a text"),
        ("hb:\n  loinc: {hemoglobin: x}\n", 2, "'hemoglobin' is no loinc code", "such as 718-7"),
        ('hb:\n  loinc: {718-7: "x"}\n  unit: furlong/L\n', 1, "furlong/L", "10*9/L"),
        ('hb:\n  loinc: {718-7: "x"}\n  freshness: labratory\n', 3, "'labratory'", "did you mean 'laboratory'?"),
        ('hb:\n  loinc: {718-7: "x"}\n  keeps_positive: yes\n', 3, "'yes'", "true"),
        ('hb:\n  loinc: {718-7: "x"}\n  upper_normal: [1.4, 1.0]\n', 3, "two numbers", "the lower one first"),
        ('hb:\n  loinc: {718-7: "x"}\n  molar_mass: {g_per_mol: 16114}\n', 3, "no 'source'", "where it is published"),
        ('hb:\n  loinc: {718-7: "x"}\n  molar_mass: {g_per_mol: much, source: x}\n', 3, "'much'", "a number above 0"),
        ('hb:\n  loinc: {718-7: "x"}\n  includes: [hgb]\n', 1, "unknown set 'hgb'", "did you mean 'hb'?"),
        ('hb:\n  loinc: {718-7: "x"}\n  includes: [hb]\n', 1, "hb includes hb", "take one step out"),
        ("hb:\n  title: Haemoglobin\n", 1, "no codes, names or includes", "give it one of them"),
        ('Hb Count:\n  loinc: {718-7: "x"}\n', 1, "'Hb Count'", "snake_case"),
        ('hb:\n  loinc: {718-7: "x"}\n  icd10cm_prefix: {D50: x}\n', 3, "'icd10cm_prefix'", "expected one of"),
        ("hb: {\n", 2, "not YAML", "expected"),
        ("", 1, "found nothing", "a mapping of blocks"),
    ],
)
def test_a_slip_in_a_laboratory_block_is_named(folder: Path, text: str, line: int, found: str, right: str) -> None:
    said = complaint(folder, "laboratory.yaml", text)

    assert said.startswith(f"{folder.name}/laboratory.yaml:{line}: ")
    assert found in said
    assert right in said


@pytest.mark.parametrize(("system", "good"), [("loinc", GOOD_LOINC), ("snomed", GOOD_SNOMED)])
def test_a_bad_check_digit_is_named_with_the_right_one(folder: Path, system: str, good: str) -> None:
    said = complaint(folder, "laboratory-blood.yaml", f"hb:\n  {system}: {{{other_digit(good)}: x}}\n")

    assert said.startswith(f"{folder.name}/laboratory-blood.yaml:2: ")
    assert f"{good} would pass" in said


@pytest.mark.parametrize(
    ("text", "line", "found"),
    [
        ("sle:\n  icd10cm_prefix: {M32: x}\n  icd10cm: {M32.1: x}\n", 3, "already below the prefix"),
        ("sle:\n  icd10cm_prefix: {M32x: x}\n", 2, "no icd10cm prefix"),
        ("sle:\n  icd10cm_prefix: {M32: x}\n  but_not: {rxnorm: {}}\n", 3, "unknown key 'rxnorm'"),
        ("sle:\n  icd10cm_prefix: {M32: x}\n  but_not: {}\n", 3, "nothing left out"),
        ("sle:\n  names: [x]\n  but_not: {snomed: {55464009: x}}\n", 3, "left out of no `snomed_is_a`"),
        ("sle:\n  names: [x]\n  snomed_is_a: [55464009]\n", 3, "'55464009' is no code under `snomed` of this block"),
        ("sle:\n  icd10cm_prefix: {M32: x}\n  unit: g/L\n", 3, "unknown key 'unit'"),
        ("sle:\n  names: [lupus, lupus]\n", 2, "'lupus' stands twice"),
        ("sle:\n  names: lupus\n", 2, "expected a list"),
        ("sle:\n  names: [x]\n  history: {rxnorm: {}}\n", 3, "unknown key 'rxnorm'"),
    ],
)
def test_a_slip_in_a_diagnosis_is_named(folder: Path, text: str, line: int, found: str) -> None:
    said = complaint(folder, "diagnoses.yaml", text)

    assert said.startswith(f"{folder.name}/diagnoses.yaml:{line}: ")
    assert found in said


def test_a_class_includes_drugs_and_nothing_else(folder: Path) -> None:
    (folder / "diagnoses.yaml").write_text("sle:\n  names: [lupus]\n", "utf-8")

    said = complaint(folder, "drug_classes.yaml", "steroid:\n  includes: [sle]\n")

    assert "'steroid' includes 'sle', which is a diagnosis; a drug_class may include ingredient or drug_class" in said


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pen: {form_of: adrenalin, form_words: [pen], names: [x]}\n", "'adrenalin' is no ingredient"),
        ("pen: {form_words: [pen], names: [x]}\n", "go together"),
        ("adrenaline: {names: [a]}\npen: {form_of: adrenaline, names: [x]}\n", "go together"),
    ],
)
def test_a_form_of_an_ingredient_names_it_and_its_words(folder: Path, text: str, found: str) -> None:
    assert found in complaint(folder, "drugs.yaml", text)


def test_a_file_of_no_known_kind_is_named(folder: Path) -> None:
    assert "did you mean 'diagnoses'?" in complaint(folder, "diagnosis.yaml", "sle:\n  names: [lupus]\n")


def test_one_name_stands_in_one_file(folder: Path) -> None:
    (folder / "diagnoses.yaml").write_text("sle:\n  names: [lupus]\n", "utf-8")

    said = complaint(folder, "procedures.yaml", "x:\n  names: [x]\nsle:\n  names: [lupus]\n")

    assert said.startswith(f"{folder.name}/procedures.yaml:3: 'sle' stands already in {folder.name}/diagnoses.yaml:1")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("furlong/L: []\n", "'furlong/L' is no UCUM code"),
        ("g/L: [gm/L]\nmg/L: [gm/L]\n", "'gm/L' means 'g/L' already"),
        ("g/L: gm/L\n", "expected a list"),
    ],
)
def test_a_slip_in_the_table_of_units_is_named(folder: Path, text: str, found: str) -> None:
    assert found in complaint(folder, "units.yaml", text)


def test_an_answer_has_one_meaning(folder: Path) -> None:
    text = "positive: {texts: [Reactive]}\nnegative: {texts: [reactive]}\nindeterminate: {}\ninterpretation: {}\n"

    assert "says positive already" in complaint(folder, "answers.yaml", text)


def test_an_interpretation_means_one_of_a_few_things(folder: Path) -> None:
    text = "positive: {}\nnegative: {}\nindeterminate: {}\ninterpretation: {POS: postive}\n"

    assert "did you mean 'positive'?" in complaint(folder, "answers.yaml", text)


def test_a_file_that_is_no_text_is_named(folder: Path) -> None:
    (folder / "diagnoses.yaml").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(MappingError, match=r"diagnoses\.yaml:1: cannot be read"):
        load_terminology(folder)


PAGE = (PACKAGED.parent / "docs" / "terminology.md").read_text(encoding="utf-8")


def test_the_example_on_the_page_can_be_read(folder: Path) -> None:
    example = PAGE.split("```yaml\n")[1].split("```")[0]
    subtypes = (
        "diffuse_cutaneous_systemic_sclerosis: {names: [x]}\nlimited_cutaneous_systemic_sclerosis: {names: [y]}\n"
    )
    (folder / "diagnoses.yaml").write_text(example + subtypes, encoding="utf-8")

    assert "systemic_sclerosis" in load_terminology(folder).sets


def test_the_page_names_every_key_of_a_block() -> None:
    keys = {*COMMON_KEYS, *FINDING_KEYS, *INGREDIENT_KEYS, *RESULT_KEYS}

    assert {key for key in keys if f"`{key}`" not in PAGE} == set()
