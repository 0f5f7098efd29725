"""The card of the trial in four autoimmune diseases: its lost exclusions, and a caution that speaks for nothing."""

from cds_hooks.cards import cards
from tests.cds_hooks.charts import answered, chart, diagnosed, indexed, judged, result, sclerosis, trial
from trials.record import Record

T1 = trial("T1")


def thrombocytopenia(*more: str) -> Record:
    names = ("immune_thrombocytopenia", *more)
    return sclerosis(
        diagnoses=indexed(*(diagnosed(name, name.replace("_", " ").capitalize()) for name in names)),
        results=indexed(
            result("haemoglobin", "109"), answered("megakaryocytes_with_impaired_maturation", "positive", days=500)
        ),
    )


def detail(record: Record) -> str:
    (card,) = cards(judged(record, T1), chart(record), most=3, public_url=None)
    assert card.detail is not None
    return card.detail


def section(text: str, head: str) -> str:
    return text.partition(f"**{head}**")[2].partition("\n\n")[0]


def test_a_caution_has_a_place_of_its_own_and_speaks_for_nothing() -> None:
    text = detail(thrombocytopenia("splenomegaly"))

    assert "Splenomegaly" in section(text, "Found, decides nothing by itself")
    assert "speaks against a primary immune thrombocytopenia" in text
    assert "Splenomegaly" not in section(text, "Speaks for it")
    assert "Marrow with normal or increased megakaryocytes" in section(text, "Speaks for it")


def test_without_the_finding_nothing_is_said_of_it() -> None:
    text = detail(thrombocytopenia())

    assert "decides nothing by itself" not in text
    assert "spleen" not in text.lower()


def test_the_lost_exclusions_are_said_and_never_taken_as_none() -> None:
    """A-14: the card says that they are not in our copy, not that none applies."""
    text = detail(thrombocytopenia())

    assert "**1 part of the protocol is not in our copy:** The exclusion criteria of the protocol." in text
    assert "exclusions decided" not in text
    assert "exclusion decided" not in text


def test_the_card_links_to_the_registry() -> None:
    record = thrombocytopenia()
    (card,) = cards(judged(record, T1), chart(record), most=3, public_url=None)

    assert "NCT07193667" in str(card.links)
