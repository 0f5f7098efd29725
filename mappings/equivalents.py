"""How much of a glucocorticoid does what 5 mg of prednisone do, each with where that is published."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

_POTENCIES: Final = "Neuro-Oncol Pract 2014;2:6-12, table 1"
_USUAL: Final = "the usual clinical equivalence, not checked against a publication; to be compared with the site's own"


class Equivalent(NamedTuple):
    """A dose and its source."""

    mg: Decimal
    source: str


PREDNISONE_5_MG: Mapping[str, Equivalent] = {
    "prednisone": Equivalent(Decimal(5), _POTENCIES),
    "prednisolone": Equivalent(Decimal(5), _USUAL),
    "methylprednisolone": Equivalent(Decimal(4), _POTENCIES),
    "triamcinolone": Equivalent(Decimal(4), _USUAL),
    "deflazacort": Equivalent(Decimal(6), _USUAL),
    "hydrocortisone": Equivalent(Decimal(20), _POTENCIES),
    "cortisone": Equivalent(Decimal(25), _POTENCIES),
    "dexamethasone": Equivalent(Decimal("0.75"), f"{_USUAL}; {_POTENCIES} gives 0.67 mg"),
    "betamethasone": Equivalent(Decimal("0.6"), _USUAL),
}
"""mg of each that 5 mg of prednisone equal."""
