"""Cards of a patient-view answer, ready to be encoded: no nulls, nothing empty, summaries free of patient data."""

import re
import uuid
from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType

from cds_hooks.choice import Choice, Pair, absent, choices, liftable
from cds_hooks.closing import barred_for_now, further, never_treated, unidentified
from cds_hooks.detail import Chart, detail
from cds_hooks.markdown import plain, shortened
from trials.judge import Trial

LONGEST_SUMMARY = 139
TOPICS = "urn:trialhook:trial"
"""Code system of `source.topic`: one stable code per trial, by which an EHR remembers what was overridden."""

_NCT = re.compile(r"NCT\d{8}")


class Topic(msgspec.Struct, frozen=True):
    """A Coding."""

    system: str
    code: str
    display: str


class Source(msgspec.Struct, frozen=True):
    """Where the advice comes from."""

    label: str
    topic: Topic
    url: str | UnsetType = UNSET


class Link(msgspec.Struct, frozen=True):
    """An absolute link without anything of the patient in it."""

    label: str
    url: str
    type: Literal["absolute"]


class Card(msgspec.Struct, frozen=True):
    """One card of CDS Hooks 2.0.1."""

    uuid: str
    summary: str
    indicator: Literal["info"]
    source: Source
    detail: str
    links: tuple[Link, ...] | UnsetType = UNSET


class Answer(msgspec.Struct, frozen=True):
    """The body of an answer; an empty list of cards is the one empty value that is allowed."""

    cards: tuple[Card, ...]


def cards(matches: Sequence[Pair], chart: Chart, *, most: int, public_url: str | None) -> tuple[Card, ...]:
    """At most `most` cards, best first; none for the deceased.

    Further trials share a line on the last card. Each trial that only unfound earlier treatment bars has one there, and
    so has each that only what can be lifted bars; without any other card, these get one of their own.
    """
    if chart.record.person.deceased:
        return ()
    found, missed, barred = choices(matches), absent(matches), liftable(matches)
    others = [*map(never_treated, missed), *(barred_for_now(one, chart.sets) for one in barred)]
    if not found:
        trials = [one.trial for one in missed] + [one.trial for one in barred]
        return (_lone_card(trials[0], _joined(*others), public_url, treated=not missed),) if trials else ()
    shown = found[:most]
    closing = [line for line in (further(found[most:]), *others) if line]
    return tuple(
        _card(choice, _joined(detail(choice, chart), *_extra(place, len(shown), chart, closing)), public_url)
        for place, choice in enumerate(shown)
    )


def topic_code(trial_id: str) -> str:
    """Letters and digits only, 100 at most, as Epic asks; the same at every call."""
    return re.sub(r"[^A-Za-z0-9]", "", trial_id)[:100]


def _extra(place: int, number: int, chart: Chart, closing: Iterable[str]) -> list[str]:
    """What is said once: of the chart on the first card, of other trials on the last."""
    first = [unidentified(chart.record)] if place == 0 else []
    return first + (list(closing) if place == number - 1 else [])


def _card(choice: Choice, text: str, public_url: str | None) -> Card:
    open_points = len(choice.best.open)
    standing = "Candidate" if choice.best.standing == "candidate" else "Potential candidate"
    left = f", {open_points} point{'s' if open_points != 1 else ''} open" if open_points else ""
    return _made(choice.trial, f"{standing} for a trial{left}: {choice.trial.title}", text, public_url)


def _lone_card(trial: Trial, text: str, public_url: str | None, *, treated: bool) -> Card:
    """Not one trial fits as the chart stands, yet treatment elsewhere, or what can be lifted, would change that."""
    how = "once what bars it is lifted" if treated else "if it was preceded by treatment that is not in this chart"
    return _made(trial, f"A trial may fit {how}: {trial.title}", text, public_url)


def _made(trial: Trial, summary: str, text: str, public_url: str | None) -> Card:
    page = f"{public_url}/trials/{trial.id}" if public_url else None
    links = tuple(_links(trial, page))
    return Card(
        uuid=str(uuid.uuid4()),
        summary=shortened(plain(summary, 1000), LONGEST_SUMMARY),
        indicator="info",
        source=Source(
            label="Trialhook",
            topic=Topic(TOPICS, topic_code(trial.id), plain(trial.title)),
            url=page or UNSET,
        ),
        detail=text,
        links=links or UNSET,
    )


def _links(trial: Trial, page: str | None) -> Iterable[Link]:
    nct = trial.registry.get("nct", "")
    if _NCT.fullmatch(nct):
        yield Link(f"{nct} at ClinicalTrials.gov", f"https://clinicaltrials.gov/study/{nct}", "absolute")
    if page:
        yield Link("How this trial is judged here", page, "absolute")


def _joined(*blocks: str) -> str:
    return "\n\n".join(block for block in blocks if block)
