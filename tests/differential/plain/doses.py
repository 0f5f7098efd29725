"""Daily doses of glucocorticoids: milligrams times how often, as prednisone, perhaps for each kg of body weight."""

from fractions import Fraction

from tests.differential.definitions import Node
from tests.differential.plain.amounts import Amount, amount, exactly, factor, inside
from tests.differential.plain.chart import Chart, Json
from tests.differential.plain.observed import Result, results
from tests.differential.plain.taken import Exposure

FIVE_MG = {
    "prednisone": "5",
    "prednisolone": "5",
    "methylprednisolone": "4",
    "triamcinolone": "4",
    "deflazacort": "6",
    "hydrocortisone": "20",
    "cortisone": "25",
    "dexamethasone": "0.75",
    "betamethasone": "0.6",
}
"""How many mg of each do what 5 mg of prednisone do."""
DAYS = {"d": Fraction(1), "h": Fraction(1, 24), "wk": Fraction(7)}
NEAR = 90


def at_dose(wanted: Node, some: list[Exposure], chart: Chart) -> tuple[list[Exposure], list[str]]:
    """The exposures at a daily dose, and why of others nobody can say it."""
    reached, open_ = [], []
    for each in some:
        said = _at(wanted, each, chart)
        if isinstance(said, str):
            open_.append(said)
        elif said:
            reached.append(each)
    return reached, open_


def _at(wanted: Node, each: Exposure, chart: Chart) -> bool | str:
    (key, text), *_ = wanted.items()
    number, unit = text.split()
    limit = Fraction(number)
    limits = (
        Amount(limit, None, key == "above") if key in ("min", "above") else Amount(None, limit, False, key == "below")
    )
    dose = _prednisone(each)
    if dose is None:
        return "needs-person"
    if unit == "mg/kg":
        weight = _weight(each, chart)
        if isinstance(weight, str):
            return weight
        dose /= weight
    return bool(inside(exactly(dose), limits))


def _prednisone(each: Exposure) -> Fraction | None:
    """mg of prednisone a day."""
    equal = [FIVE_MG[name] for name in each.ingredients if name in FIVE_MG]
    milligrams = _milligrams(each.resource)
    return None if len(equal) != 1 or milligrams is None else milligrams * 5 / Fraction(equal[0])


def _milligrams(resource: Json) -> Fraction | None:
    dosages = resource.get("dosageInstruction") or resource.get("dosage") or []
    if not isinstance(dosages, list) or len(dosages) != 1:
        return None
    repeat = dosages[0].get("timing", {}).get("repeat", {})
    rates = dosages[0].get("doseAndRate", [])
    if not rates or "period" not in repeat or rates[0].get("doseQuantity", {}).get("code") != "mg":
        return None
    often = Fraction(repeat.get("frequency", 1)) / (Fraction(repeat["period"]) * DAYS[repeat["periodUnit"]])
    return Fraction(str(rates[0]["doseQuantity"]["value"])) * often


def _weight(each: Exposure, chart: Chart) -> Fraction | str:
    """The weight in kg nearest in time to the exposure, not more than 90 days from it."""
    found: list[tuple[int, Fraction]] = []
    for result in results(chart, "body_weight"):
        kilograms = _kilograms(result)
        if result.when and kilograms is not None and each.start and each.end:
            before = (each.start.first - result.when.last).days
            after = (result.when.first - each.end.last).days
            found.append((max(before, after, 0), kilograms))
    if not found:
        return "no-data"
    distance, kilograms = min(found)
    return kilograms if distance <= NEAR else "stale"


def _kilograms(result: Result) -> Fraction | None:
    if result.quantity is None or (value := amount(result.quantity)) is None:
        return None
    times = factor(result.quantity, "body_weight")
    return None if times is None or value.low is None or value.low != value.high else value.low * times
