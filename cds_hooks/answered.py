"""What a card has to know of people's recorded answers."""

from trials.answered import EXPIRED
from trials.match import Judged
from trials.record import PersonAnswer
from trials.verdict import Why

UNAVAILABLE = "**Recorded answers could not be read just now:** this is without them."
CONTRADICTED = "The answer and the chart contradict each other. "


def by_person(judged: Judged) -> bool:
    """Whether an answer decides it, or contradicts the chart."""
    first = next(iter(judged.verdict.facts), None)
    return isinstance(first, PersonAnswer) and judged.verdict.why in (None, Why.CONFLICT)


def contradicted(judged: Judged) -> bool:
    """Whether the chart says otherwise than a person."""
    return by_person(judged) and judged.verdict.why is Why.CONFLICT


def asked_again(judged: Judged) -> bool:
    """Whether it is open because a person's answer has expired."""
    return judged.verdict.why is Why.STALE and judged.verdict.note == EXPIRED
