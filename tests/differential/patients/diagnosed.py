"""Boundary patients for diagnoses: codes of each system, states, certainty, days of the course, history and words."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.patients.pieces import (
    LOCAL,
    Json,
    Piece,
    ago,
    codes_of,
    concept,
    condition,
    in_error,
    of_another,
    text,
)
from tests.differential.plain.days import back

Sorted = Iterator[tuple[str, tuple[Json, ...]]]
CLINICAL = ("active", "recurrence", "relapse", "inactive", "remission", "resolved", None)
VERIFICATION = ("confirmed", "provisional", "differential", "unconfirmed", "refuted", None)
WINDOWS = ("within", "onset_within", "at_least_ago")
SAMPLE = 4


def diagnosed(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a test of diagnoses; each set that it names gets its own."""
    yield Piece(ref, "missing")
    for name in [each for key in ("condition", "supported_by", "refuted_by") for each in names(node.get(key))]:
        for sort, resources in _of_set(name, node, today, random):
            yield Piece(ref, sort, resources)
    for sort, resources in unidentified(today):
        yield Piece(ref, sort, resources)


def _of_set(name: str, node: Node, today: date, random: Random) -> Sorted:
    for sort, code in coded(name, random):
        yield sort, (condition(code, onsetDateTime=ago(today, 20)),)
    for sort, code in worded(name, random):
        yield sort, (condition(code, onsetDateTime=ago(today, 20)),)
        yield (
            sort,
            (condition(code, clinical="resolved", onsetDateTime=ago(today, 900), abatementDateTime=ago(today, 800)),),
        )
    own = some_code(name)
    if own is not None:
        yield from _states(own, today)
        yield from _owners(own, today)
    events = [each for each in sorted(codes.members(name)) if codes.blocks()[each].get("event") == "true"]
    for code in filter(None, (own, *(some_code(each) for each in events))):
        limits = [back(today, node[key]) for key in WINDOWS if key in node]
        if "currency" in node:
            limits.append(today - timedelta(days={"pregnancy": 300, "lactation": 365}[node["currency"]]))
        for limit in limits or [back(today, "6 months")]:
            yield from _course(code, limit, today)


def some_code(name: str) -> Json | None:
    """One code of a set, else one of its names as a text."""
    coded_ = [concept(system, listed[0]) for system, listed in codes_of(name).items()]
    named = [{"text": each} for each in names(codes.blocks()[name].get("names"))]
    return next(iter(coded_ + named), None)


def coded(name: str, random: Random) -> Iterator[tuple[str, Json]]:
    """Codes of each system alone, both together, by object identifier, and the neighbours that are left out."""
    by_system = codes_of(name)
    titles = {"icd10cm": "ICD-10-CM alone", "snomed": "SNOMED CT alone"}
    for system, listed in by_system.items():
        for code in random.sample(listed, min(SAMPLE, len(listed))):
            yield titles.get(system, "another system"), concept(system, code)
        yield "system as urn:oid", concept(system, listed[0], oid=True)
    if {"icd10cm", "snomed"} <= set(by_system):
        both = [concept(system, by_system[system][0])["coding"][0] for system in ("icd10cm", "snomed")]
        yield "both systems", {"coding": both}
        yield "beside a local code", {"coding": [{"system": LOCAL, "code": "X1"}, both[0]]}
    for block in (codes.blocks()[each] for each in sorted(codes.members(name))):
        for sort, part in (("history code", "history"), ("code that hints", "hinted_by"), ("code left out", "but_not")):
            for system, listed_ in block.get(part, {}).items():
                some = list(listed_)
                for code in random.sample(some, min(SAMPLE, len(some))):
                    yield sort, concept(system.removesuffix("_prefix"), code)
        for prefix in list(block.get("icd10cm_prefix", {}))[:SAMPLE]:
            yield "below a prefix", concept("icd10cm", f"{prefix}{'.' if len(prefix) == 3 else ''}9")


def worded(name: str, random: Random) -> Iterator[tuple[str, Json]]:
    """Texts without a code: a name of the set, and a sentence that holds one of its words."""
    block = codes.blocks()[name]
    listed = names(block.get("names"))
    for each in random.sample(listed, min(SAMPLE, len(listed))):
        yield "name without a code", {"text": each}
        yield "name without a code", {"text": f" {each.upper()} "}
        yield "name beside a local code", {"coding": [{"system": LOCAL, "code": "X1"}], "text": each}
        yield "name as a display", {"coding": [{"system": LOCAL, "code": "X1", "display": each}]}
    words = names(block.get("words"))
    for each in random.sample(words, min(SAMPLE, len(words))):
        yield "word without a code", {"text": f"seen in clinic: {each.removeprefix('_')} to be clarified"}


def _states(code: Json, today: date) -> Sorted:
    for clinical in CLINICAL:
        for verification in VERIFICATION:
            sort = "provisional or refuted" if verification not in ("confirmed", None) else "state of the course"
            yield sort, (condition(code, clinical=clinical, verification=verification, onsetDateTime=ago(today, 30)),)
    for abated in (ago(today, -5), text(today), ago(today, 1), text(today)[:7], text(today)[:4], ago(today, 400)):
        for clinical in ("active", "resolved", None):
            yield (
                "abated",
                (condition(code, clinical=clinical, onsetDateTime=ago(today, 900), abatementDateTime=abated),),
            )


def _owners(code: Json, today: date) -> Sorted:
    made = condition(code, onsetDateTime=ago(today, 20))
    yield "entered in error", (in_error(made),)
    yield "wrong patient", (of_another(made),)
    yield "future", (condition(code, onsetDateTime=ago(today, -1)),)
    yield "future", (condition(code, recordedDate=ago(today, -1)),)
    yield "undated", (condition(code),)
    refuted = condition(code, verification="refuted", onsetDateTime=ago(today, 20))
    yield "conflicting at the same time", (made, refuted)
    yield "conflicting at the same time", (made, condition(code, clinical="resolved", onsetDateTime=ago(today, 20)))
    newer = {**made, "id": "same", "meta": {"versionId": "9"}}
    yield "two versions", (newer, {**refuted, "id": "same", "meta": {"versionId": "12"}})


def _course(code: Json, limit: date, today: date) -> Sorted:
    """Onset, recording and end on the limit, and a day before and after it."""
    sorts = {-1: "window a day past", 0: "window on the day", 1: "window a day inside"}
    for days, sort in sorts.items():
        day = text(limit + timedelta(days=days))
        yield sort, (condition(code, onsetDateTime=day),)
        yield sort, (condition(code, recordedDate=day),)
        yield sort, (condition(code, onsetDateTime=day, recordedDate=ago(today, 1)),)
        yield sort, (condition(code, onsetDateTime=ago(today, 3000), recordedDate=day),)
        yield sort, (condition(code, onsetDateTime=ago(today, 1), recordedDate=day),)
        for clinical in ("resolved", "active", "inactive"):
            yield sort, (condition(code, clinical=clinical, onsetDateTime=ago(today, 3000), abatementDateTime=day),)
            yield sort, (condition(code, clinical=clinical, onsetDateTime=day),)
            yield sort, (condition(code, clinical=clinical, abatementDateTime=day),)
    for partial in (text(limit)[:7], text(limit)[:4], text(today)[:7]):
        yield "partial date", (condition(code, onsetDateTime=partial),)
        yield "partial date", (condition(code, recordedDate=partial),)
        yield "partial date", (condition(code, clinical="resolved", abatementDateTime=partial),)
    yield "end without a date", (condition(code, clinical="resolved", onsetDateTime=ago(today, 3000)),)


def unidentified(today: date) -> Sorted:
    """Entries that say nothing of what they are, and others that are simply something else."""
    yield "unidentified", (condition(None, onsetDateTime=ago(today, 20)),)
    yield "unidentified", (condition({"text": "  "}, onsetDateTime=ago(today, 20)),)
    yield "unidentified", (condition(concept("snomed", "44054006"), onsetDateTime=ago(today, 20)),)
    for other in (concept("icd10cm", "Z00.00"), concept("icd10cm", "S93.401A"), {"text": "sprained ankle"}):
        yield "another diagnosis", (condition(other, onsetDateTime=ago(today, 20)),)
    for name in ("family_history", "exposure_to_disease", "screening_encounter", "other_personal_history"):
        for code in list(codes.blocks()[name].get("icd10cm", {}) or codes.blocks()[name]["icd10cm_prefix"])[:SAMPLE]:
            made = concept("icd10cm", code)
            made["coding"][0]["display"] = "cancer, stroke, transplant and lupus of somebody else"
            yield "screening, exposure or family", (condition(made, onsetDateTime=ago(today, 20)),)
