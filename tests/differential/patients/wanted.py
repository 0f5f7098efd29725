"""Which sorts of boundary patients a leaf must have, by the kind of its tests, and why some have fewer."""

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.patients.derived import INPUTS
from tests.differential.patients.drugged import ingredients_of
from tests.differential.patients.measured import convertible
from tests.differential.patients.pieces import codes_of

EVERY_RESULT = {
    "missing",
    "stale",
    "on the last day of its time",
    "of today",
    "undated",
    "future",
    "entered in error",
    "wrong patient",
    "status preliminary",
    "status cancelled",
    "dataAbsentReason",
    "conflicting at the same time",
    "conflicting on the same day",
    "newer on the other side",
    "in a month that may be too old",
    "two versions",
    "system as urn:oid",
}
LIMITED = EVERY_RESULT | {
    "just in",
    "on the limit",
    "just out",
    "wrong dimension",
    "no unit",
    "a unit that nobody knows",
    "comparator <",
    "comparator <=",
    "comparator >",
    "comparator >=",
    "in a panel",
}
TITRED = EVERY_RESULT | {"just in", "on the limit", "just out", "an answer in words", "wrong dimension"}
ANSWERED = EVERY_RESULT | {
    *(
        f"{how} {answer}"
        for how in ("coded", "written", "flagged")
        for answer in ("positive", "negative", "indeterminate")
    ),
    "an answer that cannot be read",
    "a number against its range",
    "no reference range",
    "a number with a flag",
    "comparator <",
    "comparator >",
}
RANGED = {
    "no reference range",
    "range as text",
    "range with its upper end alone",
    "therapeutic range",
    "range of one sex",
}
COMPUTED = {"missing", "computed", "one input missing", "inputs apart", "an input in another unit", "an input twice"}
COMPUTED |= {"an input that cannot be read", "another person", "partial date"}
FOUND = {
    "missing",
    "future",
    "undated",
    "entered in error",
    "wrong patient",
    "conflicting at the same time",
    "two versions",
}
FOUND |= {
    "provisional or refuted",
    "state of the course",
    "abated",
    "system as urn:oid",
    "unidentified",
    "another diagnosis",
}
FOUND |= {
    "screening, exposure or family",
    "window a day past",
    "window on the day",
    "window a day inside",
    "partial date",
}
DONE = {"missing", "future", "undated", "entered in error", "wrong patient", "window a day past", "window on the day"}
DONE |= {"window a day inside", "partial date", "status not-done", "system as urn:oid", "unidentified", "another one"}
TOOK = {"missing", "future", "undated", "entered in error", "wrong patient", "conflicting at the same time", "route"}
TOOK |= {"length on the limit", "length a day short", "stopped without an end", "single infusions", "by reference"}
TOOK |= {"window a day past", "window on the day", "window a day inside", "name without a code", "name of a local form"}
TOOK |= {
    "order, draft",
    "intent proposal",
    "statement, not-taken",
    "statement, unknown",
    "box, completed",
    "unidentified",
}
ALLERGIC = {"missing", "by code", "refuted or resolved", "standing", "entered in error", "wrong patient", "future"}
ALLERGIC |= {"no known allergy", "name without a code", "unidentified", "another one"}
AGED = {"missing", "birthday today", "just in or out, a day before", "just in or out, a day after", "partial date"}

REASONS = {
    ("T2-X2c", "system as urn:oid"): "no code of a reservoir mask could be verified: names and words alone say it"
}
"""Why a leaf has no patients of a sort that its kind asks for."""


def wanted(test: Node) -> set[str]:
    """The sorts that a test asks for; what its sets cannot have is left out here, by what the mappings say of them."""
    if "age" in test:
        return AGED
    if "observation" in test:
        return _of_results(test)
    if "medication" in test:
        return TOOK | _of_drugs(test)
    if "allergy" in test:
        return ALLERGIC
    if "procedure" in test or "immunization" in test:
        return DONE
    if "condition" in test or "supported_by" in test:
        return FOUND | _of_codes(test)
    return set()


def _of_results(test: Node) -> set[str]:
    name = test["observation"]
    if name in INPUTS:
        return COMPUTED | (LIMITED | {"a reported value beside"} if "loinc" in codes_of(name) else set())
    if "is" in test:
        return ANSWERED
    if test.get("min", "").startswith("1:"):
        return TITRED
    ranged = any(test.get(key, "").endswith("LN") for key in ("min", "max", "above", "below"))
    return LIMITED | (RANGED if ranged else set()) | set(convertible(name).values()) | _spelled(name)


def _spelled(name: str) -> set[str]:
    return {"home-made spelling"} if convertible(name) else set()


def _of_codes(test: Node) -> set[str]:
    """Each system alone, history and neighbours, where the sets have such codes."""
    found = set()
    for name in names(test.get("condition")):
        systems = codes_of(name)
        found |= {"ICD-10-CM alone"} if "icd10cm" in systems else set()
        found |= {"SNOMED CT alone"} if "snomed" in systems else set()
        blocks = [codes.blocks()[each] for each in codes.members(name)]
        for sort, key in (("history code", "history"), ("code left out", "but_not"), ("code that hints", "hinted_by")):
            found |= {sort} if any(key in block for block in blocks) else set()
    return found


def _of_drugs(test: Node) -> set[str]:
    """Codes of each system that the drugs have; half-lives and agents where the test asks for them."""
    found = {f"by {system} code" for name in names(test["medication"]) for system in codes_of(name)}
    if "half-li" in test.get("within", ""):
        known = any("half_life" in codes.blocks()[each] for each in ingredients_of(names(test["medication"])))
        found |= (
            {"half-lives and 0 days", "half-lives and 1 days", "half-lives and 2 days"}
            if known
            else {"no half-life in the table"}
        )
    return found | ({"several agents"} if "agents" in test else set())
