"""Numbers into the units of value sets: each spelling of a unit is looked up once."""

from decimal import Decimal
from typing import Final

from app.reading.numbers import Number
from mappings.terminology import Terminology
from mappings.units import PERCENT
from mappings.value_set import ValueSet
from trials.interval import Interval

REMEMBERED: Final = 4_096
LONGEST_REMEMBERED: Final = 80
_UNIT_LENGTH: Final = Interval(Decimal(0), Decimal(1))
_ONE: Final = Decimal(1)


class Units:
    """Converts by one terminology."""

    def __init__(self, terminology: Terminology) -> None:
        self._terminology = terminology
        self._factors: dict[tuple[str, str | None, str | None], Decimal | None] = {}

    def converted(
        self, value: Number, value_set: ValueSet, system: str | None, code: str | None, unit: str | None
    ) -> Number | None:
        """The value in the set's own unit; `None` if its unit is missing, unknown or of another dimension."""
        key = (value_set.name, code, unit)
        if key not in self._factors:
            long = len(code or "") + len(unit or "") > LONGEST_REMEMBERED
            if value_set.kind == "score" or value_set.unit == PERCENT or long:
                # Which scale a score without a unit is on depends on the number, as does a fraction or a percentage.
                return self._terminology.convert(value, value_set, system, code, unit)
            self._learn(key, value_set, system)
        factor = self._factors[key]
        if factor is None or factor is _ONE:
            return None if factor is None else value
        low, high, low_open, high_open = value
        return Interval(
            None if low is None else low * factor, None if high is None else high * factor, low_open, high_open
        )

    def _learn(self, key: tuple[str, str | None, str | None], value_set: ValueSet, system: str | None) -> None:
        """What one of this unit is in the set's own. Zero is zero in all of them, since no set has a temperature."""
        if len(self._factors) >= REMEMBERED:
            self._factors.clear()
        _, code, unit = key
        found = self._terminology.convert(_UNIT_LENGTH, value_set, system, code, unit)
        assert found is None or found.low == 0
        factor = None if found is None else found.high
        self._factors[key] = _ONE if factor == _ONE else factor
