"""Which procedures only look: their words raise no question about what was looked for."""

import pytest

from mappings.coding import Coding
from mappings.examinations import examines
from mappings.terminology import Terminology


@pytest.mark.parametrize(
    "text",
    [
        "Skin test for tuberculosis",
        "Hepatitis B surface antigen measurement (procedure)",
        "Depression screening using Patient Health Questionnaire Nine Item score (procedure)",
        "Auscultation of the fetal heart",
        "Magnetic resonance imaging of brain (procedure)",
        "Transthoracic echocardiography",
        "结核筛查",
    ],
)
def test_an_examination_says_only_that_somebody_looked(terminology: Terminology, text: str) -> None:
    assert examines([text])
    assert terminology.identify("procedure", (Coding(None, "X", text),), None).hints == ()


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("Excision of malignant tumour using imaging guidance", "malignancy"),
        ("Biopsy of suspected melanoma", "malignancy"),
        ("Ultrasound guided biopsy of breast cancer", "malignancy"),
        ("Orchidectomy for testicular cancer", "malignancy"),
        ("肿瘤切除术 超声引导", "malignancy"),
    ],
)
def test_what_does_something_hints_at_its_reason(terminology: Terminology, text: str, hint: str) -> None:
    assert hint in terminology.identify("procedure", (Coding(None, "X", text),), None).hints


def test_a_diagnosis_that_names_an_examination_still_raises_its_question(terminology: Terminology) -> None:
    """It stands among the diagnoses: somebody found it."""
    found = terminology.identify("diagnosis", (Coding(None, "X", "Cancer detected by screening"),), None)

    assert "malignancy" in found.hints
