"""Boundary patients for drugs: products, ingredients and classes, routes, statuses, lengths, windows and half-lives."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.patients.ordered import box, days, infusion, order, statement
from tests.differential.patients.pieces import (
    LOCAL,
    Json,
    Piece,
    ago,
    codes_of,
    concept,
    in_error,
    of_another,
    text,
)
from tests.differential.plain.days import back, length_in_days

Sorted = Iterator[tuple[str, tuple[Json, ...]]]
SAMPLE = 6
ROUTES = ("Topical", "Oral", "Ophthalmic", "Intravenous", "inhalation", "口服", "外用")
ORDERED = ("active", "on-hold", "stopped", "completed", "draft", "cancelled", "unknown", "Active ")
INTENTS = ("order", "original-order", "filler-order", "instance-order", "proposal", "plan", "option")
STATED = ("active", "completed", "stopped", "on-hold", "not-taken", "intended", "unknown")
GIVEN = ("completed", "in-progress", "stopped", "on-hold", "not-done", "unknown")
HANDED = ("completed", "in-progress", "on-hold", "cancelled", "declined", "preparation", "stopped")


def drugged(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a test of drugs."""
    yield Piece(ref, "missing")
    wanted = names(node["medication"])
    for name in wanted:
        for sort, drug in identified(name, random):
            yield Piece(ref, sort, (statement(drug, *days(today, 400, 0)),))
    ingredients = ingredients_of(wanted)
    own = [some_drug(each) for each in ingredients]
    for sort, resources in (*_entries(random.choice(own), today), *_unidentified(today)):
        yield Piece(ref, sort, resources)
    for drug in random.sample(own, min(3, len(own))):
        for sort, resources in (*_lengths(node, drug, random.choice(own), today), *_windows(node, drug, today)):
            yield Piece(ref, sort, resources)
    for each in ingredients:
        for sort, resources in _washouts(node, each, today):
            yield Piece(ref, sort, resources)
    for sort, resources in _others(node, own, today, random):
        yield Piece(ref, sort, resources)


def ingredients_of(wanted: list[str]) -> list[str]:
    return sorted({one for name in wanted for one in codes.members(name) if codes.blocks()[one]["kind"] == "drugs"})


def some_drug(ingredient: str) -> Json:
    """A code of the ingredient, else one of its names."""
    for system, listed in codes_of(ingredient).items():
        return concept(system, listed[0])
    return {"text": names(codes.blocks()[ingredient]["names"])[0]}


def identified(name: str, random: Random) -> Iterator[tuple[str, Json]]:
    """Codes of products and ingredients in each system, and names in texts."""
    for system, listed in codes_of(name).items():
        for code in random.sample(listed, min(2 * SAMPLE, len(listed))):
            yield f"by {system} code", concept(system, code)
        yield "system as urn:oid", concept(system, listed[0], oid=True)
    for each in random.sample(ingredients_of([name]), min(SAMPLE, len(ingredients_of([name])))):
        for word in names(codes.blocks()[each].get("names"))[:SAMPLE]:
            yield "name without a code", {"text": f"{word.upper()} 10 mg daily"}
            yield "name beside a local code", {"coding": [{"system": LOCAL, "code": "X"}], "text": word}
            yield "name of a local form", {"text": f"{word} eye drops"}
            yield "name of a systemic form", {"text": f"{word} tablets"}
            yield "name inside a word", {"text": f"anti{word}ex" if word.isascii() else "anti"}


def _entries(drug: Json, today: date) -> Sorted:
    """The four kinds of entries with each of their states."""
    span = days(today, 400, 20)
    for status in ORDERED:
        for end in (None, span[1]):
            yield f"order, {status.strip().lower()}", (order(drug, span[0], end, status=status),)
    for intent in INTENTS:
        yield f"intent {intent}", (order(drug, *span, intent=intent),)
    yield "do not perform", (order(drug, *span, doNotPerform=True),)
    for status in STATED:
        yield f"statement, {status}", (statement(drug, *span, status=status),)
    for status in GIVEN:
        yield f"infusion, {status}", (infusion(drug, ago(today, 30), status=status),)
    for status in HANDED:
        yield f"box, {status}", (box(drug, ago(today, 300), 290, status=status),)
    for route in ROUTES:
        yield "route", (order(drug, *span, dosageInstruction=[{"route": {"text": route}}]),)
        yield "route", (statement(drug, *span, dosage=[{"route": {"text": route}}]),)
        yield "route", (infusion(drug, ago(today, 30), dosage={"route": {"text": route}}),)
    made = statement(drug, *span)
    yield "entered in error", (in_error(made),)
    yield "wrong patient", (of_another(made),)
    yield "future", (order(drug, ago(today, -1)),)
    yield "future", (infusion(drug, ago(today, -1)),)
    yield "undated", (order(drug, None),)
    yield "undated", (infusion(drug, None),)
    yield "conflicting at the same time", (made, statement(drug, *span, status="not-taken"))
    yield (
        "two versions",
        (
            {**made, "id": "same", "meta": {"versionId": "3"}},
            {**made, "id": "same", "meta": {"versionId": "12"}, "status": "entered-in-error"},
        ),
    )
    yield from _referred(drug, span)


def _referred(drug: Json, span: tuple[str, str]) -> Sorted:
    elsewhere = {"resourceType": "Medication", "id": "drug", "code": drug}
    bare = statement(None, *span)
    yield "by reference", ({**bare, "medicationReference": {"reference": "Medication/drug"}}, elsewhere)
    yield (
        "by reference",
        ({**bare, "medicationReference": {"reference": "#in"}, "contained": [{**elsewhere, "id": "in"}]},),
    )
    yield "reference that leads nowhere", ({**bare, "medicationReference": {"reference": "Medication/lost"}},)


def _unidentified(today: date) -> Sorted:
    span = days(today, 400, 20)
    for nothing in (None, {"coding": [{"system": LOCAL, "code": "X17"}]}, {"text": " "}):
        yield "unidentified", (statement(nothing, *span),)
    for other in (
        {"text": "paracetamol 500 mg"},
        {"coding": [{"system": LOCAL, "code": "X17", "display": "Vitamin C"}]},
    ):
        yield "another drug", (statement(other, *span),)


def _lengths(node: Node, drug: Json, other: Json, today: date) -> Sorted:
    """Courses of exactly the length asked for and a day less, alone, in parts, of two drugs, with open ends."""
    length = length_in_days(node["for"]) if "for" in node else 91
    for short, sort in ((0, "length on the limit"), (1, "length a day short")):
        needed = length - short
        for until in (0, 30, 1000):
            yield sort, (statement(drug, *days(today, needed, until), status="completed"),)
        yield sort, (order(drug, ago(today, needed - 1)),)
        yield sort, (box(drug, ago(today, needed + 9), needed),)
        first, second = days(today, 50, 200), days(today, needed - 50, 20)
        yield f"{sort}, in two parts", (statement(drug, *first), statement(drug, *second))
        yield f"{sort}, of two drugs", (statement(drug, *first), statement(other, *second))
        overlapping = (statement(drug, *days(today, 60, 100)), statement(drug, *days(today, needed - 50, 150)))
        yield f"{sort}, overlapping", overlapping
        yield f"{sort}, each of two drugs", tuple(statement(each, *days(today, needed, 10)) for each in (drug, other))
        yield (
            f"{sort}, beside a doubtful one",
            (
                statement(drug, *days(today, needed - 40, 10)),
                statement(drug, *days(today, 40, 300), status="unknown"),
            ),
        )
    yield "an active order beyond today", (order(drug, ago(today, length - 10), ago(today, -100)),)
    for begun in (length - 2, length - 1, length + 3, 400):
        yield "stopped without an end", (order(drug, ago(today, begun), status="stopped"),)
    for start, end in ((length + 20, 10), (length + 60, 0), (900, 700)):
        partial = (ago(today, start)[:7], ago(today, end)[:7])
        yield "partial date", (statement(drug, *partial, status="completed"),)
    yield "partial date", (statement(drug, ago(today, 900)[:4], ago(today, 400)[:4], status="completed"),)
    for gap in (14, 180):
        yield "single infusions", (infusion(drug, ago(today, 20)), infusion(drug, ago(today, 20 + gap)))
    yield "single infusions", (infusion(drug, ago(today, 20)), statement(drug, *days(today, length, 30)))


def _windows(node: Node, drug: Json, today: date) -> Sorted:
    """Courses and infusions that ended on the first day of a window, and a day before and after it."""
    within = node.get("within", "3 months")
    limit = back(today, within) if "half-li" not in within else today - timedelta(days=90)
    for shift, sort in {-1: "window a day past", 0: "window on the day", 1: "window a day inside"}.items():
        day = limit + timedelta(days=shift)
        yield sort, (infusion(drug, text(day)),)
        yield sort, (infusion(drug, f"{text(day)}T23:30:00+08:00"),)
        yield sort, (statement(drug, text(day - timedelta(days=40)), text(day), status="completed"),)
        yield sort, (order(drug, text(day), status="stopped"),)
        yield sort, (box(drug, text(day - timedelta(days=29)), 30),)
    yield "of today", (infusion(drug, text(today)),)
    yield "very old", (infusion(drug, ago(today, 3000)),)
    yield "partial date", (infusion(drug, text(limit)[:7]),)


def _washouts(node: Node, ingredient: str, today: date) -> Sorted:
    """The last day of a washout by half-lives, and a day on each side of it."""
    within = node.get("within", "")
    drug = some_drug(ingredient)
    if "half-li" not in within:
        return
    half_life = codes.blocks()[ingredient].get("half_life", {"hours": "240"})
    whole = Fraction(within.split()[0]) * Fraction(half_life["hours"]) / 24
    for shift in (-1, 0, 1, 2):
        day = today - timedelta(days=int(whole) + shift)
        known = "half_life" in codes.blocks()[ingredient]
        sort = f"half-lives and {shift} days" if known else "no half-life in the table"
        yield sort, (infusion(drug, text(day)),)
        yield sort, (statement(drug, text(day - timedelta(days=30)), text(day), status="completed"),)


def _others(node: Node, own: list[Json], today: date, random: Random) -> Sorted:
    """Drugs of the wider class, drugs that do not count here, and several agents at once."""
    wider = ingredients_of(names(node.get("or_others")) + names(node.get("apart_from")))
    for each in random.sample(wider, min(SAMPLE, len(wider))):
        drug = some_drug(each)
        for length in (10, 400):
            yield "another drug of the wider class", (statement(drug, *days(today, length, 20)),)
            yield (
                "beside another drug",
                (statement(drug, *days(today, length, 20)), statement(own[0], *days(today, length, 9))),
            )
    for _ in range(12):
        some = random.sample(own, min(random.choice((2, 3)), len(own)))
        courses = [
            statement(each, *days(today, random.choice((90, 91, 182, 400)), random.choice((0, 30)))) for each in some
        ]
        yield "several agents", tuple(courses)
