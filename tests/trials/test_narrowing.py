"""For a card only the arms are judged whose target disease is in the chart; nothing that it shows may differ."""

import pytest

from cds_hooks.cards import cards
from tests.cds_hooks.charts import TODAY, chart, diagnosed, indexed, judged, sclerosis, trial
from trials.judge import match, narrowed
from trials.policy import Policy
from trials.record import Record

T2 = trial("T2")
BOTH = ("systemic_sclerosis", "multiple_sclerosis")


def chart_with(*names: str) -> Record:
    return sclerosis(diagnoses=indexed(*(diagnosed(name, name.replace("_", " ")) for name in names)))


@pytest.mark.parametrize("names", [("systemic_sclerosis",), ("multiple_sclerosis",), BOTH])
def test_an_arm_has_the_same_standing_alone_as_among_all(names: tuple[str, ...]) -> None:
    record = chart_with(*names)
    here = narrowed(T2, record, TODAY, Policy())
    assert here is not None

    alone, among = match(here, record, TODAY, Policy()), match(T2, record, TODAY, Policy())

    assert alone.arms == tuple(arm for arm in among.arms if arm.target != "absent")
    assert {c.ref: c for c in alone.criteria}.items() <= {c.ref: c for c in among.criteria}.items()
    assert (alone.standing, alone.barred_by, alone.open) == (among.standing, among.barred_by, among.open)


def test_the_card_is_the_same() -> None:
    record = chart_with(*BOTH)
    here = narrowed(T2, record, TODAY, Policy())
    assert here is not None

    (alone,) = cards([(T2, match(here, record, TODAY, Policy()))], chart(record), most=3, public_url=None)
    (among,) = cards(judged(record, T2), chart(record), most=3, public_url=None)

    assert alone.detail == among.detail
    assert alone.summary == among.summary


def test_a_chart_without_a_target_disease_is_not_judged_at_all() -> None:
    assert narrowed(T2, sclerosis(diagnoses={}), TODAY, Policy()) is None
