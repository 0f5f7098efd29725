"""The searches that bring a chart, and the prefetch templates that we publish for them (items T of CDS Hooks)."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.prefetch import Search, searches
from mappings.terminology import Terminology, load_terminology
from trials.needs import Needs
from trials.record import Kind

TERMINOLOGY = load_terminology()
OBSERVED = frozenset(s.name for s in TERMINOLOGY.sets.values() if s.kind in ("laboratory", "vital", "score"))
EVERYTHING = Needs(
    frozenset(TERMINOLOGY.sets),
    frozenset({"result", "diagnosis", "medication", "procedure", "immunization", "allergy"}),
)
ALL = searches(EVERYTHING, TERMINOLOGY)
SITE = "https://hospital.example/codes"
PATIENT_ID = "a" * 64
OUTSIDE_OF_THE_SUBSET = {"uncategorised"}


def needing(*names: str, kinds: set[Kind] | None = None) -> tuple[Search, ...]:
    return searches(Needs(frozenset(names), frozenset(kinds or {"diagnosis", "result"})), TERMINOLOGY)


def by_key(found: tuple[Search, ...]) -> dict[str, Search]:
    return {search.key: search for search in found}


def parameters(search: Search) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(search.query("p")).query, strict_parsing=True))


def codes(search: Search) -> list[str]:
    return parameters(search)["code"].split(",")


def test_the_patient_is_read_and_everything_else_is_searched() -> None:
    found = by_key(ALL)

    assert found["patient"].template == "Patient/{{context.patientId}}"
    assert found["patient"].query("1.a-B") == "Patient/1.a-B"
    assert found["conditions"].template == "Condition?patient={{context.patientId}}&_count=1000"
    assert found["conditions"].query("1.a-B") == "Condition?patient=1.a-B&_count=1000"


def test_every_key_stands_once_and_says_what_it_brings() -> None:
    coded = sum(search.key.startswith("observations") for search in ALL)

    assert [(search.key, search.type, search.kind) for search in ALL if not search.key.startswith("observations")] == [
        ("patient", "Patient", None),
        ("conditions", "Condition", "diagnosis"),
        ("scores", "Observation", "result"),
        ("uncategorised", "Observation", "result"),
        ("medication-requests", "MedicationRequest", "medication"),
        ("medication-statements", "MedicationStatement", "medication"),
        ("medication-administrations", "MedicationAdministration", "medication"),
        ("immunizations", "Immunization", "immunization"),
        ("procedures", "Procedure", "procedure"),
        ("allergies", "AllergyIntolerance", "allergy"),
    ]
    assert [search.key for search in ALL if search.key.startswith("observations")] == [
        "observations",
        *(f"observations-{number}" for number in range(2, coded + 1)),
    ]


def test_only_what_the_trials_ask_for_is_searched() -> None:
    """Minimum necessary (T7): conditions hold the target diseases, the rest has to be needed."""
    assert set(by_key(searches(Needs(frozenset(), frozenset({"diagnosis"})), TERMINOLOGY))) == {"patient", "conditions"}
    assert set(by_key(needing("neutrophils"))) == {"patient", "conditions", "observations"}
    assert set(by_key(needing("mrss"))) == {"patient", "conditions", "scores", "uncategorised"}


def test_observations_are_narrowed_to_the_codes_of_what_is_needed() -> None:
    """T6: `system|code`."""
    own = {f"http://loinc.org|{code}" for code in TERMINOLOGY.sets["neutrophils"].codes["http://loinc.org"]}

    assert set(codes(by_key(needing("neutrophils"))["observations"])) == own


def test_codes_of_included_sets_are_searched_too() -> None:
    included = by_key(needing("anti_scl_70"))["observations"]
    whole = by_key(needing("systemic_sclerosis_antibody"))["observations"]

    assert set(codes(included)) < set(codes(whole))


def test_a_sites_own_codes_are_searched_beside_the_standard_ones(tmp_path: Path) -> None:
    """Else a result that is coded only locally is lost where no category brings it."""
    found = by_key(searches(Needs(frozenset({"neutrophils"}), frozenset({"result"})), of_site(tmp_path, "NEUT")))

    assert set(codes(found["observations"])) == own_codes("neutrophils") | {f"{SITE}|NEUT"}
    assert f"{SITE}|NEUT" in found["observations"].template


def test_a_sites_code_of_an_included_set_is_searched_for_the_whole(tmp_path: Path) -> None:
    terminology = of_site(tmp_path, "SCL", "anti_scl_70")
    found = by_key(searches(Needs(frozenset({"systemic_sclerosis_antibody"}), frozenset({"result"})), terminology))

    assert f"{SITE}|SCL" in codes(found["observations"])


def test_what_a_search_would_read_as_its_own_is_escaped_in_a_sites_code(tmp_path: Path) -> None:
    r"""A comma would end the code, a bar would begin one: FHIR writes `\,` and `\|`."""
    terminology = of_site(tmp_path, r"N,1|a$\b")
    found = by_key(searches(Needs(frozenset({"neutrophils"}), frozenset({"result"})), terminology))

    assert rf"{SITE}|N\,1\|a\$\\b" in parameters(found["observations"])["code"]


def of_site(folder: Path, code: str, target: str = "neutrophils") -> Terminology:
    element = {"code": code, "target": [{"code": target, "equivalence": "equivalent"}]}
    group = {"source": SITE, "target": "urn:trialhook:value-set", "element": [element]}
    file = folder / "map.json"
    file.write_text(json.dumps({"resourceType": "ConceptMap", "status": "active", "group": [group]}), encoding="utf-8")
    return load_terminology(concept_maps=[file])


def test_diagnoses_and_drugs_are_never_narrowed_by_code() -> None:
    """An entry that no value set knows may still be a question."""
    for search in ALL:
        if search.type not in ("Observation", "Patient"):
            assert set(parameters(search)) <= {"patient", "_count", "_sort"}


def test_scores_without_a_standard_code_come_by_category_or_without_one() -> None:
    found = by_key(needing("mrss"))

    assert parameters(found["scores"])["category"] == "survey,exam,imaging,procedure"
    assert parameters(found["uncategorised"])["category:missing"] == "true"
    assert found["scores"].names == found["uncategorised"].names == frozenset({"mrss"})


def test_the_newest_results_come_first() -> None:
    """So that a search that is cut still shows the most recent result."""
    assert all(parameters(search)["_sort"] == "-date" for search in ALL if search.type == "Observation")
    assert all(search.newest_first(0) for search in ALL if search.type == "Observation")


@pytest.mark.parametrize("search", ALL, ids=lambda search: search.key)
def test_a_template_is_a_relative_read_or_search_with_one_token(search: Search) -> None:
    """T1, T2, T3."""
    assert re.fullmatch(r"[A-Z][A-Za-z]+(/|\?patient=)\{\{context\.patientId\}\}(&[^{}\s]*)?", search.template)


@pytest.mark.parametrize(
    "search", [search for search in ALL if search.key not in OUTSIDE_OF_THE_SUBSET], ids=lambda search: search.key
)
def test_a_template_keeps_to_the_subset_that_ehrs_run(search: Search) -> None:
    """T4: reference and token parameters without a modifier, `_sort`, `_count`."""
    assert set(parameters(search)) <= {"patient", "code", "category", "_sort", "_count"} if search.params else True


def test_only_one_search_leaves_that_subset() -> None:
    assert {search.key for search in ALL if ":" in "".join(name for name, _ in search.params)} == OUTSIDE_OF_THE_SUBSET


@pytest.mark.parametrize("search", ALL, ids=lambda search: search.key)
def test_template_and_query_say_the_same(search: Search) -> None:
    filled = search.template.replace("{{context.patientId}}", PATIENT_ID)

    assert unquote(search.query(PATIENT_ID)) == unquote(filled)


@pytest.mark.parametrize("search", ALL, ids=lambda search: search.key)
def test_no_url_is_too_long_and_all_are_plain_ascii(search: Search) -> None:
    base = "https://" + "b" * 150
    for query in search.queries(PATIENT_ID):
        assert len(f"{base}/{query}") <= 1800
        assert re.fullmatch(r"[A-Za-z0-9\-._~/:,%?&=]+", query)


def test_chunks_hold_every_code_once_and_keep_a_set_together() -> None:
    chunks = [codes(search) for search in ALL if "code" in parameters(search)]
    everywhere = [code for chunk in chunks for code in chunk]
    of_sets = {name: own_codes(name) for name in OBSERVED}

    assert len(chunks) > 2
    assert len(set(everywhere)) == len(everywhere)
    assert set(everywhere) == set().union(*of_sets.values())
    split = {name for name, own in of_sets.items() if sum(not own.isdisjoint(chunk) for chunk in chunks) > 1}
    assert {name for name in split if not TERMINOLOGY.sets[name].includes} <= shared(of_sets)


def own_codes(name: str) -> set[str]:
    codes_by_system = TERMINOLOGY.sets[name].codes
    return {f"{system}|{code}" for system, codes in codes_by_system.items() for code in codes}


def shared(of_sets: dict[str, set[str]]) -> set[str]:
    """Sets that have a code in common with another: each code is searched once, so theirs may lie apart."""
    return {name for name, own in of_sets.items() if any(own & other for n, other in of_sets.items() if n != name)}


def test_each_coded_search_says_which_sets_it_brings() -> None:
    for search in ALL:
        if "code" in parameters(search):
            for name in OBSERVED:
                members = TERMINOLOGY.members(name)
                own = {
                    f"{system}|{code}"
                    for m in members
                    for system, cs in TERMINOLOGY.sets[m].codes.items()
                    for code in cs
                }
                assert (name in search.names) == (not own.isdisjoint(codes(search)))


def test_plainer_queries_ask_for_no_less() -> None:
    """Each drops what a server may refuse: the order, the size, the modifier, at last the codes."""
    found = by_key(needing("neutrophils", "mrss"))
    observations, uncategorised = found["observations"], found["uncategorised"]
    code = observations.params[0]

    assert observations.plainer[0] == (code, ("_count", "100"))
    assert dict(observations.plainer[1])["category"].startswith("laboratory,vital-signs")
    assert uncategorised.plainer[0] == (("_sort", "-date"), ("_count", "1000"))
    assert uncategorised.newest_first(1)
    assert observations.newest_first(observations.published)
    assert not observations.newest_first(observations.published + 1)
    assert found["conditions"].queries("p")[1] == "Condition?patient=p"


def test_a_server_of_ours_is_asked_for_components_of_panels_too_and_a_template_is_not() -> None:
    """An EHR that does not know `combo-code` would leave out the key, and with it every result."""
    observations = by_key(needing("neutrophils"))["observations"]
    first, second = observations.queries("p")[:2]

    assert first == second.replace("&code=", "&combo-code=")
    assert observations.query("p") == second
    assert "combo-code" not in "".join(search.template for search in ALL)


def test_a_search_by_code_says_which_codes_its_results_have(tmp_path: Path) -> None:
    terminology = of_site(tmp_path, r"N,1|a$\b")
    found = by_key(searches(Needs(frozenset({"neutrophils"}), frozenset({"result"})), terminology))

    plain = {token.partition("|")[2] for token in own_codes("neutrophils")}
    assert found["observations"].codes == plain | {r"N,1|a$\b"}


@given(st.text(min_size=1, max_size=30), st.from_regex(r"[A-Za-z0-9\-.]{1,64}", fullmatch=True))
def test_whatever_stands_in_a_parameter_reaches_the_server_unchanged(value: str, patient_id: str) -> None:
    search = Search("observations", "Observation", (("code", value),), "result")

    sent = parse_qsl(urlsplit(f"https://ehr.example.org/{search.query(patient_id)}").query, strict_parsing=True)
    assert sent == [("patient", patient_id), ("code", value)]
    assert "{{" not in search.template.replace("{{context.patientId}}", "")
