"""Diagnoses: whether one is there, since when, and whether it goes on; provisional ones and words are for a person."""

from datetime import date, timedelta

from tests.differential import codes
from tests.differential.definitions import Node, names
from tests.differential.plain.chart import DIAGNOSES, Chart, Finding, Json, identified, status_code
from tests.differential.plain.days import Span, back, lies_between, span
from tests.differential.plain.events import procedures
from tests.differential.plain.truth import ABSENT, FALSE, TRUE, Said, any_of, decided, unknown

DOUBTED = ("provisional", "differential", "unconfirmed")
GOING_ON = ("active", "recurrence", "relapse")
CURRENCY = {"pregnancy": timedelta(days=300), "lactation": timedelta(days=365)}


def conditions(chart: Chart) -> list[Finding]:
    """The conditions that count: not refuted, not of the future."""
    if "conditions" not in chart.memory:
        chart.memory["conditions"] = [found for each in chart.of_type("Condition") for found in _finding(each, chart)]
    found: list[Finding] = chart.memory["conditions"]
    return found


def hinted(name: str, chart: Chart) -> bool:
    """Whether the words, codes or doubtful status of a procedure raise the question of a diagnosis."""
    return any(name in each.maybe or (each.maybe_so and name in each.names) for each in procedures(chart))


def _finding(resource: Json, chart: Chart) -> list[Finding]:
    said = status_code(resource.get("verificationStatus"))
    when = span(resource.get("onsetDateTime") or resource.get("recordedDate"))
    if said == "refuted" or (when is not None and when.first > chart.today):
        return []
    found = identified(resource.get("code"), DIAGNOSES)
    found.resource, found.when, found.maybe_so = resource, when, said in DOUBTED
    return [found]


def diagnosis(node: Node, chart: Chart) -> Said:
    """What the diagnoses say of a statement."""
    proved = _proved(node, chart)
    if proved[0] == "true":
        return proved
    refuting = set(names(node.get("refuted_by")))
    if any((each.names | each.history) & refuting and not each.maybe_so for each in conditions(chart)):
        return FALSE
    supporting = [said for name in names(node.get("supported_by")) for said in _each(name, node, chart)]
    reasons = ["needs-person" if said[0] == "true" else said[1] for said in supporting if said[0] != "false"]
    if proved[0] == "unknown":
        reasons.append(proved[1])
    if reasons or node.get("absent") == "ask":
        return unknown(*reasons, "needs-person" if node.get("absent") == "ask" else None)
    facts = [said for said in (proved, *supporting) if said == FALSE]
    return FALSE if facts else ABSENT


def _proved(node: Node, chart: Chart) -> Said:
    if "condition" not in node:
        return ABSENT
    return any_of([_by_name(name, node, chart) for name in names(node["condition"])])


def _by_name(name: str, node: Node, chart: Chart) -> Said:
    """One diagnosis, by all its findings."""
    return any_of(_each(name, node, chart))


def _each(name: str, node: Node, chart: Chart) -> list[Said]:
    """What each finding says of one diagnosis; what nobody can identify may be it."""
    without = set(names(node.get("apart_from")))
    counting = [each for each in conditions(chart) if not each.names & without]
    said = [_of_finding(name, each, node, chart) for each in counting]
    lost = [unknown("no-data") for each in conditions(chart) if each.lost]
    lost += [unknown("needs-person")] if hinted(name, chart) else []
    return [each for each in said if each is not None] + lost or [ABSENT]


def _of_finding(name: str, each: Finding, node: Node, chart: Chart) -> Said | None:
    if name in each.names:
        said = _holds(each, name, node, chart)
        return unknown("needs-person", said[1]) if each.maybe_so and said != FALSE else said
    if name in each.history:
        return _of_history(each, name, node, chart)
    if name in each.maybe:  # what would not count if it were the diagnosis raises no question
        return None if _holds(each, name, node, chart) == FALSE else unknown("needs-person")
    return None


def _of_history(each: Finding, name: str, node: Node, chart: Chart) -> Said:
    """A code that looks back answers "ever"; of a window it says only that it is over, of an event also when it was."""
    window = {"within", "onset_within", "at_least_ago"} & set(node)
    if node.get("when") == "current":
        return FALSE
    if window and _event(each, name):
        return _onset_within(each.resource, back(chart.today, node.get("onset_within") or node["within"]), chart.today)
    return unknown("imprecise") if window else TRUE


def _holds(each: Finding, name: str, node: Node, chart: Chart) -> Said:
    resource = each.resource
    if "currency" in node:
        return _state(resource, node, chart)
    if "onset_within" in node or ("within" in node and _event(each, name)):
        return _onset_within(resource, back(chart.today, node.get("onset_within") or node["within"]), chart.today)
    if "within" in node:
        return _course_within(resource, back(chart.today, node["within"]), chart)
    if "at_least_ago" in node:
        return _at_least_ago(resource, back(chart.today, node["at_least_ago"]))
    if node.get("when") == "current" or ("when" not in node and "supported_by" not in node):
        return current(resource, chart)
    return TRUE


def _event(each: Finding, name: str) -> bool:
    """Whether what was found is an event, in the set that is asked for or in one that it holds."""
    found = (each.names | each.history) & codes.members(name)
    return any(codes.blocks()[one].get("event") == "true" for one in found)


def current(resource: Json, chart: Chart) -> Said:
    """Active, or nothing said, and not abated before today; what ends later is not over yet, whatever is said."""
    ended = _ended(resource)
    clinical = status_code(resource.get("clinicalStatus"))
    going_on = clinical is None or clinical in GOING_ON
    if ended is None:
        return decided(going_on)
    if not going_on:
        return decided(ended.first > chart.today)
    if ended.last < chart.today or ended.first >= chart.today:
        return decided(ended.first >= chart.today)
    return unknown("imprecise")


def _ended(resource: Json) -> Span | None:
    return span(resource.get("abatementDateTime"))


def _course_within(resource: Json, start: date, chart: Chart) -> Said:
    """Any part of the course inside: it goes on, it ended inside, or it began inside."""
    ended, began = _ended(resource), span(resource.get("onsetDateTime"))
    if ended is not None:
        return _in(ended, start, None)
    if current(resource, chart) == TRUE:
        return TRUE
    return TRUE if began is not None and began.first >= start else unknown("imprecise")


def _onset_within(resource: Json, start: date, today: date) -> Said:
    """An onset decides; a recording alone can only refute."""
    began, recorded = span(resource.get("onsetDateTime")), span(resource.get("recordedDate"))
    if began is not None:
        return _in(began, start, today)
    return FALSE if recorded is not None and recorded.last < start else unknown("imprecise")


def _at_least_ago(resource: Json, limit: date) -> Said:
    """An onset decides unless the recording disagrees; a recording alone can only prove."""
    began, recorded = span(resource.get("onsetDateTime")), span(resource.get("recordedDate"))
    if began is None:
        return TRUE if recorded is not None and recorded.last <= limit else unknown("imprecise")
    said = _until(began, limit)
    if recorded is not None and _until(recorded, limit)[0] != said[0]:
        return unknown("imprecise")
    return said


def _in(when: Span, start: date, end: date | None) -> Said:
    inside = lies_between(when, start, end)
    return unknown("imprecise") if inside is None else decided(inside)


def _until(when: Span, limit: date) -> Said:
    if when.last <= limit:
        return TRUE
    return FALSE if when.first > limit else unknown("imprecise")


def _state(resource: Json, node: Node, chart: Chart) -> Said:
    """A state that ends by itself: current for so many days from its onset, else its recording."""
    going_on = current(resource, chart)
    if going_on != TRUE or _ended(resource) is not None:
        return going_on
    when = span(resource.get("onsetDateTime") or resource.get("recordedDate"))
    if when is None:
        return unknown("imprecise")
    said = _in(when, chart.today - CURRENCY[node["currency"]], chart.today)
    return unknown("stale") if said == FALSE else said
