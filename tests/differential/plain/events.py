"""Procedures, vaccines and allergies: what was done, what was given, what is not borne."""

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.plain.chart import Chart, Finding, Json, identified, moment, status_code, texts, word
from tests.differential.plain.chart import coded as coded_of
from tests.differential.plain.days import Span, back, lies_between, span
from tests.differential.plain.truth import ABSENT, FALSE, TRUE, Said, any_of, decided, unknown

AHEAD = ("leukapheresis", "lymphodepletion", "infusion")


def procedures(chart: Chart) -> list[Finding]:
    """What was or is being done."""
    return _done(
        chart, "Procedure", ("completed", "in-progress", "unknown"), "performed", "code", ("procedures", "diagnoses")
    )


def vaccines(chart: Chart) -> list[Finding]:
    """What was given."""
    return _done(chart, "Immunization", ("completed",), "occurrence", "vaccineCode", ("vaccines",))


def _done(
    chart: Chart, kind: str, statuses: tuple[str, ...], stem: str, concept: str, kinds: tuple[str, ...]
) -> list[Finding]:
    if kind not in chart.memory:
        chart.memory[kind] = list(_read(chart, kind, statuses, stem, concept, kinds))
    found: list[Finding] = chart.memory[kind]
    return found


def _read(
    chart: Chart, kind: str, statuses: tuple[str, ...], stem: str, concept: str, kinds: tuple[str, ...]
) -> list[Finding]:
    read = []
    for each in chart.of_type(kind):
        when = _period(each, stem)
        status = word(each.get("status"))
        began = status == "stopped" and when is not None
        if not (status in statuses or began) or (when is not None and when.first > chart.today):
            continue
        found = identified(each.get(concept), kinds)
        found.resource, found.when, found.maybe_so = each, when, status == "unknown"
        read.append(found)
    return read


def _period(resource: Json, stem: str) -> Span | None:
    """When it was; of a Period from its start to its end."""
    return moment(resource, stem)


def procedure(node: Node, chart: Chart) -> Said:
    """Whether a procedure was done, inside a window if there is one."""
    wanted = names(node["procedure"])
    said = _by_names(wanted, node, procedures(chart), chart)
    if said[0] != "true" and _hinted(wanted, node, chart):
        said = unknown("needs-person", said[1] if said[0] == "unknown" else None)
    if node.get("supports") == "true" and said[0] == "true":
        return unknown("needs-person")
    return unknown("needs-person", said[1] if said[0] == "unknown" else None) if _asks(node, said) else said


def _asks(node: Node, said: Said) -> bool:
    return said[0] != "true" and node.get("absent") == "ask"


def _hinted(wanted: list[str], node: Node, chart: Chart) -> bool:
    """Whether the words of a condition, of a day that could count, raise the question."""
    for each in chart.of_type("Condition"):
        when = span(each.get("onsetDateTime") or each.get("recordedDate"))
        refuted = status_code(each.get("verificationStatus")) == "refuted"
        seen = when is None or when.first <= chart.today
        hint = identified(each.get("code"), ("procedures", "diagnoses")).maybe & set(wanted)
        if hint and not refuted and seen and in_window(node, when, when, chart) != FALSE:
            return True
    return False


def immunization(node: Node, chart: Chart) -> Said:
    """Whether a vaccine was given, inside a window if there is one."""
    return _by_names(names(node["immunization"]), node, vaccines(chart), chart)


def _by_names(wanted: list[str], node: Node, done: list[Finding], chart: Chart) -> Said:
    told = [said for each in done for said in _of_finding(wanted, node, each, chart)]
    return any_of(told) if told else ABSENT


def _of_finding(wanted: list[str], node: Node, each: Finding, chart: Chart) -> list[Said]:
    if each.lost:
        return [unknown("no-data")]
    if each.names & set(wanted):
        said = in_window(node, each.when, each.when, chart)
        return [unknown("needs-person") if each.maybe_so and said != FALSE else said]
    if each.history & set(wanted):
        return [unknown("imprecise") if "within" in node else TRUE]
    if each.maybe & set(wanted):  # what would not count if it were the procedure raises no question
        return [] if in_window(node, each.when, each.when, chart) == FALSE else [unknown("needs-person")]
    return []


def in_window(node: Node, start: Span | None, end: Span | None, chart: Chart) -> Said:
    """Whether what ended at `end` lies inside the window; before a step that lies ahead it may still clear."""
    if "within" not in node:
        return TRUE
    if end is None:
        return unknown("imprecise")
    ahead = node.get("before") in AHEAD
    inside = lies_between(end, back(chart.today, node["within"]), None if ahead else chart.today)
    said = unknown("imprecise") if inside is None else decided(inside)
    if ahead and said != FALSE:
        return unknown("future") if said == TRUE else said
    return said


NO_ALLERGY = "no_known_allergy"


def allergy(node: Node, chart: Chart) -> Said:
    """Whether an allergy or intolerance to a substance, drug or class stands."""
    told: list[Said] = []
    for each in chart.of_type("AllergyIntolerance"):
        told += _of_allergy(set(names(node["allergy"])), node, each, chart)
    return any_of(told) if told else ABSENT


def _of_allergy(wanted: set[str], node: Node, each: Json, chart: Chart) -> list[Said]:
    if (
        status_code(each.get("verificationStatus")) == "refuted"
        or status_code(each.get("clinicalStatus")) == "resolved"
    ):
        return []
    recorded = span(each.get("onsetDateTime") or each.get("recordedDate"))
    if recorded is not None and recorded.first > chart.today:
        return []
    concept = each.get("code")
    found = substances(concept)
    if NO_ALLERGY in found:
        return []
    if found & wanted:
        return [unknown("needs-person") if node.get("supports") == "true" else TRUE]
    if not texts(concept) and not coded_of(concept):
        return [unknown("no-data")]
    return []


def substances(concept: Json | None) -> frozenset[str]:
    """Ingredients, classes and substances of a concept, by code, else by the words of its text."""
    by_code = frozenset[str]().union(*(codes.named_by(*pair) for pair in coded_of(concept)))
    if by_code:
        return by_code
    by_text = frozenset[str]().union(*(codes.drugs_in_text(text) for text in texts(concept)))
    return frozenset[str]().union(*(codes.holders(name) for name in by_text))
