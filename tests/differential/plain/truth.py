"""Three-valued truth with its reason, as pairs of words: ("unknown", "stale"), ("false", None)."""

Said = tuple[str, str | None]

TRUE: Said = ("true", None)
FALSE: Said = ("false", None)
ABSENT: Said = ("false", "not-in-chart")

# Decision rules, section 1: the reason that is named where several apply.
ORDER = [
    "text-missing",
    "undefined",
    "not-searched",
    "conflict",
    "unit",
    "no-reference-range",
    "stale",
    "imprecise",
    "future",
    "needs-person",
    "no-data",
]


def unknown(*reasons: str | None) -> Said:
    """Unknown, for the first of the reasons."""
    named = [reason for reason in reasons if reason]
    return ("unknown", min(named, key=ORDER.index))


def decided(truth: bool) -> Said:
    return TRUE if truth else FALSE


def opposite(said: Said) -> Said:
    truth, why = said
    return ({"true": "false", "false": "true", "unknown": "unknown"}[truth], why)


def any_of(parts: list[Said]) -> Said:
    """True by one true part, false by all; a fact in hand among the parts that decide leaves no reason."""
    return opposite(all_of([opposite(part) for part in parts]))


def all_of(parts: list[Said]) -> Said:
    return at_least(len(parts), parts)


def at_least(count: int, parts: list[Said]) -> Said:
    true = [part for part in parts if part[0] == "true"]
    false = [part for part in parts if part[0] == "false"]
    open_ = [part for part in parts if part[0] == "unknown"]
    if len(true) >= count:
        return ("true", _shared(true))
    if len(true) + len(open_) < count:
        return ("false", _shared(false))
    return unknown(*(why for _, why in open_))


def _shared(parts: list[Said]) -> str | None:
    """The reason of what decides: none if facts decide a part of it."""
    reasons = [why for _, why in parts]
    return None if None in reasons or not reasons else reasons[0]
