"""What a chart's codes and words say: which sets hold them, and when they only raise a question."""

import pytest

from mappings.systems import ICD10CM, LOINC, SNOMED
from mappings.terminology import Coding, Terminology
from tests.mappings.codes import cvx, icd10cm, local, loinc, snomed


def test_a_prefix_holds_everything_below_it_and_closes_over_includes(terminology: Terminology) -> None:
    found = terminology.identify("diagnosis", icd10cm("M33.12"), None)

    assert found.names[:2] == ("dermatomyositis", "idiopathic_inflammatory_myopathy")


@pytest.mark.parametrize("code", ["M32.14", "M3214", "m32.14"])
def test_an_icd_10_cm_code_may_come_without_its_dot(terminology: Terminology, code: str) -> None:
    found = terminology.identify("diagnosis", (Coding(ICD10CM, code, None),), None)

    assert found.names[0] == "lupus_nephritis"
    assert "systemic_lupus_erythematosus" in found.names


def test_a_system_may_come_as_an_object_identifier(terminology: Terminology) -> None:
    coding = Coding("urn:oid:2.16.840.1.113883.6.96", "55464009", None)

    assert "systemic_lupus_erythematosus" in terminology.identify("diagnosis", (coding,), None).names


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("M32.0", "systemic_lupus_erythematosus"),
        ("L93.0", "systemic_lupus_erythematosus"),
        ("M34.2", "systemic_sclerosis"),
        ("L94.0", "systemic_sclerosis"),
        ("D59.0", "autoimmune_haemolytic_anaemia"),
        ("D69.6", "immune_thrombocytopenia"),
        ("D69.59", "immune_thrombocytopenia"),
        ("M60.9", "idiopathic_inflammatory_myopathy"),
        ("G72.41", "idiopathic_inflammatory_myopathy"),
        ("G72.49", "non_inflammatory_myopathy"),
        ("G72.9", "non_inflammatory_myopathy"),
        ("D84.81", "primary_immunodeficiency"),
        ("D84.821", "primary_immunodeficiency"),
        ("F17.210", "alcohol_or_drug_abuse"),
        ("Z94.7", "organ_transplant"),
        ("Z94.81", "organ_transplant"),
        ("Z94.84", "organ_transplant"),
        ("T86.01", "organ_transplant"),
        ("T86.840", "organ_transplant"),
        ("Z86.11", "latent_tuberculosis"),
        ("G50.0", "cns_disease"),
        ("G50.0", "cns_symptom"),
        ("G35", "cns_disease"),
        ("Z32.02", "pregnancy"),
        ("Z90.712", "uterus_absent"),
        ("M06.4", "rheumatoid_arthritis"),
        ("D03.9", "carcinoma_in_situ_of_skin"),
        ("C44.121", "basal_cell_carcinoma_of_skin"),
        ("D69.3", "other_cause_of_thrombocytopenia"),
        ("D69.41", "other_cause_of_thrombocytopenia"),
        ("D69.6", "other_cause_of_thrombocytopenia"),
        ("C91.01", "other_cause_of_thrombocytopenia"),
        ("R16.0", "splenomegaly"),
    ],
)
def test_a_neighbouring_code_is_not_the_disease(terminology: Terminology, code: str, absent: str) -> None:
    found = terminology.identify("diagnosis", icd10cm(code), None)

    assert absent not in (*found.names, *found.history, *found.hints)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("G35.A", "multiple_sclerosis"),
        ("G35", "multiple_sclerosis"),
        ("D59.11", "autoimmune_haemolytic_anaemia"),
        ("D69.41", "autoimmune_haemolytic_anaemia"),
        ("D69.3", "immune_thrombocytopenia"),
        ("M34.81", "interstitial_lung_disease"),
        ("M34.81", "systemic_sclerosis"),
        ("Z94.0", "organ_transplant"),
        ("Z94.83", "organ_transplant"),
        ("N18.5", "severe_kidney_disease"),
        ("N18.3", "kidney_disease"),
        ("I63.9", "cns_disease"),
        ("G20", "cns_disease"),
        ("R56.9", "cns_symptom"),
        ("R76.12", "latent_tuberculosis"),
        ("A15.0", "active_tuberculosis"),
        ("Z90.710", "cannot_bear_children"),
        ("M30.1", "other_autoimmune_disease"),
        ("O26.90", "pregnancy"),
        ("R16.2", "splenomegaly"),
        ("D73.81", "splenomegaly"),
        ("D69.51", "other_cause_of_thrombocytopenia"),
        ("D69.42", "other_cause_of_thrombocytopenia"),
        ("D73.1", "other_cause_of_thrombocytopenia"),
        ("B20", "other_cause_of_thrombocytopenia"),
        ("B18.2", "other_cause_of_thrombocytopenia"),
        ("C91.02", "other_cause_of_thrombocytopenia"),
        ("D46.9", "other_cause_of_thrombocytopenia"),
        ("D61.9", "other_cause_of_thrombocytopenia"),
        ("M31.19", "other_cause_of_thrombocytopenia"),
    ],
)
def test_a_code_that_says_it_is_found(terminology: Terminology, code: str, name: str) -> None:
    assert name in terminology.identify("diagnosis", icd10cm(code), None).names


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("D06.9", "cervical_carcinoma_in_situ"),
        ("D04.30", "carcinoma_in_situ_of_skin"),
        ("C44.311", "basal_cell_carcinoma_of_skin"),
        ("C44.42", "squamous_cell_carcinoma_of_skin"),
        ("C61", "prostate_cancer"),
        ("D05.11", "ductal_carcinoma_in_situ"),
    ],
)
def test_what_protocols_except_from_malignancy_is_found_as_malignancy_first(
    terminology: Terminology, code: str, name: str
) -> None:
    """An exception removes a finding: it must have been found."""
    names = terminology.identify("diagnosis", icd10cm(code), None).names

    assert names.index(name) < names.index("malignancy")


@pytest.mark.parametrize("code", ["C34.90", "C7A.00", "C91.00", "D03.5", "D45", "D46.9", "D00.1"])
def test_a_cancer_is_a_malignancy(terminology: Terminology, code: str) -> None:
    assert "malignancy" in terminology.identify("diagnosis", icd10cm(code), None).names


@pytest.mark.parametrize("code", ["D48.9", "D49.2", "D37.4", "D47.2", "Z51.11"])
def test_behaviour_that_is_uncertain_makes_malignancy_a_question(terminology: Terminology, code: str) -> None:
    found = terminology.identify("diagnosis", icd10cm(code), None)

    assert ("malignancy" in found.names, "malignancy" in found.hints) == (False, True)


@pytest.mark.parametrize(
    "codings",
    [
        snomed("254837009"),
        snomed("254632001"),
        snomed("363406005"),
        snomed("109989006"),
    ],
)
def test_a_chart_that_codes_its_cancers_in_snomed_alone_is_not_free_of_them(
    terminology: Terminology, codings: tuple[Coding, ...]
) -> None:
    assert "malignancy" in terminology.identify("diagnosis", codings, None).names


@pytest.mark.parametrize(
    "said",
    [
        "Overlapping malignant neoplasm of colon",
        "Non-small cell carcinoma of lung, TNM stage 1",
        "Hodgkin lymphoma",
        "Acute lymphoblastic leukaemia",
        "Glioblastoma multiforme",
        "Metastatic disease",
        "右肺癌",
        "急性白血病",
        "恶性肿瘤术后",
    ],
)
def test_an_unmapped_cancer_makes_malignancy_a_question(terminology: Terminology, said: str) -> None:
    """No value set is complete: never a malignancy, and never free of it."""
    found = terminology.identify("diagnosis", local("X1", said), None)

    assert ("malignancy" in found.names, "malignancy" in found.hints) == (False, True)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Liver transplant 2019", "organ_transplant"),
        ("Common variable immune deficiency", "primary_immunodeficiency"),
        ("ANCA vasculitis", "vasculitis"),
        ("Suspected lupus", "systemic_lupus_erythematosus"),
        ("重症肺炎", "infection"),
        ("肾移植术后状态", "organ_transplant"),
        ("Chronic pulmonary disease NOS", "lung_disease"),
        ("Massive splenomegaly", "splenomegaly"),
        ("Severe aplastic anaemia", "marrow_failure"),
    ],
)
def test_words_of_a_broad_set_make_it_a_question(terminology: Terminology, said: str, name: str) -> None:
    assert name in terminology.identify("diagnosis", (), said).hints


def test_a_word_may_have_to_begin_a_word(terminology: Terminology) -> None:
    assert "marrow_failure" not in terminology.identify("diagnosis", (), "Anaplastic antecedents").hints
    assert "kidney_disease" in terminology.identify("diagnosis", (), "Acute (renal) failure").hints
    assert "kidney_disease" not in terminology.identify("diagnosis", (), "Adrenal failure").hints


@pytest.mark.parametrize(
    "codings",
    [
        icd10cm("Z12.31", "Encounter for screening mammogram for malignant neoplasm of breast"),
        icd10cm("Z80.3", "Family history of malignant neoplasm of breast"),
        icd10cm("Z20.1", "Contact with and (suspected) exposure to tuberculosis"),
        icd10cm("Z11.4", "Encounter for screening for human immunodeficiency virus [HIV]"),
        icd10cm("Z15.01", "Genetic susceptibility to malignant neoplasm of breast"),
        icd10cm("D12.6", "Benign neoplasm of colon, unspecified"),
        snomed("275937001", "Family history of cancer (situation)"),
        snomed("70272006", "Malignant hypertension (disorder)"),
    ],
)
def test_words_decide_nothing_about_codes_that_are_known_for_something_else(
    terminology: Terminology, codings: tuple[Coding, ...]
) -> None:
    found = terminology.identify("diagnosis", codings, None)

    assert (found.known, found.hints, found.history) == (True, (), ())
    assert not {"malignancy", "hiv_infection", "active_tuberculosis"} & set(found.names)


@pytest.mark.parametrize(
    ("codings", "name"),
    [
        (icd10cm("Z85.3"), "malignancy"),
        (icd10cm("Z85.46"), "prostate_cancer"),
        (icd10cm("Z86.001"), "cervical_carcinoma_in_situ"),
        (icd10cm("Z08"), "malignancy"),
        (snomed("266987004"), "malignancy"),
        (icd10cm("Z86.15"), "latent_tuberculosis"),
        (icd10cm("Z86.11"), "active_tuberculosis"),
        (icd10cm("Z91.51"), "suicide_attempt"),
    ],
)
def test_a_personal_history_is_no_current_disease(
    terminology: Terminology, codings: tuple[Coding, ...], name: str
) -> None:
    found = terminology.identify("diagnosis", codings, None)

    assert (name in found.history, name in found.names) == (True, False)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Systemic Lupus Erythematosus", "systemic_lupus_erythematosus"),
        ("  systemic   lupus erythematosus ", "systemic_lupus_erythematosus"),
        ("系统性红斑狼疮", "systemic_lupus_erythematosus"),
        ("Sjogren\u2019s syndrome", "sjogren_disease"),
        ("SJÖGREN'S SYNDROME", "sjogren_disease"),
        ("Autoimmune haemolytic anaemia", "autoimmune_haemolytic_anaemia"),
        ("多发性硬化", "multiple_sclerosis"),
        ("diffuse cutaneous systemic sclerosis", "diffuse_cutaneous_systemic_sclerosis"),
    ],
)
def test_a_text_alone_that_equals_a_name_is_that_diagnosis_by_name(
    terminology: Terminology, said: str, name: str
) -> None:
    found = terminology.identify("diagnosis", (), said)

    assert (found.names[0], found.by_name) == (name, True)


def test_a_display_without_a_code_counts_as_text(terminology: Terminology) -> None:
    found = terminology.identify("diagnosis", (Coding(None, None, "Lupus nephritis"),), None)

    assert (found.names[0], found.by_name) == ("lupus_nephritis", True)


def test_a_name_beside_a_code_that_nobody_knows_is_only_a_question(terminology: Terminology) -> None:
    found = terminology.identify("diagnosis", local("4711"), "Systemic lupus erythematosus")

    assert found.names == ()
    assert "systemic_lupus_erythematosus" in found.hints


@pytest.mark.parametrize(
    ("codings", "text", "known"),
    [
        ((), None, False),
        ((), "  ", False),
        ((Coding(SNOMED, None, None),), None, False),
        (local("4711"), None, False),
        (snomed("73211009"), None, False),
        (snomed("73211009", "Diabetes mellitus"), None, True),
        (icd10cm("E11.9"), None, True),
        (local("4711"), "Diabetes", True),
        (local("4711", "Diabetes"), None, True),
        (snomed("55464009"), None, True),
        (icd10cm("Z85.3"), None, True),
        (snomed("421704003"), None, True),
    ],
    ids=[
        "nothing",
        "blanks",
        "a system alone",
        "a local code alone",
        "a silent SNOMED CT code that no set holds",
        "the same with its display",
        "another disease of a system that is known as a whole",
        "a local code with a text",
        "a local code with a display",
        "a code that a set holds",
        "a history",
        "a grade",
    ],
)
def test_an_entry_is_unidentified_where_nobody_can_tell_what_it_is(
    terminology: Terminology, codings: tuple[Coding, ...], text: str | None, known: bool
) -> None:
    assert terminology.identify("diagnosis", codings, text).known is known


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("SLEDAI-2K", "sledai_2k"),
        ("sledai 2k", "sledai_2k"),
        ("SELENA SLEDAI", "selena_sledai"),
        ("mRSS", "mrss"),
        ("MRSS", "mrss"),
        ("MMT8", "mmt_8"),
        ("PhGA-VAS", "phga_vas"),
        ("Extramuscular VAS", "extramuscular_vas"),
        ("FVC %predicted", "fvc_percent_predicted"),
        ("FVC, % predicted", "fvc_percent_predicted"),
        ("DLCO % Predicted", "dlco_percent_predicted"),
        ("IIM probability (%)", "iim_probability"),
        ("Unstimulated salivary flow", "unstimulated_salivary_flow"),
        ("Stimulated Salivary Flow (mL/min)", "stimulated_salivary_flow"),
        ("NYHA Class", "nyha_class"),
    ],
)
def test_a_score_arrives_by_its_name(terminology: Terminology, said: str, name: str) -> None:
    assert terminology.identify("result", (), said).names == (name,)
    assert terminology.identify("result", local("X", said), None).names == (name,)


@pytest.mark.parametrize("said", ["SLEDAI", "FVC predicted", "Hemoglobin", "Neutrophils", "BILAG", "VAS", "LVEF"])
def test_nothing_else_arrives_by_text(terminology: Terminology, said: str) -> None:
    """Laboratory tests never do; plain SLEDAI is a third instrument, "FVC predicted" is what was to be expected."""
    assert terminology.identify("result", (), said).names == ()


def test_a_standard_code_goes_before_a_name(terminology: Terminology) -> None:
    assert terminology.identify("result", loinc("19868-9", "FVC % predicted"), None).names == ("fvc",)


@pytest.mark.parametrize("code", ["53016-2", "53017-0", "56549-9"])
def test_ro52_alone_is_not_anti_ssa(terminology: Terminology, code: str) -> None:
    assert terminology.identify("result", loinc(code), None).names == ("anti_ro52",)


@pytest.mark.parametrize(
    "code", ["770-8", "30451-9", "2161-8", "35592-5", "13969-1", "19869-7", "19916-6", "24113-3", "71774-4", "71776-9"]
)
def test_what_shares_a_headline_word_is_another_test(terminology: Terminology, code: str) -> None:
    assert terminology.identify("result", loinc(code), None).names == ()


@pytest.mark.parametrize(
    ("code", "live"),
    [("03", True), ("121", True), ("149", True), ("19", True), ("187", False), ("140", False), ("208", False)],
)
def test_live_cannot_be_read_off_a_vaccines_name(terminology: Terminology, code: str, live: bool) -> None:
    assert ("live_vaccine" in terminology.identify("vaccine", cvx(code), None).names) is live


def test_a_vaccine_code_without_its_zero_is_no_vaccine_code(terminology: Terminology) -> None:
    assert terminology.identify("vaccine", cvx("3"), None).names == ()


def test_an_unspecified_formulation_that_may_be_live_is_a_question(terminology: Terminology) -> None:
    assert terminology.identify("vaccine", cvx("188"), None).hints == ("live_vaccine",)


def test_an_immune_globulin_against_a_virus_is_no_vaccine_against_it(terminology: Terminology) -> None:
    found = terminology.identify("vaccine", cvx("36", "varicella zoster immune globulin"), None)

    assert (found.names, found.hints) == (("immune_globulin_or_antitoxin",), ())


def test_a_transplant_is_the_same_as_a_procedure_and_as_the_status_it_leaves(terminology: Terminology) -> None:
    procedure = terminology.identify("procedure", snomed("70536003"), None).names
    status = terminology.identify("diagnosis", icd10cm("Z94.0"), None).names

    assert "organ_transplant" in procedure
    assert "organ_transplant" in status


def test_an_allergy_is_found_under_the_ingredient_and_its_classes(terminology: Terminology) -> None:
    found = terminology.identify("substance", (), "Allergic to Fludarabine (rash)")

    assert set(found.names) == {"fludarabine", "lymphodepleting_agent"}


def test_no_known_allergy_is_no_allergy_to_something(terminology: Terminology) -> None:
    assert terminology.identify("substance", snomed("716186003"), None).names == ("no_known_allergy",)


def test_a_text_is_searched_only_so_far(terminology: Terminology) -> None:
    """A million characters cost no more than a thousand."""
    said = "x" * 1_000_000 + " lupus"

    assert terminology.identify("diagnosis", (), said).hints == ()


def test_several_codings_are_read_together(terminology: Terminology) -> None:
    codings = (Coding(LOINC, "2160-0", None), Coding("https://hospital.example", "CREA", "Creatinine"))

    assert terminology.identify("result", codings, "Creatinine").names == ("creatinine",)


# --- what the trial in juvenile dermatomyositis tells apart


@pytest.mark.parametrize(
    ("code", "held", "absent"),
    [
        pytest.param("Z94.0", "transplanted_organ", "organ_transplant_complication", id="the status of a transplant"),
        pytest.param("T86.11", "organ_transplant_complication", "transplanted_organ", id="a rejection tells no day"),
        pytest.param("Z94.84", "transplanted_stem_cells", "organ_transplant", id="stem cells are no organ"),
        pytest.param("T86.09", "stem_cell_transplant_complication", "transplanted_stem_cells", id="what befell them"),
        pytest.param(
            "D89.812", "acute_graft_versus_host_disease", "chronic_graft_versus_host_disease", id="acute on it"
        ),
        pytest.param("D89.811", "chronic_graft_versus_host_disease", "acute_graft_versus_host_disease", id="chronic"),
        pytest.param(
            "D89.813", "unspecified_graft_versus_host_disease", "acute_graft_versus_host_disease", id="either"
        ),
        pytest.param("Z92.850", "car_t_cells", "gene_modified_cells", id="CAR-T cells"),
        pytest.param("Z92.86", "gene_modified_cells", "car_t_cells", id="gene therapy of any kind"),
        pytest.param("I47.20", "ventricular_tachycardia", "congenital_heart_disease", id="from the ventricle"),
        pytest.param("I47.10", "arrhythmia", "ventricular_tachycardia", id="from above it"),
        pytest.param("B15.9", "other_viral_hepatitis", "hepatitis_b", id="hepatitis A"),
        pytest.param("B18.1", "hepatitis_b", "other_viral_hepatitis", id="hepatitis B"),
        pytest.param("B19.20", "hepatitis_c", "other_viral_hepatitis", id="hepatitis C"),
        pytest.param("B18.9", "viral_hepatitis", "hepatitis_c", id="a hepatitis of which the virus is not said"),
        pytest.param("E27.1", "adrenal_insufficiency", "other_autoimmune_disease", id="adrenal insufficiency"),
        pytest.param("G72.49", "unspecified_inflammatory_myopathy", "dermatomyositis", id="of which kind is not said"),
        pytest.param("M33.01", "inflammatory_myopathy_of_the_lung", "polymyositis", id="a lung that is involved"),
        pytest.param(
            "M33.09", "inflammatory_myopathy_of_other_organs", "interstitial_lung_disease", id="another organ"
        ),
        pytest.param(
            "C44.90", "unspecified_skin_cancer", "basal_cell_carcinoma_of_skin", id="a skin cancer of any kind"
        ),
        pytest.param("Q27.9", "congenital_heart_disease", "heart_failure", id="a malformation of vessels"),
    ],
)
def test_a_code_is_filed_under_what_it_says_and_no_more(
    terminology: Terminology, code: str, held: str, absent: str
) -> None:
    names = terminology.identify("diagnosis", icd10cm(code), None).names

    assert held in names
    assert absent not in names


@pytest.mark.parametrize(
    ("code", "held", "absent"),
    [
        ("98979-8", "egfr_of_adults", "egfr_of_children"),
        ("33914-3", "egfr_of_adults", "egfr_of_children"),
        ("62238-1", "egfr_of_adults", "egfr_of_children"),
        ("50384-7", "egfr_of_children", "egfr_of_adults"),
        ("69405-9", "egfr", "egfr_of_adults"),
    ],
)
def test_a_filtration_rate_says_for_which_age_it_is(
    terminology: Terminology, code: str, held: str, absent: str
) -> None:
    names = terminology.identify("result", loinc(code), None).names

    assert {held, "egfr"} <= set(names)
    assert absent not in names


def test_an_excision_of_the_skin_is_told_from_a_freezing(terminology: Terminology) -> None:
    assert "skin_tumour_excision" in terminology.identify("procedure", snomed("301889008"), None).names
    assert "skin_tumour_excision" not in terminology.identify("procedure", snomed("302396003"), None).names
