"""Charts of invented patients as facts, and the built-in trials, for tests of what a card says."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from cds_hooks.choice import Pair
from cds_hooks.detail import Chart
from mappings.terminology import Terminology, load_terminology
from trials.interval import point
from trials.judge import Trial, match
from trials.library import DEFINITIONS, load_trials
from trials.policy import Policy
from trials.record import Answer, Diagnosis, Event, Exposure, Fact, Person, Record, Result
from trials.when import When

TODAY = date(2026, 11, 21)
PERSON = Person("Patient/test", None, "female")


@cache
def terminology() -> Terminology:
    return load_terminology()


@cache
def trials() -> tuple[Trial, ...]:
    return load_trials(DEFINITIONS, terminology())


def trial(ref: str) -> Trial:
    """The one whose rows begin so in the criteria table."""
    return next(one for one in trials() if one.ref == ref)


def on(day: date) -> When:
    start = datetime.combine(day, time(), UTC).timestamp()
    return When(day, day, start, start + 86_399, day.isoformat())


def ago(days: int) -> When:
    return on(TODAY - timedelta(days=days))


def result(name: str, value: str, *, days: int = 10, low: str | None = None, high: str | None = None) -> Result:
    unit = terminology().sets[name].unit or ""
    return Result(
        f"Observation/{name}",
        name,
        ago(days),
        f"{value} {unit}".strip(),
        value=point(Decimal(value)),
        low=None if low is None else Decimal(low),
        high=None if high is None else Decimal(high),
    )


def answered(name: str, answer: Answer, *, days: int = 10) -> Result:
    return Result(f"Observation/{name}", name, ago(days), answer.capitalize(), answer=answer)


def diagnosed(name: str, shown: str, **how: Any) -> Diagnosis:
    return Diagnosis(f"Condition/{name}", name, shown, onset=ago(900), recorded=ago(900), **how)


def took(ingredient: str, shown: str, *, days: int = 400) -> Exposure:
    return Exposure(f"MedicationStatement/{ingredient}", ingredient, shown, ago(days), None, ongoing=True)


def vaccinated(shown: str, *, days: int) -> Event:
    return Event("Immunization/1", "live_vaccine", shown, ago(days))


def indexed(*facts: Any) -> Mapping[str, tuple[Any, ...]]:
    """Facts under their names, and drugs under each class that holds them."""
    found: dict[str, tuple[Fact, ...]] = {}
    for fact in facts:
        name = fact.ingredient if isinstance(fact, Exposure) else fact.name
        for above in (name, *(terminology().classes(name) if isinstance(fact, Exposure) else ())):
            found[above] = (*found.get(above, ()), fact)
    return found


def sclerosis(**changes: Any) -> Record:
    """A woman with systemic sclerosis and lung disease, treated, with most results at hand."""
    kept: dict[str, Any] = {
        "person": PERSON._replace(birth=on(date(1986, 2, 1))),
        "diagnoses": indexed(
            diagnosed("systemic_sclerosis", "Systemic sclerosis"),
            diagnosed("interstitial_lung_disease", "Interstitial lung disease"),
        ),
        "medications": indexed(
            took("prednisone", "Prednisone 10 mg"),
            took("cyclophosphamide", "Cyclophosphamide 500 mg"),
            took("mycophenolate", "Mycophenolate 1 g"),
        ),
        "results": indexed(
            result("neutrophils", "2.1", low="1.8", high="7.5"),
            result("platelets", "21"),
            result("alt", "40", high="35"),
            result("fvc_percent_predicted", "58"),
            result("haemoglobin", "115", days=200),
            result("creatinine", "80"),
            answered("hiv_antibody", "negative"),
        ),
    }
    return Record(**{**kept, **changes})


def judged(record: Record, *chosen: Trial) -> list[Pair]:
    return [(trial, match(trial, record, TODAY, Policy())) for trial in chosen or trials()]


def chart(record: Record, *not_searched: str) -> Chart:
    return Chart(record, TODAY, terminology().sets, not_searched)
