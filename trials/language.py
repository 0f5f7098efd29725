"""The criterion language as plain values: what a definition says once its YAML has been read and checked.

A node is a test of the chart or a combination of nodes. A node with a `row` is one row of the criteria table: it is
reported, asked and counted as a whole, whatever stands inside it; groups above the rows only combine them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trials.amounts import Bound as Bound
from trials.amounts import Change as Change
from trials.amounts import Dose as Dose
from trials.amounts import HalfLives as HalfLives
from trials.interval import Interval
from trials.record import Answer, Sex
from trials.when import Span

Anchor = Literal["today", "sample", "leukapheresis", "lymphodepletion", "infusion"]
FUTURE_ANCHORS: frozenset[str] = frozenset({"leukapheresis", "lymphodepletion", "infusion"})
Pick = Literal["latest", "any", "all", "ever", "recent", "lowest", "highest"]
"""Which results decide; "ever" is the latest, contradicted by any earlier positive one, "recent" by a fresh one."""


@dataclass(frozen=True, slots=True)
class Row:
    """What a reported criterion carries besides its test."""

    ref: str
    statement: str
    question: str | None = None
    reading: str | None = None
    source_suspect: str | None = None
    modifiable: str | None = None
    """What can lift it (a pause, a later date, the investigator's word), so that it does not hide the trial."""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything that has a truth."""

    row: Row | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Age(Node):
    """Completed years today."""

    years: Interval[Decimal]


@dataclass(frozen=True, slots=True, kw_only=True)
class SexIs(Node):
    """Administrative sex."""

    sex: Sex


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed(Node):
    """A laboratory result, vital sign, score or measurement; exactly one of bound, answer, codes and change."""

    name: str
    bound: Bound | None = None
    answer: Answer | Literal["detected"] | None = None
    codes: tuple[str, ...] = ()
    change: Change | None = None
    pick: Pick = "latest"
    within: Span | None = None
    exact_unknown: str | None = None
    """A remark where a value exactly on the limit is for a person (a limit printed without a comparator)."""
    on_room_air: bool = False
    number_asks: bool = False
    """A number without the laboratory's own reading is for a person (a skin test in mm)."""
    number_never: bool = False
    """Only an answer in words or by its code counts: a number is for a person whatever its range and flag."""
    components: int | None = None
    """So many different components of the latest panel have one of `codes` (organs of a scale)."""
    after: tuple[str, ...] = ()
    """Only results after the first course of these drugs count, and the last of them must be fresh."""
    in_place: str | None = None
    """Another test of the same question: where it is negative and this one was not done, this one does not apply."""
    confirmed_by: str | None = None
    """The test that confirms or denies this one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found(Node):
    """A diagnosis. With `supported_by` alone it is a statement that a diagnosis supports and never proves."""

    names: tuple[str, ...] = ()
    when: Literal["ever", "current", "past", "relapsed"] = "ever"
    """"past": it was there and is over; "relapsed": its clinical status says that it came back."""
    within: Span | None = None
    """Any part of its course lies within this long before today."""
    onset_within: Span | None = None
    """Events and new diagnoses: the onset lies within this long before today."""
    onset_before_age: int | None = None
    """It began before the birthday of so many years."""
    at_least_ago: Span | None = None
    cured_for: Span | None = None
    severe: bool = False
    times: int = 1
    """On so many different days."""
    currency: Literal["pregnancy", "lactation"] | None = None
    """A state that ends by itself: current for a number of days that the site sets."""
    supported_by: tuple[str, ...] = ()
    """Diagnoses whose presence leaves the statement to a person."""
    refuted_by: tuple[str, ...] = ()
    """Diagnoses whose presence makes it false."""
    apart_from: tuple[str, ...] = ()
    """Findings of these sets do not count here, whatever else they are: lupus itself, a manifestation of it."""
    absent: Literal["false", "ask"] = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Took(Node):
    """A drug or class, systemically."""

    names: tuple[str, ...]
    when: Literal["ever", "current"] = "ever"
    within: Span | HalfLives | None = None
    before: Anchor = "today"
    length: Span | None = None
    dose: Dose | None = None
    """Only exposures at this daily dose count."""
    agents: int | None = None
    """So many different ingredients, each for `length`; `None` pools the class."""
    open_list: tuple[str, ...] = ()
    """Further classes: a drug of these leaves the statement to a person ("e.g." lists)."""
    apart_from: tuple[str, ...] = ()
    """Drugs of the classes that do not count here, since another criterion names them."""
    absent: Literal["false", "ask"] = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Node):
    """A procedure."""

    names: tuple[str, ...]
    within: Span | None = None
    before: Anchor = "today"
    supported: bool = False
    """Its presence leaves the statement to a person."""
    absent: Literal["false", "ask"] = "false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Immunized(Node):
    """A vaccine that was given."""

    names: tuple[str, ...]
    within: Span | None = None
    before: Anchor = "today"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allergic(Node):
    """An allergy to a substance or drug."""

    names: tuple[str, ...]
    severe: bool = False
    supported: bool = False
    """Its presence leaves the statement to a person (agents that the text does not name)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked(Node):
    """What no chart can answer."""

    shows: tuple[str, ...] = ()
    """Results, diagnoses and drugs that a person will want to see beside the question; they decide nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing(Node):
    """Protocol text that is not in our copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined(Node):
    """A statement whose text sets no limit."""

    shows: tuple[str, ...] = ()
    """As of `Asked`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NotWritten(Node):
    """A row of the protocol that this definition does not have yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf(Node):
    """Every part; with `but` so many may fail if a person accepts it (`but_row` is that question)."""

    parts: tuple[Node, ...]
    but: int = 0
    but_row: Node | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf(Node):
    """One part or more."""

    parts: tuple[Node, ...]
    open: bool = False
    """The parts are examples: that none of them holds does not make it false."""
    waiver: bool = False
    """The last part waives the ones before it ("unless ...")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLeast(Node):
    """So many of the parts."""

    count: int
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstOf(Node):
    """Different tests of one question: the first that decides, else the first of which the chart holds anything."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside(Node):
    """A test, and a code that says the same: it decides where the test does not, and may contradict it."""

    part: Node
    code: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Not(Node):
    """The negative of its part."""

    part: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Except(Node):
    """`part`, finding by finding, without the findings of which `carve` holds."""

    part: Node
    carve: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampled(Node):
    """`part`, whose result counts only if `valid` holds of its sample; elsewhere nobody is barred by it."""

    part: Node
    valid: Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside(Node):
    """`part`, and rows that the text names beside it and never requires: they are reported and decide nothing."""

    part: Node
    beside: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gated(Node):
    """`part` where `gate` holds of the patient; elsewhere it does not apply and cannot bar."""

    part: Node
    gate: Node
