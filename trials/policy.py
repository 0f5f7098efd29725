"""Numbers that are the site's to choose, not the protocol's, with their defaults; shown as policy where they act."""

from collections.abc import Mapping
from typing import NamedTuple

from mappings.value_set import Freshness

FRESH_DAYS: Mapping[Freshness, int | None] = {
    "laboratory": 90,
    "vital": 90,
    "pregnancy_test": 7,
    "score": 180,
    "function": 180,
    "serology": 365,
    "autoantibody": 365,
    "viral_load": 90,
    "unlimited": None,
}


class Policy(NamedTuple):
    """A site's choices. Days, unless a name says otherwise."""

    fresh_days: Mapping[Freshness, int | None] = FRESH_DAYS
    """How old a deciding result may be where the protocol gives no window; `None` is no limit."""
    inputs_apart: int = 30
    """How far apart the weight and the creatinine of a computed clearance may lie."""
    weight_near_dose: int = 90
    """How far from a dose the weight may lie that it is divided by."""
    change_months: int = 12
    """How far back a change is looked for where the protocol gives no window."""
    pregnancy_current: int = 300
    lactation_current: int = 365
    order_without_end: int = 365
    """A stopped order without an end ended at some day within so many days of its start."""
    answer_days: int = 90
    """How long a person's recorded answer decides, counted from the day on which it was given."""
