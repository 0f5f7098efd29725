"""A score decides as soon as it is recorded: under its name, the site's own code, the standard code, or ours.

The names are those of section 10 of the decision rules; the first table walks every score through every way, the second
shows leaves of the built-in trials.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from app import direct
from app.library import Library, load_library
from app.settings import Settings
from mappings.concept_map import OWN
from mappings.grades import grade_code
from mappings.systems import LOINC
from mappings.terminology import load_terminology
from tests.app.calling import TODAY, library
from tests.app.reading.charts import patient
from tests.machine import ROOT
from trials.interval import Interval
from trials.language import Observed
from trials.tree import rows

SITE = "https://hospital.example/scores"
Json = dict[str, Any]


class Score(NamedTuple):
    """One score of section 10: how it is written there, what a trial asks of it, and a value on either side."""

    written: str
    name: str
    asked: str
    holds: Json
    fails: Json
    unit: str | None = None


def number(value: float, unit: str | None = None) -> Json:
    return {"valueQuantity": {"value": value, **({"unit": unit, "code": unit} if unit else {})}}


def score(written: str, name: str, least: str, holds: float, fails: float, unit: str | None = None) -> Score:
    return Score(written, name, f"min: {least}", number(holds, unit), number(fails, unit), unit)


def organs(*grades: str) -> Json:
    named = zip(("Renal", "Mucocutaneous"), grades, strict=True)
    return {
        "component": [
            {"code": {"text": organ}, "valueCodeableConcept": {"text": f"Grade {grade}"}} for organ, grade in named
        ]
    }


SCORES = [
    score("SLEDAI-2K", "sledai_2k", "8", 8, 7),
    score("SELENA-SLEDAI", "selena_sledai", "8", 12, 6),
    Score("BILAG-2004", "bilag_2004", "one_of: [A], pick: any", organs("A", "C"), organs("B", "C")),
    score("PGA", "pga", "2", 2, 1),
    score("PhGA VAS", "phga_vas", "2 cm", 25, 15, "mm"),
    score("PtGA VAS", "ptga_vas", "2 cm", 2, 1.9, "cm"),
    score("Extramuscular VAS", "extramuscular_vas", "2 cm", 2.5, 1),
    score("mRSS", "mrss", "15", 15, 14),
    score("MMT-8", "mmt_8", "142", 142, 141),
    score("CMAS", "cmas", "41", 41, 40),
    score("HAQ-DI", "haq_di", "0.25", 0.25, 0.125),
    score("C-HAQ", "c_haq", "0.25", 1, 0),
    score("DAS", "das_jdm", "5", 7, 4),
    score("ESSDAI", "essdai", "5", 5, 4),
    score("EDSS", "edss", "1", 1, 0.5),
    Score("NYHA class", "nyha_class", "one_of: [I, II]", {"valueString": "Class II"}, {"valueString": "Class III"}),
    Score("C-SSRS", "c_ssrs", "is: positive", {"valueBoolean": True}, {"valueBoolean": False}),
    score("FVC % predicted", "fvc_percent_predicted", "45 %", 60, 44, "%"),
    score("DLCO % predicted", "dlco_percent_predicted", "40 %", 55, 39, "%"),
    score("IIM probability", "iim_probability", "55 %", 90, 54, "%"),
    score("Unstimulated salivary flow", "unstimulated_salivary_flow", "0.01 mL/min", 0.1, 0.005, "mL/min"),
    score("Stimulated salivary flow", "stimulated_salivary_flow", "0.05 mL/min", 0.3, 0.04, "mL/min"),
]


def ways() -> Iterator[Any]:
    """Every score in every way that it can be charted."""
    sets = load_terminology().sets
    for one in SCORES:
        forms = {
            "its name in the text": {"text": one.written},
            "its name as a display": {"coding": [{"system": SITE, "code": "other", "display": one.written}]},
            "its name without case, blanks and punctuation": {"text": re.sub(r"[\s-]", "", one.written).swapcase()},
            "the site's own code": {"coding": [{"system": SITE, "code": one.name.upper()}]},
            "our own code": {"coding": [{"system": OWN, "code": one.name}]},
        }
        for code in sets[one.name].codes.get(LOINC, ()):
            forms[f"the standard code {code}"] = {"coding": [{"system": LOINC, "code": code}]}
        yield from (pytest.param(one, code, id=f"{one.name}, {way}") for way, code in forms.items())


@pytest.fixture(scope="module")
def every_score(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A trial that asks for each score, at a site that maps codes of its own."""
    folder = tmp_path_factory.mktemp("trials")
    (folder / "scores").mkdir()
    leaves = [
        f"  {one.name}: {{observation: {one.name}, {one.asked}, statement: S, ref: X1-{one.name}}}" for one in SCORES
    ]
    head = ["id: scores", "ref: X1", "title: Scores", "inclusion:"]
    (folder / "scores" / "trial.yaml").write_text("\n".join([*head, *leaves]), encoding="utf-8")
    elements = [
        {"code": one.name.upper(), "target": [{"code": one.name, "equivalence": "equivalent"}]} for one in SCORES
    ]
    group = {"source": SITE, "target": OWN, "element": elements}
    site = folder / "site.json"
    site.write_text(json.dumps({"resourceType": "ConceptMap", "status": "active", "group": [group]}), encoding="utf-8")
    return load_library(Settings(trials=folder, concept_maps=(site,)))


def truths(known: Library, *resources: Json, leaf: str = "") -> dict[str, str]:
    """Ref → truth, of the chart with these resources; of one trial alone where a leaf of it is asked for."""
    of = [trial.id for trial in known.trials if leaf.startswith(f"{trial.ref}-")]
    entries = [{"resource": one} for one in (patient(), *resources)]
    chart = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}).encode()
    report = direct.match_bundle(chart, direct.query(known, TODAY, None, of))
    return {one.ref: one.truth for trial in report.trials for one in trial.criteria}


def recorded(code: Json, value: Json, id: str = "score") -> Json:
    return {
        "resourceType": "Observation",
        "id": id,
        "status": "final",
        "subject": {"reference": "Patient/anna"},
        "code": code,
        "effectiveDateTime": TODAY.isoformat(),
        **value,
    }


@pytest.mark.parametrize(("one", "code"), list(ways()))
def test_a_score_decides_in_every_way_that_it_can_be_charted(every_score: Library, one: Score, code: Json) -> None:
    leaf = f"X1-{one.name}"

    assert truths(every_score)[leaf] == "unknown"
    assert truths(every_score, recorded(code, one.holds))[leaf] == "true"
    assert truths(every_score, recorded(code, one.fails))[leaf] == "false"


def test_another_instrument_decides_none_of_them(every_score: Library) -> None:
    """Plain SLEDAI is a third instrument, and a name inside a longer one is not that name."""
    others = [
        recorded({"text": text}, number(20), text) for text in ("SLEDAI", "BILAG", "modified MMT-8 of the left side")
    ]

    assert set(truths(every_score, *others).values()) == {"unknown"}


@pytest.mark.parametrize(
    ("name", "code", "leaf", "truth"),
    [
        ("nyha_class", grade_code("nyha_class", "II"), "X1-nyha_class", "true"),
        ("nyha_class", grade_code("nyha_class", "IV"), "X1-nyha_class", "false"),
        ("c_ssrs", "positive", "X1-c_ssrs", "true"),
        ("c_ssrs", "negative", "X1-c_ssrs", "false"),
    ],
)
def test_an_answer_may_be_one_of_our_codes_too(
    every_score: Library, name: str, code: str, leaf: str, truth: str
) -> None:
    value = {"valueCodeableConcept": {"coding": [{"system": OWN, "code": code}]}}

    found = truths(every_score, recorded({"coding": [{"system": OWN, "code": name}]}, value))

    assert found[leaf] == truth


@pytest.mark.parametrize(
    ("leaf", "name", "value", "truth"),
    [
        ("T2-O11", "nyha_class", {"valueString": "II"}, "true"),
        ("T2-2d", "fvc_percent_predicted", number(60, "%"), "true"),
        ("T2-2e", "dlco_percent_predicted", number(80, "%"), "false"),
        ("T2-3c", "mmt_8", number(141), "true"),
        ("T2-3c", "mmt_8", number(142), "false"),
        ("T2-3d", "ptga_vas", number(20, "mm"), "true"),
        ("T2-3e", "phga_vas", number(1.9, "cm"), "false"),
        ("T2-3f", "extramuscular_vas", number(3, "cm"), "true"),
        ("T2-3g", "haq_di", number(0.25), "true"),
        ("T2-4c", "stimulated_salivary_flow", number(0.05, "mL/min"), "true"),
        ("T2-4d", "unstimulated_salivary_flow", number(0.001, "mL/min"), "false"),
        ("T2-4e", "essdai", number(5), "true"),
    ],
)
def test_our_code_decides_a_leaf_of_a_built_in_trial(leaf: str, name: str, value: Json, truth: str) -> None:
    chart = recorded({"coding": [{"system": OWN, "code": name}]}, value)

    assert (truths(library(), leaf=leaf)[leaf], truths(library(), chart, leaf=leaf)[leaf]) == ("unknown", truth)


def limits() -> list[Any]:
    """Every row of the built-in trials that asks for a score within a limit: a value inside, and one outside."""
    found = []
    for trial in library().trials:
        for planned in trial.rows:
            node = next(node for node in rows(planned.group.node) if node.row is planned.row)
            if isinstance(node, Observed) and node.bound and library().terminology.sets[node.name].kind == "score":
                inside, outside = around(node.bound.interval)
                found.append(pytest.param(planned.row.ref, node.name, inside, outside, id=planned.row.ref))
    return found


def around(bound: Interval[Decimal]) -> tuple[Decimal, Decimal]:
    """A value on the limit where the limit itself counts, else just inside; and one just outside."""
    step = Decimal("0.001")
    if bound.low is not None:
        return bound.low + (step if bound.low_open else 0), bound.low - (0 if bound.low_open else step)
    assert bound.high is not None
    return bound.high - (step if bound.high_open else 0), bound.high + (0 if bound.high_open else step)


@pytest.mark.parametrize(("leaf", "name", "inside", "outside"), limits())
def test_every_limit_on_a_score_decides_by_our_code_and_by_name(
    leaf: str, name: str, inside: Decimal, outside: Decimal
) -> None:
    one = library().terminology.sets[name]
    unit = None if one.unit == "1" else one.unit
    forms: list[Json] = [{"coding": [{"system": OWN, "code": name}]}, *({"text": text} for text in one.names[:1])]

    for code in forms:
        assert truths(library(), recorded(code, number(float(inside), unit)), leaf=leaf)[leaf] == "true"
        assert truths(library(), recorded(code, number(float(outside), unit)), leaf=leaf)[leaf] == "false"


def test_a_change_is_seen_between_two_scores_under_our_code() -> None:
    earlier = recorded({"coding": [{"system": OWN, "code": "mrss"}]}, number(20), "earlier")
    now = recorded({"text": "mRSS"}, number(22))

    found = truths(library(), {**earlier, "effectiveDateTime": "2026-08-21"}, now, leaf="T2-2k")

    assert found["T2-2k"] == "true"


def test_the_example_on_the_page_decides(every_score: Library) -> None:
    page = (ROOT / "docs" / "terminology.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```json observation\n(.*?)```", page, re.DOTALL)

    found = truths(every_score, {**json.loads(example), "subject": {"reference": "Patient/anna"}})

    assert found["X1-mmt_8"] == "false"
