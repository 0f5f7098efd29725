"""Drugs: by code, by ingredient, by a name in a text; their classes and their local forms."""

import pytest

from mappings.systems import ATC, RXNORM
from mappings.terminology import Coding, Terminology
from tests.mappings.codes import local, rxnorm


@pytest.mark.parametrize(
    ("codings", "ingredient"),
    [
        (rxnorm("8640"), "prednisone"),
        (rxnorm("312615"), "prednisone"),
        (rxnorm("199058"), "mycophenolate"),
        (rxnorm("485020"), "mycophenolate"),
        ((Coding("urn:oid:2.16.840.1.113883.6.88", "121191", None),), "rituximab"),
        ((Coding(ATC, "L04AX01", None),), "azathioprine"),
        ((Coding(ATC, "L01EL04", None),), "orelabrutinib"),
    ],
    ids=["ingredient", "product", "mofetil", "sodium", "object identifier", "ATC", "ATC of a drug without RxNorm"],
)
def test_a_code_names_the_ingredient(terminology: Terminology, codings: tuple[Coding, ...], ingredient: str) -> None:
    found = terminology.drug(codings, None)

    assert (found.ingredients, found.by_text, found.known) == ((ingredient,), False, True)


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("predniSONE 20 mg tablet", ("prednisone",)),
        ("Methylprednisolone 4 mg", ("methylprednisolone",)),
        ("CellCept 500mg", ("mycophenolate",)),
        ("rituximab-abbs 10 mg/mL", ("rituximab",)),
        ("RC18 (telitacicept) 160 mg sc weekly", ("telitacicept",)),
        ("cyclophosphamide and mesna", ("cyclophosphamide",)),
        ("Methotrexate + Leflunomide", ("methotrexate", "leflunomide")),
        ("interferon beta-1a 30 mcg", ("interferon_beta_1a",)),
        ("泰它西普 160mg", ("telitacicept",)),
        ("醋酸泼尼松片", ("prednisone",)),
        ("泼尼松龙片", ("prednisolone",)),
        ("甲泼尼龙片 4mg", ("methylprednisolone",)),
        ("注射用环磷酰胺", ("cyclophosphamide",)),
        ("注射用rituximab 500mg", ("rituximab",)),
        ("interferon beta-1b, not 干扰素β-1a", ("interferon_beta_1b", "interferon_beta_1a")),
        ("吗替麦考酚酯分散片", ("mycophenolate",)),
    ],
)
def test_a_text_names_the_ingredient_and_says_so(
    terminology: Terminology, text: str, ingredients: tuple[str, ...]
) -> None:
    found = terminology.drug((), text)

    assert (found.ingredients, found.by_text) == (ingredients, True)


@pytest.mark.parametrize(
    "text", ["prednisolonelike", "antirituximab", "Hydrocortisones", "mycophen", "azathioprin", "aspirin 100 mg"]
)
def test_a_part_of_a_word_names_nothing(terminology: Terminology, text: str) -> None:
    assert terminology.drug((), text).ingredients == ()


def test_a_shorter_name_inside_a_longer_one_names_nothing(terminology: Terminology) -> None:
    """In Chinese, where no blank ends a word, methylprednisolone's name holds prednisolone's, and that prednisone's."""
    assert terminology.drug((), "甲泼尼松龙").ingredients == ("methylprednisolone",)


def test_a_display_counts_as_text_where_the_code_is_unknown(terminology: Terminology) -> None:
    found = terminology.drug(local("D-17", "Tacrolimus 1 mg capsule"), None)

    assert (found.ingredients, found.by_text) == (("tacrolimus",), True)


def test_a_code_goes_before_a_text(terminology: Terminology) -> None:
    found = terminology.drug(rxnorm("8640"), "taken instead of azathioprine")

    assert (found.ingredients, found.by_text) == (("prednisone",), False)


@pytest.mark.parametrize(
    ("codings", "text", "local_form"),
    [
        (rxnorm("312615"), None, False),
        (rxnorm("2055020"), None, True),
        (rxnorm("8640"), None, None),
        (rxnorm("10759", "triamcinolone 0.1 % Topical Cream"), None, True),
        ((), "Tacrolimus 0.1% ointment", True),
        ((), "cyclosporine 0.05 % eye drops", True),
        ((), "Budesonide inhaler 200 mcg", True),
        ((), "dexamethasone intravitreal implant", True),
        ((), "hydrocortisone rectal foam", True),
        ((), "Triamcinolone intra-articular injection 40 mg", True),
        ((), "他克莫司软膏", True),
        ((), "地塞米松滴眼液", True),
        ((), "布地奈德吸入气雾剂", True),
        ((), "Methylprednisolone injection 40 mg", False),
        ((), "环孢素软胶囊", False),
        ((), "prednisone", None),
    ],
)
def test_the_form_tells_where_a_drug_acts(
    terminology: Terminology, codings: tuple[Coding, ...], text: str | None, local_form: bool | None
) -> None:
    assert terminology.drug(codings, text).local_form is local_form


def test_the_form_of_a_coded_product_goes_before_words(terminology: Terminology) -> None:
    assert terminology.drug(rxnorm("312615"), "not the cream").local_form is False


@pytest.mark.parametrize(
    ("codings", "text", "known"),
    [
        ((), None, False),
        (local("D-17"), None, False),
        ((Coding(RXNORM, "161", None),), None, False),
        ((Coding(RXNORM, "161", "acetaminophen"),), None, True),
        ((Coding(ATC, "N02BE01", None),), None, True),
        (local("D-17"), "some tablets", True),
    ],
    ids=["nothing", "a local code alone", "a silent RxNorm code", "with display", "another drug of ATC", "a text"],
)
def test_a_drug_is_unidentified_where_nobody_can_tell_what_it_is(
    terminology: Terminology, codings: tuple[Coding, ...], text: str | None, known: bool
) -> None:
    assert terminology.drug(codings, text).known is known


@pytest.mark.parametrize(
    ("ingredient", "within", "not_within"),
    [
        ("prednisone", {"glucocorticoid"}, {"immunosuppressant", "immunomodulator"}),
        ("budesonide", set(), {"glucocorticoid"}),
        ("hydroxychloroquine", {"immunomodulator"}, {"immunosuppressant"}),
        ("ivig", {"immunomodulator"}, {"immunosuppressant", "biologic_agent"}),
        ("azathioprine", {"immunosuppressant", "immunomodulator"}, {"biologic_agent"}),
        ("rituximab", {"cd20_antibody", "biologic_agent", "immunosuppressant"}, {"ms_disease_modifying_therapy"}),
        ("ocrelizumab", {"cd20_antibody", "ms_disease_modifying_therapy"}, set()),
        ("vincristine", {"vinca_alkaloid", "immunosuppressant"}, set()),
        ("tacrolimus", {"calcineurin_inhibitor", "immunosuppressant"}, set()),
        ("telitacicept", {"b_cell_targeted_therapy", "immunosuppressant"}, {"cd20_antibody"}),
        ("filgrastim", {"colony_stimulating_factor"}, {"immunomodulator"}),
        ("fludarabine", {"lymphodepleting_agent"}, set()),
    ],
)
def test_an_ingredient_stands_in_its_classes(
    terminology: Terminology, ingredient: str, within: set[str], not_within: set[str]
) -> None:
    classes = set(terminology.classes(ingredient))

    assert within <= classes
    assert not classes & not_within


def test_every_ingredient_is_known_by_its_own_name(terminology: Terminology) -> None:
    ingredients = [value_set for value_set in terminology.sets.values() if value_set.kind == "ingredient"]

    lost = [s.name for s in ingredients for name in s.names if s.name not in terminology.drug((), name).ingredients]

    assert lost == []


@pytest.mark.parametrize(
    ("codings", "text", "ingredient"),
    [
        ((), "EPINEPHrine 0.3 mg/0.3 mL auto-injector", "adrenaline_auto_injector"),
        ((), "EpiPen Jr 0.15 mg", "adrenaline_auto_injector"),
        (rxnorm("3992"), "Adrenaline pen", "adrenaline_auto_injector"),
        (rxnorm("3992"), "Epinephrine", "epinephrine"),
        ((), "epinephrine infusion 4 mg in 250 mL", "epinephrine"),
        ((), "methotrexate auto-injector", "methotrexate"),
        ((), "norepinephrine infusion", "norepinephrine"),
        ((), "去甲肾上腺素注射液", "norepinephrine"),
    ],
)
def test_an_adrenaline_auto_injector_is_a_drug_of_its_own(
    terminology: Terminology, codings: tuple[Coding, ...], text: str, ingredient: str
) -> None:
    assert terminology.drug(codings, text).ingredients == (ingredient,)


def test_what_holds_up_the_pressure_is_no_auto_injector_and_no_cough_syrup(terminology: Terminology) -> None:
    syrup = terminology.drug((), "codeine phosphate / phenylephrine hydrochloride Oral Solution")

    assert "vasopressor" not in {name for drug in syrup.ingredients for name in terminology.classes(drug)}
    assert "vasopressor" not in terminology.classes("adrenaline_auto_injector")
    assert "vasopressor" in terminology.classes("norepinephrine")
