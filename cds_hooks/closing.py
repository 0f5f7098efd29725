"""Single lines under the last card: trials without one, and what of the chart could not be identified."""

from collections.abc import Mapping, Sequence

from cds_hooks.choice import Absent, Choice, Liftable
from cds_hooks.markdown import escaped
from mappings.value_set import ValueSet
from trials.match import Judged
from trials.record import Kind, Record
from trials.wording import date_text, evidence_text

_KINDS: dict[Kind, tuple[str, str]] = {
    "result": ("result", "results"),
    "diagnosis": ("diagnosis", "diagnoses"),
    "medication": ("drug", "drugs"),
    "procedure": ("procedure", "procedures"),
    "immunization": ("vaccine", "vaccines"),
    "allergy": ("allergy", "allergies"),
}


def unidentified(record: Record) -> str:
    """One line on entries that could not be identified; empty if there are none."""
    numbers = [(kind, len(entries)) for kind, entries in record.unidentified.items() if entries]
    if not numbers:
        return ""
    listed = ", ".join(f"{number} {_KINDS[kind][number != 1]}" for kind, number in sorted(numbers))
    return f"**Could not be identified** in this chart, and may matter: {listed}."


def further(choices: Sequence[Choice]) -> str:
    """One line on trials beyond the last card; empty if there are none."""
    titles = "; ".join(escaped(choice.trial.title) for choice in choices)
    return f"**{counted(len(choices), 'further trial')} may fit:** {titles}." if choices else ""


def never_treated(missed: Absent) -> str:
    """One line on a trial that only earlier treatment bars, which was not found."""
    statements = "; ".join(escaped(statement) for statement in missed.statements)
    return (
        f"**{escaped(missed.trial.title)}:** nothing in this chart shows the earlier treatment that it asks for "
        f"({statements}). If it was given elsewhere, the trial may fit."
    )


def barred_for_now(barred: Liftable, sets: Mapping[str, ValueSet]) -> str:
    """One line on a trial that nothing bars but what can be lifted: which facts, and what lifts them."""
    bars = "; ".join(_bar(bar, sets) for bar in barred.bars)
    return f"**{escaped(barred.trial.title)}:** does not fit as the chart stands, by what can be lifted alone: {bars}."


def _bar(bar: Judged, sets: Mapping[str, ValueSet]) -> str:
    shown = [
        f"{escaped(evidence_text(fact, sets), 120)}, {escaped(date_text(fact.when))}" for fact in bar.verdict.facts[:1]
    ]
    said = "; ".join([*shown, f"can be lifted by {lowered(escaped(bar.modifiable or ''))}"])
    return f"{escaped(bar.statement)} ({said})"


def lowered(text: str) -> str:
    """The text as a part of a sentence."""
    return text[:1].lower() + text[1:]


def counted(number: int, noun: str) -> str:
    """The number and its noun, in the plural but for one."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
