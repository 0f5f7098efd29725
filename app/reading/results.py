"""Observations into results: one for each value-set name that the Observation or one of its components has."""

from datetime import date
from typing import Final

import msgspec
from msgspec.structs import replace

from app.reading.concepts import kept
from app.reading.lazy import NOTHING
from app.reading.ranges import NONE, Limits, normal_limits
from app.reading.reader import Reader, filed, reference_of
from app.reading.shapes import Component, Observation, Valued, ranges_in
from app.reading.shown import clean
from app.reading.status import not_counting, plain_status
from app.reading.values import Reported, meaning, reported
from mappings.value_set import ValueSet
from trials.record import Result
from trials.when import When

COUNTS: Final = frozenset({"final", "amended", "corrected", "preliminary"})
PRELIMINARY: Final = "preliminary"
NO_VALUE: Final = "no value"


def read_observation(observation: Observation, reader: Reader) -> str | None:
    """Files its results; why it does not count."""
    status = observation.status if observation.status in COUNTS else plain_status(observation.status)
    if status not in COUNTS:
        return not_counting(status)
    names = reader.known("result", observation.code).names
    if not names and not observation.component:
        return None if _has_value(observation) else NO_VALUE
    said = said_by(observation, reader)
    graded = _graded_by_organ(names, reader) if observation.component else ()
    own = tuple(name for name in names if name not in graded)
    if own and said is not None:
        _file(observation, own, said, observation, reader)
    for component in observation.component or ():
        _read_component(component, observation, graded if said is not None else names, reader)
    return None if said is not None or observation.component else NO_VALUE


def _graded_by_organ(names: tuple[str, ...], reader: Reader) -> tuple[str, ...]:
    """Of these, the scales that grade organs one by one: a total beside the organs is no grade of any."""
    return tuple(name for name in names if reader.terminology.sets[name].components)


def said_by(valued: Valued, reader: Reader) -> Reported | None:
    """What was reported: a value, or the laboratory's reading alone; nothing where only a reason for its absence is."""
    said = reported(valued)
    if said is None and valued.interpretation is not NOTHING and valued.data_absent_reason is NOTHING:
        shown = reader.lexicon.interpretation(valued.interpretation).shown
        return Reported(shown) if shown else None
    return said


def moment(observation: Observation, reader: Reader) -> When | None:
    """The clinical date: `effective[x]`, never `issued`."""
    dates = reader.dates
    if observation.effective_date_time is not None:
        return dates.when(observation.effective_date_time)
    if observation.effective_period is not None:
        return dates.within(observation.effective_period)
    if observation.effective_instant is not None:
        return dates.when(observation.effective_instant)
    return dates.timing(observation.effective_timing)


def _has_value(valued: Valued) -> bool:
    """Whether something was reported, of whatever kind."""
    return (
        valued.value_quantity is not None
        or valued.value_codeable_concept is not None
        or valued.value_string is not None
        or reported(valued) is not None
        or (valued.interpretation is not NOTHING and valued.data_absent_reason is NOTHING)
    )


def _read_component(component: Component, observation: Observation, panel: tuple[str, ...], reader: Reader) -> None:
    """A component under its own name; under its panel's, where that is a scale of grades (BILAG: an organ each)."""
    known = reader.known("result", component.code)
    names, organ = known.names, ""
    if not names:
        names = tuple(name for name in panel if reader.terminology.sets[name].grades)
        organ = known.shown
    said = said_by(component, reader) if names else None
    if said is not None:
        shown = clean(f"{organ}: {said.shown}") if organ else said.shown
        _file(component, names, replace(said, shown=shown), observation, reader, part=organ)


def _file(
    valued: Valued,
    names: tuple[str, ...],
    said: Reported,
    observation: Observation,
    reader: Reader,
    part: str = "",
) -> None:
    when = moment(observation, reader)
    interpretation = reader.lexicon.interpretation(valued.interpretation).means
    reference = reference_of(observation)
    preliminary = observation.status != "final" and plain_status(observation.status) == PRELIMINARY
    day = when.first if when is not None else reader.today
    terminology = reader.terminology
    for name in names:
        value_set = terminology.sets[name]
        means = meaning(said, interpretation, value_set, terminology, reader.lexicon.units)
        low, high = NONE
        if valued.reference_range is not NOTHING and means.problem is None:
            low, high = _limits(valued.reference_range, value_set, said, day, reader)
        result = Result(
            reference,
            name,
            when,
            said.shown,
            means.value,
            means.answer,
            means.code,
            means.flag,
            low,
            high,
            means.problem,
            preliminary,
            part=part,
        )
        filed(reader.facts.results, name, result)


def _limits(raw: msgspec.Raw, value_set: ValueSet, said: Reported, day: date, reader: Reader) -> Limits:
    """The limits of normal; a laboratory prints the same range beside every result, which is read once."""
    key = (bytes(raw), value_set.name, said.code, said.unit)
    known = reader.lexicon.limits.get(key)
    if known is not None:
        return known
    ranges = ranges_in(raw) or []
    limits = normal_limits(ranges, value_set, said, person=reader.person, day=day, terminology=reader.terminology)
    if any(one.age or one.applies_to for one in ranges):
        return limits  # of this patient on this day
    return kept(reader.lexicon.limits, key, limits, len(key[0]))
