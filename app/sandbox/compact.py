"""The short form in which the sandbox's patients and their codebook are written; a slip in it stops the start."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import yaml

Number = int | float
T = TypeVar("T")


class BadPatientFile(ValueError):
    """A file of the sandbox that is not written as this module says; names the file and the place."""


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What the short forms share: an unknown key is a slip."""


class Term(_Strict, frozen=True):
    """What a short name stands for: codes by system and the text beside them."""

    text: str = ""
    """Empty for an entry that a hospital's system sends as a code without a word."""
    loinc: Mapping[str, str] = {}
    snomed: Mapping[str, str] = {}
    icd10cm: Mapping[str, str] = {}
    rxnorm: Mapping[str, str] = {}
    cvx: Mapping[str, str] = {}
    local: Mapping[str, str] = {}
    """Codes of the invented hospital's own catalogue."""
    unit: str | None = None
    range: tuple[Number | None, Number | None] | None = None
    category: str | None = None
    """Of an Observation; `None` with a code is a laboratory test, `None` without a code is none at all."""
    route: str | None = None


class Finding(_Strict, frozen=True):
    """One result. Exactly one of value, answer, text, ratio and parts says what was found."""

    of: str
    day: str | None = None
    at: str = "08:30"
    value: Number | str | None = None
    """A number, or a number behind a comparator: "<0.3"."""
    answer: str | None = None
    """A coded answer of the codebook."""
    text: str | None = None
    ratio: tuple[Number, Number] | None = None
    parts: tuple["Finding", ...] = ()
    unit: str | None = None
    """Instead of the codebook's; "none" leaves the unit out, "text: X" gives it without a code."""
    range: tuple[Number | None, Number | None] | str | None = None
    """Instead of the codebook's; a string is a range as text, "none" leaves it out."""
    range_means: str | None = None
    flag: str | None = None
    """HL7 v3 interpretation: H, L, N, POS, NEG."""
    status: str = "final"


class Panel(_Strict, frozen=True):
    """The results of one panel, taken on one day; `but` replaces some of them."""

    panel: str
    day: str
    at: str = "08:30"
    but: tuple[Finding, ...] = ()
    without: tuple[str, ...] = ()


class Problem(_Strict, frozen=True):
    """One entry of the problem list: a name of the codebook, or a text without a code."""

    of: str | None = None
    text: str | None = None
    onset: str | None = None
    recorded: str | None = None
    abated: str | None = None
    clinical: str = "active"
    verification: str | None = "confirmed"


class Drug(_Strict, frozen=True):
    """One prescription, statement, or series of administrations."""

    of: str | None = None
    text: str | None = None
    kind: str = "request"
    """request, statement or administration."""
    start: str | None = None
    end: str | None = None
    status: str | None = None
    """Default: active without an end, completed with one."""
    every_days: int | None = None
    times: int = 1
    dose: str | None = None
    daily_mg: Number | None = None
    by_reference: bool = False
    """The drug stands in a Medication of its own."""


class Done(_Strict, frozen=True):
    """A procedure or a vaccination."""

    of: str
    day: str
    status: str = "completed"


class Chart(_Strict, frozen=True):
    """One invented patient."""

    id: str
    family: str
    given: str
    sex: str
    born: str
    story: str
    """For the page: what this chart is there to show."""
    died: str | None = None
    problems: tuple[Problem, ...] = ()
    drugs: tuple[Drug, ...] = ()
    panels: tuple[Panel, ...] = ()
    results: tuple[Finding, ...] = ()
    vaccinations: tuple[Done, ...] = ()
    procedures: tuple[Done, ...] = ()


class Codebook(_Strict, frozen=True):
    """What the short names stand for, by kind."""

    results: Mapping[str, Term]
    answers: Mapping[str, Term]
    diagnoses: Mapping[str, Term]
    medications: Mapping[str, Term]
    routes: Mapping[str, Term]
    vaccines: Mapping[str, Term]
    procedures: Mapping[str, Term]
    panels: Mapping[str, tuple[Finding, ...]]


def read_codebook(file: Path) -> Codebook:
    """The codebook in `file`; raises `BadPatientFile`."""
    return _read(file, Codebook)


def read_chart(file: Path) -> Chart:
    """The patient in `file`; raises `BadPatientFile`."""
    return _read(file, Chart)


def _read(file: Path, form: type[T]) -> T:
    try:
        content: Any = yaml.safe_load(file.read_text("utf-8"))
        return msgspec.convert(content, form)
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise BadPatientFile(f"{file.name}: {error}") from error
