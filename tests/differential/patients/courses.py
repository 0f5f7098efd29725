"""Boundary patients where a drug and a result meet: after a course, before a sample, doses for each kg."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.patients.drugged import some_drug
from tests.differential.patients.ordered import daily, days, infusion, order, statement
from tests.differential.patients.pieces import Json, Piece, ago, codes_of, concept, quantity, result, text
from tests.differential.plain.days import back
from tests.differential.plain.doses import FIVE_MG


def measured_on(name: str, day: str, value: str) -> Json:
    """A result of a block in its own unit."""
    made = quantity(Fraction(value), codes.blocks()[name]["unit"])
    return result(concept("loinc", codes_of(name)["loinc"][0]), day, valueQuantity=made)


def after_a_course(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """Results on, before and after the last day of a first course, fresh and stale, with a second course or none."""
    (drug, other), name = (
        (some_drug(each) for each in random.sample(_ingredients(node["after"]), 2)),
        node["observation"],
    )
    over = "80"
    low = (node.get("max") or "30 x").partition(" ")[0]
    for end in (20, 91, 120, 400):
        course = statement(drug, *days(today, 60, end), status="completed")
        yield Piece(ref, "after a course", (course,))
        for day in (end + 1, end, end - 1, 3):
            for value in (low, over):
                yield Piece(ref, "around the end of a course", (course, measured_on(name, ago(today, day), value)))
            pair = (measured_on(name, ago(today, day), low), measured_on(name, ago(today, 2), over))
            yield Piece(ref, "low once after a course", (course, *pair))
            for start in (end - 1, end - 2, 10):
                again = statement(other, ago(today, start), ago(today, 5), status="completed")
                yield Piece(ref, "a second course", (course, again, *pair))
    result_ = measured_on(name, ago(today, 3), low)
    yield Piece(ref, "a course that goes on", (order(drug, ago(today, 200)), result_))
    yield Piece(ref, "a course without an end", (order(drug, ago(today, 200), status="stopped"), result_))
    yield Piece(ref, "a course of doubtful status", (statement(drug, *days(today, 60, 90), status="unknown"), result_))
    yield Piece(ref, "a single infusion", (infusion(drug, ago(today, 30)), result_))
    month = statement(drug, ago(today, 200)[:7], ago(today, 60)[:7], status="completed")
    for day in (61, 58, 90, 3):
        yield Piece(ref, "partial date", (month, measured_on(name, ago(today, day), low)))


def sampled(ref: str, node: Node, today: date) -> Iterator[Piece]:
    """A drug on the first day of the time before a sample, a day past it, on its day and after it."""
    name = node["sample_of"]
    drugs = [some_drug(each) for each in _ingredients(node["medication"])]
    for days_ago in (4, 40, 300):
        sample = today - timedelta(days=days_ago)
        made = measured_on(name, text(sample), "3")
        yield Piece(ref, "a sample alone", (made,))
        for drug in drugs:
            limit = back(sample, node["within"])
            for shift, sort in {-1: "window a day past", 0: "window on the day", 1: "window a day inside"}.items():
                day = text(limit + timedelta(days=shift))
                yield Piece(ref, sort, (made, infusion(drug, day)))
                yield Piece(ref, sort, (made, statement(drug, ago(today, 900), day, status="completed")))
            for after in (0, 1):
                day = text(sample + timedelta(days=after))
                yield Piece(ref, "on the day of the sample or after it", (made, infusion(drug, day)))
            yield Piece(ref, "over the sample", (made, order(drug, ago(today, 400))))
            yield Piece(ref, "partial date", (made, infusion(drug, text(limit)[:7])))
            newer = measured_on(name, text(today), "3")
            yield Piece(ref, "two samples", (made, newer, infusion(drug, text(sample))))
    yield Piece(ref, "an undated sample", (measured_on(name, "", "3"), infusion(drugs[0], ago(today, 3))))


def dosed(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """Doses on, below and above the limit for a weight, in equivalents of each drug, with weights far and near."""
    for name in _ingredients(node["medication"]):
        if name not in FIVE_MG:
            continue
        for share in ("0.98", "1", "1.02", "2.5"):
            for times in (1, 2):
                dose = Fraction(60) * Fraction(FIVE_MG[name]) / 5 * Fraction(share) / times
                for near in random.sample((0, 90, 91, 200), 2):
                    yield Piece(
                        ref, "a dose for a weight", _dose(some_drug(name), str(float(dose)), times, today, near)
                    )
    drug = some_drug("prednisone")
    yield Piece(ref, "a dose without a weight", (order(drug, ago(today, 50), dosageInstruction=daily("60")),))
    yield Piece(ref, "no dose", (order(drug, ago(today, 50)), measured_on("body_weight", ago(today, 50), "60")))
    weights = (measured_on("body_weight", ago(today, 60), "60"), measured_on("body_weight", ago(today, 20), "61"))
    course = order(drug, ago(today, 58), ago(today, 30), status="completed", dosageInstruction=daily("60.5"))
    yield Piece(ref, "two weights", (course, *weights))


def _dose(drug: Json, dose: str, times: int, today: date, near: int) -> tuple[Json, ...]:
    dosage = daily(dose, times)
    course = order(drug, ago(today, 30), ago(today, 20), status="completed", dosageInstruction=dosage)
    return (course, measured_on("body_weight", ago(today, 30 + near), "60"))


def _ingredients(wanted: str | list[str]) -> list[str]:
    found = {one for name in names(wanted) for one in codes.members(name) if codes.blocks()[one]["kind"] == "drugs"}
    return sorted(each for each in found if codes_of(each))
