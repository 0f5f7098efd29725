"""What a card has to know of people's recorded answers."""

from trials.match import Judged
from trials.record import PersonAnswer
from trials.verdict import Why

UNAVAILABLE = "**Recorded answers could not be read just now:** this is without them."


def by_person(judged: Judged) -> bool:
    """Whether an answer decides it, contradicts the chart, or did so until it expired."""
    shown = any(isinstance(fact, PersonAnswer) for fact in judged.verdict.facts)
    return shown and judged.verdict.why is not Why.NOT_IN_CHART


def asked_again(judged: Judged) -> bool:
    """Whether it is open because a person's answer has expired."""
    return judged.verdict.why is Why.STALE and by_person(judged)
