"""Boundary patients for procedures, vaccines and allergies."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.patients.diagnosed import SAMPLE, coded, some_code, worded
from tests.differential.patients.pieces import (
    LOCAL,
    Json,
    Piece,
    ago,
    codes_of,
    concept,
    event,
    in_error,
    of_another,
    text,
)
from tests.differential.plain.days import back

Sorted = Iterator[tuple[str, tuple[Json, ...]]]
STATUSES = {
    "Procedure": ("completed", "in-progress", "preparation", "not-done", "on-hold", "stopped", "unknown", "Completed "),
    "Immunization": ("completed", "not-done", "Completed "),
}


def done(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a procedure or a vaccine."""
    kind, key = ("Procedure", "procedure") if "procedure" in node else ("Immunization", "immunization")
    yield Piece(ref, "missing")
    for name in names(node[key]):
        for sort, resources in _of_set(kind, name, node, today, random):
            yield Piece(ref, sort, resources)
    for nothing in (None, concept("snomed", "44054006")):
        yield Piece(ref, "unidentified", (event(kind, nothing, ago(today, 2)),))
    yield Piece(ref, "another one", (event(kind, {"text": "dressing of a finger"}, ago(today, 2)),))


def _of_set(kind: str, name: str, node: Node, today: date, random: Random) -> Sorted:
    for sort, code in (*coded(name, random), *worded(name, random)):
        yield sort, (event(kind, code, ago(today, 1)),)
    if (own := some_code(name)) is not None:
        yield from _on_days(kind, own, node, today)


def _on_days(kind: str, code: Json, node: Node, today: date) -> Sorted:
    for status in STATUSES[kind]:
        yield f"status {status.strip().lower()}", (event(kind, code, ago(today, 1), status=status),)
    made = event(kind, code, ago(today, 1))
    yield "entered in error", (in_error(made),)
    yield "wrong patient", (of_another(made),)
    yield "future", (event(kind, code, ago(today, -1)),)
    yield "undated", (event(kind, code, None),)
    yield "of today", (event(kind, code, text(today)),)
    yield "very old", (event(kind, code, ago(today, 9000)),)
    limit = back(today, node.get("within", "6 months"))
    for days, sort in {-1: "window a day past", 0: "window on the day", 1: "window a day inside"}.items():
        day = text(limit + timedelta(days=days))
        yield sort, (event(kind, code, day),)
        yield sort, (event(kind, code, f"{day}T23:30:00+08:00"),)
        yield sort, (event(kind, code, day), event(kind, code, ago(today, 9000)))
    for partial in (text(limit)[:7], text(limit)[:4], text(today)[:7]):
        yield "partial date", (event(kind, code, partial),)


def allergic(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of an allergy."""
    yield Piece(ref, "missing")
    for name in names(node["allergy"]):
        for sort, resources in _of_substance(name, today, random):
            yield Piece(ref, sort, resources)
    for code in codes_of("no_known_allergy")["snomed"]:
        yield Piece(ref, "no known allergy", (_allergy(concept("snomed", code), today),))
    yield Piece(ref, "no known allergy", (_allergy({"text": "NKDA"}, today),))
    yield Piece(ref, "unidentified", (_allergy(None, today),))
    yield Piece(ref, "another one", (_allergy({"text": "peanuts"}, today),))


def _of_substance(name: str, today: date, random: Random) -> Sorted:
    for system, listed in codes_of(name).items():
        for code in random.sample(listed, min(2 * SAMPLE, len(listed))):
            yield "by code", (_allergy(concept(system, code), today),)
        yield "system as urn:oid", (_allergy(concept(system, listed[0], oid=True), today),)
    inner = [each for each in sorted(codes.members(name)) if codes.blocks()[each].get("names")]
    for each in random.sample(inner, min(SAMPLE, len(inner))):
        listed = names(codes.blocks()[each]["names"])
        yield (
            "name without a code",
            (_allergy({"text": f"allergic to {random.choice(listed)} since childhood"}, today),),
        )
        yield (
            "name beside a local code",
            (_allergy({"coding": [{"system": LOCAL, "code": "X"}], "text": listed[0]}, today),),
        )
    if (own := some_code(name)) is not None:
        yield from _standing(own, today)


def _standing(code: Json, today: date) -> Sorted:
    for verification in ("confirmed", "unconfirmed", "refuted", None):
        for clinical in ("active", "inactive", "resolved", None):
            sort = "refuted or resolved" if verification == "refuted" or clinical == "resolved" else "standing"
            yield sort, (_allergy(code, today, clinical=clinical, verification=verification),)
    made = _allergy(code, today)
    yield "entered in error", (in_error(made),)
    yield "wrong patient", (of_another(made),)
    yield "future", ({**made, "recordedDate": ago(today, -1)},)
    for kind in ("allergy", "intolerance"):
        yield "standing", ({**made, "type": kind},)
    for severity in ("mild", "severe"):
        yield "with a severity", ({**made, "criticality": "high", "reaction": [{"severity": severity}]},)


def _allergy(code: Json | None, today: date, **more: Any) -> Json:
    made: Json = {"resourceType": "AllergyIntolerance", "recordedDate": ago(today, 300)}
    states = (
        ("clinicalStatus", more.pop("clinical", "active")),
        ("verificationStatus", more.pop("verification", "confirmed")),
    )
    made |= {key: {"coding": [{"code": said}]} for key, said in states if said}
    return made if code is None else {**made, "code": code}
