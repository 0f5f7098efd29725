"""Qualitative answers: coded, flagged, in English and in Chinese; never by a part of the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.answers import INTERPRETATIONS
from mappings.systems import LOINC, SNOMED
from mappings.terminology import Answer, Coding, Flag, Terminology
from tests.mappings.codes import local, snomed

V3 = "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation"


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Positive", "positive"),
        ("POS", "positive"),
        ("detected", "positive"),
        ("Reactive", "positive"),
        ("Weakly positive", "positive"),
        ("Positive (1:320)", "positive"),
        ("Positive, speckled pattern", "positive"),
        ("HBV DNA detected", "positive"),
        ("(+)", "positive"),
        ("+++", "positive"),
        ("阳性", "positive"),
        ("弱阳性", "positive"),
        ("阳性(+)", "positive"),
        ("检出", "positive"),
        ("Negative", "negative"),
        ("NEG", "negative"),
        ("Not detected", "negative"),
        ("NOT DETECTED", "negative"),
        ("not-detected", "negative"),
        ("Undetectable", "negative"),
        ("None detected", "negative"),
        ("HBV DNA not detected", "negative"),
        ("HBV DNA: Not Detected", "negative"),
        ("No HBV DNA detected", "negative"),
        ("Target not detected", "negative"),
        ("Non-reactive", "negative"),
        ("Nonreactive", "negative"),
        ("NON REACTIVE", "negative"),
        ("Not reactive", "negative"),
        ("Negative (<1:8)", "negative"),
        ("Negative; see comment", "negative"),
        ("-", "negative"),
        ("(-)", "negative"),
        ("阴性", "negative"),
        ("阴性（-）", "negative"),
        ("未检出", "negative"),
        ("低于检测下限", "negative"),
        ("非反应性", "negative"),
        ("Indeterminate", "indeterminate"),
        ("equivocal", "indeterminate"),
        ("Borderline", "indeterminate"),
        ("+/-", "indeterminate"),
        ("±", "indeterminate"),
        ("灰区", "indeterminate"),
        ("可疑", "indeterminate"),
    ],
)
def test_a_written_answer_is_read(terminology: Terminology, text: str, answer: Answer) -> None:
    assert terminology.answer((), text) == answer


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "see comment",
        "no longer detected",
        "previously positive",
        "not yet reactive",
        "Positive / Negative",
        "positive control valid",
        "negative for A, positive for B",
        "ND",
        "N",
        "pending",
        "12.5",
        "非阴性",
    ],
)
def test_what_cannot_be_read_as_a_whole_is_no_answer(terminology: Terminology, text: str | None) -> None:
    """ "ND" may be not done."""
    assert terminology.answer((), text) is None


@given(before=st.sampled_from(["", "HBV DNA ", "HIV ", "Result: "]), after=st.sampled_from(["", ".", " (final)"]))
@pytest.mark.parametrize("said", ["not detected", "non-reactive", "not positive", "未检出", "undetected"])
def test_a_negation_never_reads_as_its_opposite(terminology: Terminology, said: str, before: str, after: str) -> None:
    assert terminology.answer((), before + said + after) in ("negative", None)


@pytest.mark.parametrize(
    ("codings", "answer"),
    [
        (snomed("10828004"), "positive"),
        (snomed("260373001"), "positive"),
        (snomed("11214006"), "positive"),
        (snomed("260385009"), "negative"),
        (snomed("260415000"), "negative"),
        (snomed("131194007"), "negative"),
        (snomed("82334004"), "indeterminate"),
        ((Coding(LOINC, "LA11883-8", None),), "negative"),
        ((Coding(LOINC, "LA11882-0", None),), "positive"),
        (local("N1", "Not detected"), "negative"),
        (local("N1"), None),
        ((Coding(SNOMED, "10828004", None), Coding("local", "x", "Negative")), None),
    ],
)
def test_a_coded_answer_is_read(terminology: Terminology, codings: tuple[Coding, ...], answer: Answer | None) -> None:
    assert terminology.answer(codings, None) == answer


def test_a_code_and_a_text_that_contradict_each_other_are_no_answer(terminology: Terminology) -> None:
    assert terminology.answer(snomed("10828004"), "Negative") is None


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("POS", "positive"),
        ("DET", "positive"),
        ("RR", "positive"),
        ("NEG", "negative"),
        ("ND", "negative"),
        ("NR", "negative"),
        ("IND", "indeterminate"),
        ("H", "high"),
        ("HH", "high"),
        ("L", "low"),
        ("N", "normal"),
        ("A", "abnormal"),
        ("XYZ", None),
    ],
)
def test_a_flag_beside_a_result_is_read(terminology: Terminology, code: str, meaning: Answer | Flag | None) -> None:
    assert terminology.interpretation((Coding(V3, code, None),)) == meaning


@pytest.mark.parametrize("system", sorted(INTERPRETATIONS))
def test_a_flag_is_known_in_hl7s_old_and_new_systems(terminology: Terminology, system: str) -> None:
    assert terminology.interpretation((Coding(system, "POS", None),)) == "positive"


def test_a_hospitals_own_letter_is_no_flag(terminology: Terminology) -> None:
    assert terminology.interpretation(local("H")) is None


def test_an_answer_goes_before_a_flag(terminology: Terminology) -> None:
    assert terminology.interpretation((Coding(V3, "A", None), Coding(V3, "POS", None))) == "positive"


def test_flags_that_contradict_each_other_say_nothing(terminology: Terminology) -> None:
    assert terminology.interpretation((Coding(V3, "H", None), Coding(V3, "L", None))) is None


@pytest.mark.parametrize(
    ("codings", "text", "grade"),
    [
        ((), "II", "II"),
        ((), "2", "II"),
        ((), "Class III", "III"),
        ((), "NYHA class IV", "IV"),
        ((), "Ⅱ级", "II"),
        (snomed("420300004"), None, "I"),
        (snomed("420300004"), "Class II", None),
        ((), "I-II", None),
        ((), "5", None),
        ((), None, None),
    ],
)
def test_a_grade_is_read_in_every_form(
    terminology: Terminology, codings: tuple[Coding, ...], text: str | None, grade: str | None
) -> None:
    assert terminology.ordinal("nyha_class", codings, text) == grade
