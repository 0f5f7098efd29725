"""How much of a glucocorticoid does what 5 mg of prednisone do, each with where that is published."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, NamedTuple

_POTENCIES: Final = "Neuro-Oncol Pract 2014;2:6-12, table 1"
_CONVERTER: Final = (
    "GlobalRPH, corticosteroid converter, globalrph.com/medcalcs/"
    "corticosteroid-converter-based-on-anti-inflammatory-potency"
)
_ORAL: Final = (
    "Primary Health Station, corticosteroids equivalent dose, "
    "primaryhealthstation.blogspot.com/2012/04/corticosteroids-equivalent-dose.html"
)


class Equivalent(NamedTuple):
    """A dose and its source."""

    mg: Decimal
    source: str


PREDNISONE_5_MG: Mapping[str, Equivalent] = {
    "prednisone": Equivalent(Decimal(5), f"{_POTENCIES}; {_CONVERTER}"),
    "prednisolone": Equivalent(Decimal(5), _CONVERTER),
    "methylprednisolone": Equivalent(Decimal(4), f"{_POTENCIES}; {_CONVERTER}"),
    "triamcinolone": Equivalent(Decimal(4), f"{_CONVERTER}; {_ORAL}"),
    "deflazacort": Equivalent(Decimal(6), _ORAL),
    "hydrocortisone": Equivalent(Decimal(20), f"{_POTENCIES}; {_CONVERTER}"),
    "cortisone": Equivalent(Decimal(25), f"{_POTENCIES}; {_CONVERTER}"),
    "dexamethasone": Equivalent(Decimal("0.75"), f"{_CONVERTER}; {_ORAL}; {_POTENCIES} gives 0.67 mg"),
    "betamethasone": Equivalent(Decimal("0.6"), f"{_CONVERTER} gives 0.6 to 0.75 mg; {_ORAL} 0.75 mg"),
}
"""mg of each that 5 mg of prednisone equal; of a range its lower end, which makes the most of a dose."""
