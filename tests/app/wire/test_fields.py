"""Whatever an author can say of a test changes what its page says, and what its exports say or list as not said."""

from collections.abc import Iterator
from dataclasses import fields, replace
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from app.means import means
from app.wire.judged import judged
from app.wire.leaf import Release, Words, leaf
from app.wire.lost import lost_of
from app.wire.words import decided, left_open
from tests.app.calling import library
from trials import language
from trials.interval import Interval
from trials.language import (
    Age,
    Allergic,
    Asked,
    Bound,
    Change,
    Done,
    Dose,
    Found,
    HalfLives,
    Immunized,
    Missing,
    Node,
    NotWritten,
    Observed,
    SexIs,
    Took,
    Undefined,
)
from trials.policies import acting, policy_text
from trials.tree import parts
from trials.when import Span

SETS = library().terminology.sets
LIMIT = Bound(interval=Interval(None, Decimal(3)))
MONTH = Span(1, "months")
RISE = Change(direction="rise", least=Decimal("0.1"), relative=True)
FALL = Change(direction="fall", least=Decimal("0.1"), relative=True)
VACCINES = sorted(name for name, one in SETS.items() if one.kind == "vaccine")


class Pair(NamedTuple):
    """A test, and the same one with another value of one field."""

    plain: Node
    changed: Node


def but(test: Node, **changes: Any) -> Node:
    """The test with other values of these fields."""
    return replace(test, **changes)


def pairs() -> Iterator[tuple[str, Pair]]:
    """Field by field. A field that has no pair here fails below: add one, and the words that say it."""
    alt = Observed(name="alt", bound=LIMIT)
    hbsag = Observed(name="hbsag", answer="positive")
    bilag = Observed(name="bilag_2004", codes=("A",))
    tumour = Found(names=("malignancy",))
    steroid = Took(names=("glucocorticoid",))
    transplant, vaccine = Done(names=("organ_transplant",)), Immunized(names=(VACCINES[0],))
    allergy = Allergic(names=("lymphodepleting_agent",))
    asked = Asked()
    yield "Age.years", Pair(Age(years=Interval(Decimal(18), None)), Age(years=Interval(Decimal(18), Decimal(65))))
    yield "SexIs.sex", Pair(SexIs(sex="female"), SexIs(sex="male"))
    yield "Observed.name", Pair(alt, but(alt, name="ast"))
    yield "Observed.bound", Pair(alt, but(alt, bound=Bound(interval=Interval(None, Decimal(3)), times="ULN")))
    yield "Observed.answer", Pair(hbsag, but(hbsag, answer="negative"))
    yield "Observed.codes", Pair(bilag, but(bilag, codes=("B",)))
    yield "Observed.change", Pair(*(Observed(name="mrss", change=change) for change in (RISE, FALL)))
    for pick in ("recent", "ever"):
        yield "Observed.pick", Pair(hbsag, but(hbsag, pick=pick))
    for pick in ("any", "all", "lowest", "highest"):
        yield "Observed.pick", Pair(alt, but(alt, pick=pick))
    yield "Observed.within", Pair(alt, but(alt, within=MONTH))
    yield "Observed.exact_unknown", Pair(alt, but(alt, exact_unknown="no comparator is printed"))
    yield "Observed.on_room_air", Pair(alt, but(alt, on_room_air=True))
    yield "Observed.number_asks", Pair(hbsag, but(hbsag, number_asks=True))
    yield "Observed.number_never", Pair(hbsag, but(hbsag, number_never=True))
    yield "Observed.components", Pair(bilag, but(bilag, components=2))
    yield "Observed.after", Pair(but(alt, pick="any"), but(alt, pick="any", after=("glucocorticoid",)))
    yield "Observed.in_place", Pair(hbsag, but(hbsag, in_place="hbv_dna"))
    yield "Observed.confirmed_by", Pair(hbsag, but(hbsag, confirmed_by="hbv_dna"))
    yield "Found.names", Pair(tumour, but(tumour, names=("infection",)))
    for when in ("current", "past", "relapsed"):
        yield "Found.when", Pair(tumour, but(tumour, when=when))
    for window in ("within", "onset_within", "at_least_ago", "cured_for"):
        yield f"Found.{window}", Pair(tumour, but(tumour, **{window: MONTH}))
    yield "Found.onset_before_age", Pair(tumour, but(tumour, onset_before_age=18))
    yield "Found.severe", Pair(tumour, but(tumour, severe=True))
    yield "Found.times", Pair(tumour, but(tumour, times=2))
    yield "Found.currency", Pair(but(tumour, when="current"), but(tumour, when="current", currency="pregnancy"))
    yield "Found.supported_by", Pair(tumour, but(tumour, supported_by=("infection",)))
    yield "Found.apart_from", Pair(tumour, but(tumour, apart_from=("infection",)))
    hinted = but(tumour, supported_by=("infection",))
    yield "Found.refuted_by", Pair(hinted, but(hinted, refuted_by=("lung_disease",)))
    asking: tuple[Node, ...] = (tumour, steroid, transplant)
    for test in asking:
        yield f"{type(test).__name__}.absent", Pair(test, but(test, absent="ask"))
    yield "Took.names", Pair(steroid, but(steroid, names=("rituximab",)))
    yield "Took.when", Pair(steroid, but(steroid, when="current"))
    yield "Took.within", Pair(steroid, but(steroid, within=MONTH))
    yield "Took.within", Pair(but(steroid, within=MONTH), but(steroid, within=HalfLives(Decimal(5))))
    timed: tuple[Node, ...] = (steroid, transplant, vaccine)
    for test in timed:
        dated = but(test, within=MONTH)
        yield f"{type(test).__name__}.before", Pair(dated, but(dated, before="lymphodepletion"))
    yield "Took.length", Pair(steroid, but(steroid, length=MONTH))
    yield "Took.dose", Pair(steroid, but(steroid, dose=Dose(mg=Interval(Decimal(1), None), per_kg=True)))
    yield "Took.agents", Pair(steroid, but(steroid, agents=2))
    yield "Took.open_list", Pair(steroid, but(steroid, open_list=("immunosuppressant",)))
    yield "Took.apart_from", Pair(steroid, but(steroid, apart_from=("prednisone",)))
    yield "Done.names", Pair(transplant, but(transplant, names=("dialysis",)))
    yield "Done.within", Pair(transplant, but(transplant, within=MONTH))
    yield "Done.supported", Pair(transplant, but(transplant, supported=True))
    yield "Immunized.names", Pair(vaccine, but(vaccine, names=(VACCINES[1],)))
    yield "Immunized.within", Pair(vaccine, but(vaccine, within=MONTH))
    yield "Allergic.names", Pair(allergy, but(allergy, names=("car_t_component",)))
    yield "Allergic.severe", Pair(allergy, but(allergy, severe=True))
    yield "Allergic.supported", Pair(allergy, but(allergy, supported=True))
    yield "Asked.shows", Pair(asked, but(asked, shows=("platelets",)))
    yield "Undefined.shows", Pair(Undefined(), Undefined(shows=("platelets",)))
    yield "kinds", Pair(Missing(), Undefined())
    yield "kinds", Pair(Missing(), NotWritten())


PAIRS = pytest.mark.parametrize("pair", [pytest.param(pair, id=name) for name, pair in pairs()])


def test_every_field_of_every_test_has_its_pair() -> None:
    kinds = [kind for kind in vars(language).values() if isinstance(kind, type) and issubclass(kind, Node)]
    named = {kind: {field.name for field in fields(kind)} - {"row"} for kind in kinds if kind is not Node}

    expected = {
        f"{kind.__name__}.{name}" for kind, names in named.items() if not {"part", "parts"} & names for name in names
    }
    assert {name for name, _ in pairs()} - {"kinds"} == expected


@PAIRS
def test_the_page_says_it(pair: Pair) -> None:
    def said(test: Node) -> object:
        policy = library().policy
        return decided(test, SETS, policy), left_open(test, SETS), policy_text(acting(test, SETS), policy)

    assert said(pair.plain) != said(pair.changed)


@PAIRS
@pytest.mark.parametrize("release", ["r4", "r5"])
def test_an_export_says_it_or_lists_it(pair: Pair, release: Release) -> None:
    def said(test: Node) -> object:
        assert not parts(test)
        coded = leaf(test, Words(SETS, None, release))
        in_words = means(test, SETS) if coded is None else None
        return coded, in_words, judged(test), tuple(lost_of(test, SETS, offsets=release == "r5"))

    assert said(pair.plain) != said(pair.changed)
