"""How a card shows what people answered: as what it is, for as long as it counts, and never louder than the chart."""

from datetime import timedelta

from cds_hooks.cards import cards
from tests.cds_hooks.charts import TODAY, ago, chart, sclerosis, trial
from trials.answered import until
from trials.judge import match
from trials.policy import Policy
from trials.record import PersonAnswer, Record

T2 = trial("T2")
LIFE = "T2-L1"
QUESTION = "Is the patient expected to live longer than 6 months?"


def said(ref: str, yes: bool = True, *, days: int = 1, by: str = "Dr Li", note: str | None = None) -> PersonAnswer:
    day = TODAY - timedelta(days=days)
    return PersonAnswer(f"answers/{ref}", ref, yes, by, ago(days), until(day, Policy()), note)


def body(*answers: PersonAnswer, record: Record | None = None, unavailable: bool = False) -> str:
    charted = record or sclerosis()
    pairs = [(T2, match(T2, charted, TODAY, Policy(), answers))]
    (card,) = cards(pairs, chart(charted)._replace(answers_unavailable=unavailable), most=3, public_url=None)
    assert "Dr" not in card.summary
    return card.detail


def line(detail: str, start: str) -> str:
    return next(one for one in detail.splitlines() if one.startswith(start))


def test_an_answer_stands_in_a_place_of_its_own() -> None:
    detail = body(said(LIFE))

    shown = "- Life expectancy above 6 months: answered yes by Dr Li on 2026-11-20, until 2027-02-18"
    assert detail.split("**Answered by a person**\n")[1].splitlines()[0] == shown
    assert QUESTION not in detail
    assert detail.count("Dr Li") == 1


def test_without_answers_nothing_is_said_of_them() -> None:
    assert "nswered" not in body()


def test_an_expired_answer_is_asked_again() -> None:
    detail = body(said(LIFE, days=200))

    assert QUESTION in line(detail, "**Questions for a person:**")
    assert "**Answered by a person**" not in detail


def test_an_answer_against_the_chart_is_shown_with_the_fact() -> None:
    """The chart has an interstitial lung disease; a person denies it."""
    detail = body(said("T2-2c", yes=False))

    shown = detail.split("**Answered by a person**\n")[1].splitlines()[0]
    assert shown.startswith("- The answer and the chart contradict each other. Interstitial lung disease present: ")
    assert "answered no by Dr Li" in shown
    assert "Interstitial lung disease (" in shown


def test_what_a_person_writes_cannot_become_markup() -> None:
    detail = body(said(LIFE, by="<b>[Dr](https://evil.example)", note="# *boom* www.evil.example"))

    shown = line(detail, "- Life expectancy")
    assert "evil.example" not in shown
    assert "\\<b\\>" in shown
    assert "*boom*" not in shown.replace("\\*boom\\*", "")


def test_a_card_without_answers_that_exist_says_so() -> None:
    assert body(unavailable=True).endswith("**Recorded answers could not be read just now:** this is without them.")
