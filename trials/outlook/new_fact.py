"""A fact that a chart does not hold yet and that would turn a verdict: its kind, value sets, what it has to show."""

from typing import Literal, NamedTuple

from trials.language import Bound
from trials.record import Allergy, Diagnosis, Event, Exposure, Fact, Result
from trials.truth import Truth
from trials.wording import date_text

FactKind = Literal[
    "time",
    "stop",
    "result",
    "reference-range",
    "unit",
    "date",
    "diagnosis",
    "end-of-diagnosis",
    "medication",
    "procedure",
    "immunization",
    "identity",
    "person",
    "answer",
    "search",
    "protocol-text",
]


class NewFact(NamedTuple):
    """A fact that is not there yet, or of a fact that is there (`about`) what it does not say yet."""

    kind: FactKind
    text: str
    sets: tuple[str, ...] = ()
    limit: Bound | None = None
    """Where a number has to lie."""
    beyond: bool = False
    """It has to lie outside `limit`."""
    answer: str | None = None
    """What a test, or a person, has to say: positive, negative, detected, yes, no."""
    codes: tuple[str, ...] = ()
    """The grades or answers of which it has to show one, or another than `other_than`."""
    other_than: tuple[str, ...] = ()
    about: str | None = None
    """The resource of the chart that it speaks of."""


def answer(question: str, want: Truth | None) -> NewFact:
    """A person's answer; yes means that the statement holds. Without a wanted truth either answer decides."""
    if want is None:
        return NewFact("answer", f'a person answers: "{question}"')
    said = "yes" if want is Truth.TRUE else "no"
    return NewFact("answer", f'a person answers {said}: "{question}"', answer=said)


def of_resource(kind: FactKind, what: str, fact: Fact) -> NewFact:
    """What a fact of the chart does not say yet."""
    of = f" of {date_text(fact.when)}" if fact.when else ""
    names: tuple[str, ...] = ()
    if isinstance(fact, Result | Diagnosis | Event | Allergy):
        names = (fact.name,)
    elif isinstance(fact, Exposure):
        names = (fact.ingredient,)
    return NewFact(kind, f"{what}{of}", names, about=fact.reference)
