"""The verdict on a combination of verdicts: whose reasons and whose facts it carries."""

from collections.abc import Sequence

from trials.record import Fact
from trials.truth import Truth
from trials.verdict import Verdict, Why, first


def joined(verdicts: Sequence[Verdict], truth: Truth, decisive: Truth) -> Verdict:
    """The verdict on a combination: the reasons and facts of the parts that made it so.

    A `decisive` part alone makes it so; otherwise all parts of the same truth do. Where a fact in hand is among them,
    the combination is decided by a fact.
    """
    made = [verdict for verdict in verdicts if verdict.truth is truth]
    if truth is Truth.UNKNOWN:
        reason = first([verdict.why for verdict in made if verdict.why]) or Why.NO_DATA
        # What is open has no facts of its own where a person is asked: then those show what the rest of it rests on.
        open_facts = _facts(made) or _facts(verdicts)
        clears = max((verdict.clears for verdict in made if verdict.clears), default=None)
        note = next((verdict.note for verdict in made if verdict.note), None)
        return Verdict(truth, reason, open_facts, clears, note)
    if truth is decisive:
        by_fact = [verdict for verdict in made if verdict.why is None]
        made = by_fact or made
    whys = [verdict.why for verdict in made]
    why = None if not made or None in whys else first([why for why in whys if why])
    return Verdict(truth, why, _facts(made))


def _facts(verdicts: Sequence[Verdict]) -> tuple[Fact, ...]:
    return tuple(dict.fromkeys(fact for verdict in verdicts for fact in verdict.facts))
