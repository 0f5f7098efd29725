"""A patient's chart as facts in our own words: indexed by kind and value-set name, newest first, units converted.

The reader in `app` fills it from FHIR; criteria read it. Nothing here knows FHIR's shapes. What never counts
(refuted, entered in error, another patient's, cancelled, not done) is not in it at all.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Literal, NamedTuple

from trials.interval import Interval
from trials.when import When

Kind = Literal["result", "diagnosis", "medication", "procedure", "immunization", "allergy"]
Sex = Literal["male", "female", "other"]
Answer = Literal["positive", "negative", "indeterminate"]
Flag = Literal["high", "low", "normal", "abnormal"]


class Person(NamedTuple):
    """Who the chart is about. `sex` is administrative gender; `None` where unsaid or unknown."""

    reference: str
    birth: When | None
    sex: Sex | None
    deceased: bool = False


class Result(NamedTuple):
    """One reading of a laboratory test, vital sign, score or measurement, under one value-set name."""

    reference: str
    name: str
    when: When | None
    """The clinical date (`effective[x]`), never `issued`; `None` if the chart gives none."""
    shown: str
    """As reported, value and unit: "5.1 g/dL", "Positive", "<20 IU/mL"."""
    value: Interval[Decimal] | None = None
    """The number in the value set's own unit; a comparator leaves one end open. A titre 1:8 is 8."""
    answer: Answer | None = None
    """What a qualitative test said; detected and reactive are positive."""
    code: str | None = None
    """A coded or ordinal answer in the value set's own words (NYHA "II", a BILAG grade "A")."""
    flag: Flag | None = None
    """The laboratory's own flag beside a number."""
    low: Decimal | None = None
    high: Decimal | None = None
    """The limits of the result's own normal range that applies to this patient, in the value set's unit."""
    problem: Literal["unit", "imprecise", "conflict"] | None = None
    """Why neither value nor answer could be taken: no usable unit, unreadable, or its parts contradict each other."""
    preliminary: bool = False
    inputs: tuple["Result", ...] = ()
    """What a computed value was computed from."""
    part: str = ""
    """The component of a panel that it was filed under the panel's name for: the organ of a grade."""


class Diagnosis(NamedTuple):
    """One Condition, under one value-set name."""

    reference: str
    name: str
    shown: str
    onset: When | None = None
    recorded: When | None = None
    abated: When | None = None
    ended: bool = False
    """Inactive, resolved, in remission or abated, whether or not a date says since when."""
    resolved: Literal["remission", "resolved", "inactive", "abated"] | None = None
    provisional: bool = False
    """Provisional, differential or unconfirmed: never makes a criterion true."""
    history: bool = False
    """A personal-history code: answers "ever", is no current disease."""
    by_name: bool = False
    """Known by its text alone, which equals one of the set's names."""
    severity: Literal["mild", "moderate", "severe"] | None = None
    relapsed: bool = False
    """Its clinical status says that it came back: a relapse or a recurrence."""

    @property
    def when(self) -> When | None:
        """Its onset, else the day it was recorded."""
        return self.onset or self.recorded


class Exposure(NamedTuple):
    """One course or dose of one ingredient; it stands in the record under that and under each class that holds it."""

    reference: str
    ingredient: str
    shown: str
    start: When | None
    end: When | None
    """`None` with `ongoing`: until the day of judging; `None` without: at some day within the 365 after the start."""
    ongoing: bool = False
    """Active or in progress: current as long as the period covers the day."""
    systemic: bool = True
    single: bool = False
    """One administration, not a course."""
    undecided: bool = False
    """A status that decides nothing ("unknown")."""
    daily_dose: Interval[Decimal] | None = None
    """mg of the ingredient a day, where the dosage could be read."""
    by_text: bool = False
    """Known by an ingredient's name in its text, without a code."""

    @property
    def when(self) -> When | None:
        """Its start."""
        return self.start


class Event(NamedTuple):
    """A procedure that was done, or a vaccine that was given."""

    reference: str
    name: str
    shown: str
    when: When | None
    by_name: bool = False
    end: When | None = None
    """The end of a course that the chart gives two ends of."""
    ongoing: bool = False
    """In progress: it goes on until the day of judging."""


class Allergy(NamedTuple):
    """An allergy or intolerance to a substance or drug; "no known allergy" is never one."""

    reference: str
    name: str
    shown: str
    when: When | None = None
    severe: bool | None = None


class Entry(NamedTuple):
    """An entry that could not be identified, or whose words hint at a set without a code that proves it."""

    reference: str
    kind: Kind
    shown: str
    when: When | None = None
    diagnosis: Diagnosis | None = None
    """Of a condition: its course, as if it were what its words hint at."""


class Trait(NamedTuple):
    """What the Patient resource itself says: an age, a sex."""

    reference: str
    shown: str
    when: When | None = None


class PersonAnswer(NamedTuple):
    """What a person said of one row of a trial: yes means that its statement holds of this patient."""

    reference: str
    ref: str
    yes: bool
    by: str
    when: When
    until: date
    """The last day on which it decides, by the site's policy."""
    note: str | None = None


Fact = Result | Diagnosis | Exposure | Event | Allergy | Entry | Trait | PersonAnswer


class Gap(Enum):
    """How the search for a kind of fact fell short."""

    FAILED = "failed"
    """Not made, refused, or broken: what was not found may exist. What was found still counts."""
    CUT_NEWEST_FIRST = "cut, newest first"
    """Stopped early, in an order that shows the newest: "most recent" still decides."""
    CUT = "cut"
    """Stopped early in no known order: presence proves, "most recent" decides nothing."""


class Record(NamedTuple):
    """The whole chart. Every index is keyed by value-set name; lists are newest first, undated last."""

    person: Person
    results: Mapping[str, tuple[Result, ...]] = {}
    diagnoses: Mapping[str, tuple[Diagnosis, ...]] = {}
    medications: Mapping[str, tuple[Exposure, ...]] = {}
    procedures: Mapping[str, tuple[Event, ...]] = {}
    immunizations: Mapping[str, tuple[Event, ...]] = {}
    allergies: Mapping[str, tuple[Allergy, ...]] = {}
    suspected: Mapping[str, tuple[Entry, ...]] = {}
    """Unmapped diagnoses and procedures whose words hint at the set."""
    unidentified: Mapping[Kind, tuple[Entry, ...]] = {}
    """Entries without a readable code or text, by kind."""
    gaps: Mapping[str, Gap] = {}
    """Kinds whose search was not answered in full, and names of result sets where only their searches fell short; what
    is absent here was searched in full."""
