"""The outcome for one chart and one trial: every criterion's verdict, and the standing of each arm and the trial."""

from typing import Literal, NamedTuple

from trials.verdict import Verdict

Standing = Literal["candidate", "potential-candidate", "ineligible", "not-assessable"]
BarredBy = Literal["fact", "absence"]
Section = Literal["inclusion", "exclusion"]


class Judged(NamedTuple):
    """One criterion of the trial and what the chart says of it."""

    ref: str
    arm: str | None
    """The arm it belongs to; `None` for the shared criteria."""
    section: Section
    group: str
    """The author's name for the group it stands in, for pages that show the protocol's own order."""
    statement: str
    verdict: Verdict
    question: str | None = None
    """What to ask a person where the chart cannot say; yes means the statement holds."""
    policy: str | None = None
    """A number that is the site's and not the protocol's ("not older than 90 days")."""
    reading: str | None = None
    """How an ambiguity of the text was resolved."""
    source_suspect: str | None = None
    """What looks wrong in the printed text, which was followed as printed."""
    aside: bool = False
    """Named by the text beside a criterion and never required: it decides nothing."""
    modifiable: str | None = None
    """What can lift it, where it is no reason to hide the trial."""


class ArmMatch(NamedTuple):
    """One arm's standing; it includes the shared criteria."""

    id: str
    title: str
    standing: Standing
    target: Literal["present", "provisional", "absent"]
    """Whether the arm's target disease is in the chart."""
    barred_by: BarredBy | None = None
    barriers: tuple[str, ...] = ()
    """Refs of the criteria that bar it."""
    open: tuple[str, ...] = ()
    """A smallest set of unknown criteria whose favourable answers leave only missing or unwritten text open."""
    unfound: tuple[str, ...] = ()
    """Where nothing but unfound earlier treatment bars it: a smallest set of those treatments."""


class TrialMatch(NamedTuple):
    """One trial's standing for one chart."""

    trial: str
    ref: str
    title: str
    standing: Standing
    arms: tuple[ArmMatch, ...]
    criteria: tuple[Judged, ...]
    open: tuple[str, ...] = ()
    barred_by: BarredBy | None = None
    barriers: tuple[str, ...] = ()
