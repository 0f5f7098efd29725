"""What a clinician reads beside a chart, by the built-in trials and invented patients."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from markdown_it import MarkdownIt

from cds_hooks.cards import Answer, Card, cards, topic_code
from cds_hooks.choice import Pair
from tests.cds_hooks.charts import (
    PERSON,
    TODAY,
    answered,
    chart,
    diagnosed,
    indexed,
    judged,
    on,
    result,
    sclerosis,
    took,
    trial,
    trials,
    vaccinated,
)
from tests.cds_hooks.walking import empty_values
from tests.golden import golden
from trials.definition import Group
from trials.judge import Trial, ready
from trials.language import NotWritten, Row
from trials.match import ArmMatch, Judged, TrialMatch
from trials.record import Entry, Gap, Record
from trials.truth import Truth
from trials.verdict import Verdict, Why, unknown

T2 = trial("T2")


def shown(record: Record, *not_searched: str, most: int = 3, public_url: str | None = None) -> list[Card]:
    """The cards of T2, whose rules the tests below know; what several trials share is given to them."""
    return list(cards(judged(record, T2), chart(record, *not_searched), most=most, public_url=public_url))


def the_card(record: Record, *not_searched: str) -> Card:
    (card,) = shown(record, *not_searched)
    return card


def as_json(found: list[Card]) -> Any:
    return json.loads(msgspec.json.encode(Answer(tuple(found))))


def test_a_card_reads_as_its_golden_file() -> None:
    """C7: what speaks for it, what is open, results first, questions in one line, gaps of our copy."""
    record = sclerosis(
        immunizations=indexed(vaccinated("MMR", days=10)),
        unidentified={"medication": (Entry("MedicationRequest/x", "medication", ""),)},
        gaps={"procedure": Gap.FAILED},
    )

    detail = the_card(record, "Procedure").detail + "\n"

    assert detail == golden("card-systemic-sclerosis.md", detail)


def test_a_card_has_what_the_protocol_asks_for() -> None:
    """C5, C6, C8, C9, C10, C11, C13, C21, C22."""
    (card,) = as_json(shown(sclerosis(), public_url="https://trials.example"))["cards"]

    assert UUID(card["uuid"]).version == 4
    assert 0 < len(card["summary"]) < 140
    assert card["indicator"] == "info"
    page = "https://trials.example/trials/cd19-bcma-autoimmune"
    topic = {"system": "urn:trialhook:trial", "code": "cd19bcmaautoimmune", "display": T2.title}
    assert card["source"] == {"label": "Trialhook", "topic": topic, "url": page}
    assert card["links"] == [{"label": "How this trial is judged here", "url": page, "type": "absolute"}]


def test_no_card_holds_a_null_or_an_empty_value() -> None:
    """J2, J3, J4: also where there is no address to link to."""
    assert list(empty_values(as_json(shown(sclerosis())))) == []
    assert "links" not in as_json(shown(sclerosis()))["cards"][0]
    assert as_json([]) == {"cards": []}


def test_each_card_is_an_instance_of_its_own_about_the_same_topic() -> None:
    """C5, lesson 5: a uuid per instance, a topic per trial."""
    first, second = the_card(sclerosis()), the_card(sclerosis())

    assert first.uuid != second.uuid
    assert first.source.topic == second.source.topic
    assert first.detail == second.detail


@pytest.mark.parametrize("trial", trials(), ids=lambda trial: trial.id)
def test_a_topic_code_is_letters_and_digits(trial: Trial) -> None:
    """Lesson 5: Epic takes letters and digits only, 100 at most."""
    assert re.fullmatch(r"[A-Za-z0-9]{1,100}", topic_code(trial.id))


def test_the_deceased_get_no_card() -> None:
    assert shown(sclerosis(person=PERSON._replace(birth=on(date(1986, 2, 1)), deceased=True))) == []


def test_a_chart_without_a_target_disease_gets_no_card() -> None:
    """A trial is worth a card only when an arm's target disease is in the chart."""
    assert shown(sclerosis(diagnoses={})) == []


def unwritten(arm_id: str) -> Trial:
    """T2 as it was before that arm was written."""
    row = Row("T2-6a", "This criterion of the protocol is not written here yet")
    group = Group("not_written", "inclusion", NotWritten(row=row), 1)
    arms = [replace(arm, groups=(group,), written=False) if arm.id == arm_id else arm for arm in T2.definition.arms]
    return replaced(T2, arms=tuple(arms))


def test_no_card_rests_on_an_arm_that_is_not_written() -> None:
    record = sclerosis(diagnoses=indexed(diagnosed("multiple_sclerosis", "Multiple sclerosis")))

    assert list(cards(judged(record, unwritten("ms")), chart(record), most=3, public_url=None)) == []


def test_an_unwritten_arm_is_named_on_the_card_of_another() -> None:
    both = indexed(
        diagnosed("systemic_sclerosis", "Systemic sclerosis"), diagnosed("multiple_sclerosis", "Multiple sclerosis")
    )

    record = sclerosis(diagnoses=both)

    (card,) = cards(judged(record, unwritten("ms")), chart(record), most=3, public_url=None)

    assert "not yet judged here:** *Multiple sclerosis*" in card.detail


def test_a_provisional_target_is_marked() -> None:
    record = sclerosis(diagnoses=indexed(diagnosed("systemic_sclerosis", "Systemic sclerosis", provisional=True)))

    assert "*Systemic sclerosis* (the diagnosis is provisional)" in the_card(record).detail


def test_a_fact_that_bars_the_trial_leaves_no_card() -> None:
    low = indexed(result("neutrophils", "0.3"))

    assert shown(sclerosis(results=low)) == []


def test_a_treatment_that_was_not_found_gets_one_line_and_no_promise() -> None:
    """Decision rules 9: the only card says in one line that nothing in this chart shows the earlier treatment."""
    card = the_card(sclerosis(medications=indexed(took("prednisone", "Prednisone"))))

    assert card.detail.count("\n") == 0
    assert "nothing in this chart shows the earlier treatment" in card.detail
    assert "Standard therapy had cyclophosphamide" in card.detail
    assert "andidate" not in card.summary


def test_a_missing_treatment_beside_a_firm_bar_gets_no_line() -> None:
    record = sclerosis(medications={}, results=indexed(result("neutrophils", "0.3")))

    assert shown(record) == []


def test_a_missing_disease_gets_no_line_about_treatment() -> None:
    """The line is for earlier treatment only."""
    record = sclerosis(medications={}, diagnoses={})

    assert shown(record) == []


def test_results_come_before_questions() -> None:
    detail = the_card(sclerosis()).detail

    assert detail.index("**Still open: results**") < detail.index("**Questions for a person:**")
    assert "INR at most 1.5 × ULN: nothing in the chart" in detail
    assert len([line for line in detail.splitlines() if "Questions for a person" in line]) == 1


def test_a_question_whose_yes_excludes_says_so() -> None:
    record = sclerosis(suspected={"malignancy": (Entry("Condition/x", "diagnosis", "Nodule, cancer?"),)})

    (line,) = (line for line in the_card(record).detail.splitlines() if line.startswith("**Would exclude if yes:**"))

    assert "Any malignancy, past or present?" in line


def test_a_stale_result_is_shown_with_its_day_and_the_policy() -> None:
    detail = the_card(sclerosis()).detail

    assert "too old (site policy: result not older than 90 days), 115 g/L (2026-05-05)" in detail


def test_a_live_vaccine_says_on_which_day_it_clears() -> None:
    detail = the_card(sclerosis(immunizations=indexed(vaccinated("MMR", days=10)))).detail

    clears = TODAY - timedelta(days=10) + timedelta(weeks=6, days=1)
    assert f"clears on {clears.isoformat()} by itself" in detail.partition("**Wait for**")[2]


def test_a_pregnancy_test_says_in_how_many_days_it_expires() -> None:
    detail = the_card(sclerosis(results=indexed(answered("hcg_serum", "negative", days=5)))).detail
    still_good = the_card(sclerosis(results=indexed(answered("hcg_serum", "negative", days=0)))).detail

    assert "**Expires soon**\n- Pregnancy test negative: " in detail
    assert "expires in 3 days (site policy)" in detail.partition("**Expires soon**")[2]
    assert "**Expires soon**" not in still_good


def test_of_what_is_close_to_its_limit_the_nearest_comes_first() -> None:
    record = sclerosis(results=indexed(result("platelets", "22"), result("fvc_percent_predicted", "45")))

    shown = the_card(record).detail.partition("**Close to a limit**")[2]
    assert 0 < shown.index("FVC") < shown.index("Platelets")


def test_a_result_near_its_limit_is_shown_with_it() -> None:
    assert "Platelets 21 10\\*9/L (2026-11-11), limit at least 20 ×10⁹/L" in the_card(sclerosis()).detail


@pytest.mark.parametrize(("value", "close"), [("20", True), ("22", True), ("22.1", False)])
def test_near_is_within_a_tenth_of_the_limit(value: str, close: bool) -> None:
    detail = the_card(sclerosis(results=indexed(result("platelets", value)))).detail

    assert ("Close to a limit" in detail) == close


def test_an_exclusion_that_holds_without_barring_is_shown() -> None:
    """One low immunoglobulin does not bar and is for review (A-5)."""
    record = sclerosis(results=indexed(result("iga", "0.5", low="0.7"), result("igg", "9", low="7")))

    assert "**Found, does not bar by itself**\n- IgA below the lower limit of normal: 0.5" in the_card(record).detail


def test_an_exclusion_counts_as_decided_whatever_its_exceptions_say() -> None:
    """No malignancy: whether one would be cured is nobody's question. A live vaccine was not found either."""
    detail = the_card(sclerosis()).detail

    assert "- 10 of 18 exclusions decided in favour, 10 only by not being found in the chart" in detail


def test_a_failed_search_is_said() -> None:
    detail = the_card(sclerosis(immunizations={}, gaps={"immunization": Gap.FAILED}), "Immunization").detail

    assert "**Could not be searched in full:** Immunization. Undecided for that: A live vaccine" in detail


def test_an_unidentified_entry_is_said_once() -> None:
    lost = {
        "medication": (Entry("MedicationRequest/x", "medication", ""), Entry("MedicationRequest/y", "medication", ""))
    }

    detail = the_card(sclerosis(unidentified=lost)).detail

    assert detail.count("**Could not be identified** in this chart, and may matter: 2 drugs.") == 1


def test_the_parts_that_our_copy_lacks_are_counted() -> None:
    """A-2: five holes in the text, of which the lost recruitment status has its own line."""
    detail = the_card(sclerosis()).detail

    assert re.search(r"\*\*\d parts of the protocol are not in our copy:\*\* ", detail)
    assert "**Recruitment status unknown:**" in detail


def test_nothing_of_the_patient_stands_in_a_summary() -> None:
    """House style, C6: the summary names the trial and how much is open."""
    assert re.fullmatch(
        rf"Potential candidate for a trial, \d+ points open: {re.escape(T2.title)}", the_card(sclerosis()).summary
    )


def test_a_long_title_is_cut_on_a_word() -> None:
    """C6: fewer than 140 code points."""
    long = replaced(T2, title="A very long title of a trial " * 9)

    (card,) = cards(judged(sclerosis(), long), chart(sclerosis()), most=3, public_url=None)

    assert 130 < len(card.summary) < 140
    assert card.summary.endswith("…")


@pytest.mark.parametrize("registry", [{"nct": "NCT01234567"}, {"nct": "NCT1/../x"}, {"chictr": "ChiCTR1"}])
def test_only_a_number_of_the_registry_is_linked(registry: dict[str, str]) -> None:
    """S19: links cannot be steered; C28: fixed origins."""
    trial = replaced(T2, registry=tuple(registry.items()))

    (card,) = as_json(list(cards(judged(sclerosis(), trial), chart(sclerosis()), most=3, public_url=None)))["cards"]

    urls = [link["url"] for link in card.get("links", [])]
    assert urls == (["https://clinicaltrials.gov/study/NCT01234567"] if registry.get("nct") == "NCT01234567" else [])


HOSTILE = "<img src=x onerror=alert(1)>[x](https://evil.example)\n# **now** | `a` www.evil.example"


def test_text_of_a_chart_cannot_become_markup() -> None:
    """C7, S19: data cannot inject links or HTML."""
    record = sclerosis(
        diagnoses=indexed(diagnosed("systemic_sclerosis", HOSTILE), diagnosed("interstitial_lung_disease", HOSTILE)),
        medications=indexed(*(took(drug, HOSTILE) for drug in ("prednisone", "cyclophosphamide", "mycophenolate"))),
    )

    html = MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(the_card(record).detail)

    assert HOSTILE.partition(">")[0] not in html
    assert set(re.findall(r"<(\w+)", html)) <= {"p", "strong", "em", "ul", "li"}


def test_no_line_is_a_table_or_a_heading() -> None:
    """Lesson 4: narrow panels."""
    lines = the_card(sclerosis()).detail.splitlines()

    assert [line for line in lines if line.startswith(("|", "#", "<"))] == []


def replaced(trial: Trial, **changes: Any) -> Trial:
    return ready(replace(trial.definition, **changes), trial.sets)


# Order and number of cards: the standings are given, since the built-in trials are too few to differ in them.


def ranked(trial_id: str, standing: str, *, decided: int, of: int, left: int) -> Pair:
    """A trial whose match has so many decided criteria and so many open points."""
    arm = ArmMatch("ssc", "Systemic sclerosis", standing, "present", open=tuple(f"T2-{n}" for n in range(left)))  # type: ignore[arg-type]
    criteria = tuple(
        Judged(f"T2-{n}", None, "inclusion", "g", "s", Verdict(Truth.TRUE) if n < decided else unknown(Why.NO_DATA))
        for n in range(of)
    )
    match = TrialMatch(trial_id, "T2", trial_id, standing, (arm,), criteria, arm.open)  # type: ignore[arg-type]
    return replaced(T2, id=trial_id, title=trial_id), match


ORDER = [
    ranked("b-candidate", "candidate", decided=1, of=9, left=0),
    ranked("z-most-decided", "potential-candidate", decided=8, of=10, left=9),
    ranked("y-fewest-open", "potential-candidate", decided=5, of=10, left=2),
    ranked("a-more-open", "potential-candidate", decided=5, of=10, left=3),
    ranked("c-more-open", "potential-candidate", decided=5, of=10, left=3),
]


def test_the_best_trial_comes_first() -> None:
    """Standing, then the share of decided leaves, then the fewest open; then the id, so that the order is stable."""
    found = cards(ORDER[::-1], chart(sclerosis()), most=9, public_url=None)

    assert [card.source.topic.display for card in found] == [trial.id for trial, _ in ORDER]


def test_further_trials_share_one_line_on_the_last_card() -> None:
    """C28: few cards."""
    found = cards(ORDER, chart(sclerosis()), most=3, public_url=None)

    assert len(found) == 3
    assert ["further trials may fit:** a-more-open; c-more-open." in card.detail for card in found] == [
        False,
        False,
        True,
    ]


def test_a_missing_treatment_stands_on_the_last_card() -> None:
    barred = judged(sclerosis(medications={}), T2)

    found = cards([*ORDER[:2], *barred], chart(sclerosis(medications={})), most=3, public_url=None)

    assert ["nothing in this chart shows" in card.detail for card in found] == [False, True]


def test_a_candidate_is_called_one() -> None:
    found = cards(ORDER[:1], chart(sclerosis()), most=3, public_url=None)

    assert found[0].summary == "Candidate for a trial: b-candidate"


# --- bars that can be lifted

T3 = trial("T3")


def lupus(**changes: Any) -> Record:
    """A woman with lupus that is treated, of whom little else is known."""
    kept: dict[str, Any] = {
        "person": PERSON._replace(birth=on(date(1986, 2, 1))),
        "diagnoses": indexed(diagnosed("systemic_lupus_erythematosus", "Systemic lupus erythematosus")),
        "medications": indexed(took("mycophenolate", "Mycophenolate 1 g")),
    }
    return Record(**{**kept, **changes})


def of_lupus(record: Record, *others: Trial) -> list[Card]:
    return list(cards(judged(record, T3, *others), chart(record), most=3, public_url=None))


def test_a_trial_for_one_disease_gets_a_card_by_it() -> None:
    (card,) = of_lupus(lupus())

    assert "**Potential candidate** for *Systemic lupus erythematosus*" in card.detail
    assert of_lupus(lupus(diagnoses={})) == []


def test_a_bar_that_can_be_lifted_does_not_hide_the_trial() -> None:
    """A-20: a washout or a later day is no reason to hide it; the line says which bars, and by what they are lifted."""
    (card,) = of_lupus(lupus(immunizations=indexed(vaccinated("MMR", days=10))))

    assert card.summary == f"A trial may fit once what bars it is lifted: {T3.title}"
    assert card.detail.count("\n") == 0
    day = (TODAY - timedelta(days=10)).isoformat()
    said = f"A live vaccine within the last 4 weeks (MMR, {day}; can be lifted by a later day of screening)"
    assert said in card.detail.replace("\\", "")
    assert "andidate" not in card.detail


def test_beside_a_bar_that_stays_it_is_hidden() -> None:
    low = indexed(result("body_weight", "38"))

    assert of_lupus(lupus(immunizations=indexed(vaccinated("MMR", days=10)), results=low)) == []


def test_earlier_b_cell_therapy_bars_as_printed_and_the_investigator_is_named() -> None:
    taken = indexed(took("mycophenolate", "Mycophenolate 1 g"), took("rituximab", "Rituximab 1 g"))

    (card,) = of_lupus(lupus(medications=taken))

    assert "A B-cell-targeted therapy at any time before screening" in card.detail
    assert "the investigator's word" in card.detail


def test_a_bar_that_can_be_lifted_stands_under_the_last_card_of_other_trials() -> None:
    record = lupus(immunizations=indexed(vaccinated("MMR", days=10)))

    found = cards([*ORDER[:1], *judged(record, T3)], chart(record), most=3, public_url=None)

    assert ["by what can be lifted alone" in card.detail for card in found] == [True]


def test_a_steroid_that_waits_says_what_lifts_it() -> None:
    taken = indexed(took("prednisone", "Prednisone 10 mg"))

    (card,) = of_lupus(lupus(medications=taken))

    assert "can be lifted by a lower dose or a pause that the investigator plans" in card.detail
