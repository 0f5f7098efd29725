"""Which searches bring a chart: derived from what the loaded trials need, published as prefetch templates.

Knows FHIR's search syntax and the prefetch rules of CDS Hooks; does not know how, where or when a search is sent.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mappings.terminology import Terminology
from mappings.value_set import SetKind
from trials.needs import Needs
from trials.record import Kind

Params = tuple[tuple[str, str], ...]

PATIENT = "patient"
CONDITIONS = "conditions"

_TOKEN = "{{context.patientId}}"

_LONGEST_URL = 1800
"""Some gateways stop reading an address at 2,048 characters."""
_BASE_AND_PATIENT = 300
"""What is kept free of that for the server's base address and the longest patient id (64 characters)."""

# Many large pages cost a round trip each; servers that give less than they are asked for cut the page silently.
_LARGE = ("_count", "1000")
_SMALL = ("_count", "100")
_NEWEST_FIRST = ("_sort", "-date")

# Where scores arrive that have no standard code: they are found by category and then known by name.
_SCORE_CATEGORIES = ("category", "survey,exam,imaging,procedure")
_MEASURED_CATEGORIES = ("category", "laboratory,vital-signs,exam,imaging,procedure,survey")
_ALL_CATEGORIES = ("category", "laboratory,vital-signs,exam,imaging,procedure,survey,social-history,therapy,activity")

_OBSERVED: tuple[SetKind, ...] = ("laboratory", "vital", "score")
"""Kinds of value sets that Observations carry; scores come last, so that they share a search with few others."""


class Search(NamedTuple):
    """One FHIR read or search about one patient, under the key that prefetch has it under."""

    key: str
    type: str
    params: Params
    """Without the patient; empty for the read of the patient."""
    kind: Kind | None
    """What it brings; `None` for the patient."""
    plainer: tuple[Params, ...] = ()
    """What to ask, in this order, of a server that refuses `params`; each brings at least what is needed."""
    names: frozenset[str] = frozenset()
    """The value sets whose results it can bring, where it is one of several searches of its kind."""
    fuller: tuple[Params, ...] = ()
    """What to ask before `params` of a server that we call ourselves: it brings more, and fewer servers take it."""
    codes: frozenset[str] = frozenset()
    """The codes, without their systems, one of which each result of a search by code has."""

    @property
    def template(self) -> str:
        """The prefetch template, a relative URL."""
        return self._url(self.params, _TOKEN, safe="|")

    def query(self, patient_id: str) -> str:
        """The relative URL to send."""
        return self.queries(patient_id)[self.published]

    def queries(self, patient_id: str) -> tuple[str, ...]:
        """The relative URLs to send, the next one where a server refuses the one before."""
        return tuple(self._url(params, _quoted(patient_id), safe="") for params in self._forms)

    @property
    def published(self) -> int:
        """The number of the query that the template stands for."""
        return len(self.fuller)

    def newest_first(self, form: int) -> bool:
        """Whether the query of that number asks for the newest first."""
        return _NEWEST_FIRST in self._forms[form]

    @property
    def _forms(self) -> tuple[Params, ...]:
        return (*self.fuller, self.params, *self.plainer)

    def _url(self, params: Params, patient: str, safe: str) -> str:
        if self.key == PATIENT:
            return f"{self.type}/{patient}"
        return f"{self.type}?patient={patient}" + "".join(f"&{name}={_quoted(value, safe)}" for name, value in params)


def searches(needs: Needs, terminology: Terminology) -> tuple[Search, ...]:
    """The searches that bring what `needs` names: always the patient and all conditions, else only what is asked for.

    Conditions, drugs and the like are not narrowed by code: an entry that no value set knows may still be a question.
    No search is narrowed by date: a template has no way to say "today", and a result that is too old is shown as such.
    """
    found = [Search(PATIENT, "Patient", (), None), _plain(CONDITIONS, "Condition", "diagnosis")]
    if "result" in needs.kinds:
        found += _result_searches(needs.names, terminology)
    if "medication" in needs.kinds:
        found += [
            _plain("medication-requests", "MedicationRequest", "medication"),
            _plain("medication-statements", "MedicationStatement", "medication"),
            _plain("medication-administrations", "MedicationAdministration", "medication"),
        ]
    if "immunization" in needs.kinds:
        found.append(_dated("immunizations", "Immunization", "immunization"))
    if "procedure" in needs.kinds:
        found.append(_dated("procedures", "Procedure", "procedure"))
    if "allergy" in needs.kinds:
        found.append(_plain("allergies", "AllergyIntolerance", "allergy"))
    return tuple(found)


def _plain(key: str, type_: str, kind: Kind) -> Search:
    return Search(key, type_, (_LARGE,), kind, plainer=((),))


def _dated(key: str, type_: str, kind: Kind) -> Search:
    """A search of a type that has a search parameter `date` to sort by."""
    return Search(key, type_, (_NEWEST_FIRST, _LARGE), kind, plainer=((_SMALL,),))


def _result_searches(names: Iterable[str], terminology: Terminology) -> list[Search]:
    sets = terminology.sets
    kinds = {name: sets[name].kind for name in sorted(names) if name in sets}
    wanted = [name for kind in _OBSERVED for name, its_kind in kinds.items() if its_kind == kind]
    tokens = {name: _tokens(name, terminology) for name in wanted}
    found = [_coded(number, chunk, tokens) for number, chunk in enumerate(_chunks(tokens.values()), start=1)]
    scores = frozenset(name for name in wanted if kinds[name] == "score")
    return found + _score_searches(scores) if scores else found


def _coded(number: int, chunk: tuple[str, ...], tokens: Mapping[str, tuple[str, ...]]) -> Search:
    """Results by code. A result may also be a component of a panel whose own code nobody needs: `combo-code` finds it.

    It is no parameter of a template, because an EHR that does not know it would leave out the whole key, and with it
    every result, where no FHIR server comes with the call (docs/decisions.md).
    """
    written = ",".join(chunk)
    code = ("code", written)
    return Search(
        "observations" if number == 1 else f"observations-{number}",
        "Observation",
        (code, _NEWEST_FIRST, _LARGE),
        "result",
        # The last form is for servers that take Observations by category only.
        plainer=((code, _SMALL), (_MEASURED_CATEGORIES, _SMALL)),
        names=frozenset(name for name, own in tokens.items() if not set(chunk).isdisjoint(own)),
        fuller=((("combo-code", written), _NEWEST_FIRST, _LARGE),),
        codes=frozenset(_code_of(token) for token in chunk),
    )


def _score_searches(names: frozenset[str]) -> list[Search]:
    """Scores without a standard code, which a search by code would lose."""
    by_category = Search(
        "scores",
        "Observation",
        (_SCORE_CATEGORIES, _NEWEST_FIRST, _LARGE),
        "result",
        plainer=((_SCORE_CATEGORIES, _SMALL),),
        names=names,
    )
    # `:missing` is outside the subset that CDS Hooks recommends for templates, but nothing in it finds an Observation
    # that has no category, and a site's own scores often have none. A server may refuse it (all Observations
    # are then the plainer form); servers that want a category are asked for every standard one.
    uncategorised = Search(
        "uncategorised",
        "Observation",
        (("category:missing", "true"), _NEWEST_FIRST, _LARGE),
        "result",
        plainer=((_NEWEST_FIRST, _LARGE), (_ALL_CATEGORIES, _SMALL)),
        names=names,
    )
    return [by_category, uncategorised]


def _tokens(name: str, terminology: Terminology) -> tuple[str, ...]:
    """`system|code` of each code of the set and of those that it includes; behind them the site's own."""
    sets = (terminology.sets[member] for member in terminology.members(name))
    ours = (
        (system, code)
        for value_set in sets
        for system, codes in sorted(value_set.codes.items())
        for code in sorted(codes)
    )
    theirs = ((coding.system, coding.code) for coding in terminology.site_codes(name))
    return tuple(f"{_escaped(system)}|{_escaped(code)}" for system, code in (*ours, *theirs))


def _code_of(token: str) -> str:
    """The code of a token, as it was before it was escaped."""
    code = re.split(r"(?<!\\)\|", token)[-1]
    return re.sub(r"\\(.)", r"\1", code)


def _escaped(part: str | None) -> str:
    """A part of a token: the signs that a search reads as its own stand behind a backslash in a site's codes.

    See https://hl7.org/fhir/R4/search.html#escaping.
    """
    return re.sub(r"([\\,|$])", r"\\\1", part or "")


def _chunks(tokens_by_set: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The tokens in runs that fit a URL; those of one set stay together where they fit, each token stands once."""
    chunk: list[str] = []
    placed: set[str] = set()
    for tokens in tokens_by_set:
        new = [token for token in tokens if token not in placed]
        placed.update(new)
        if chunk and not _fits([*chunk, *new]):
            yield tuple(chunk)
            chunk = []
        for token in new:
            if chunk and not _fits([*chunk, token]):
                yield tuple(chunk)
                chunk = []
            chunk.append(token)
    if chunk:
        yield tuple(chunk)


def _fits(tokens: Iterable[str]) -> bool:
    return len(_quoted(",".join(tokens))) <= _LONGEST_URL - _BASE_AND_PATIENT


def _quoted(text: str, safe: str = "") -> str:
    """Percent-encoded for a query; `/`, `:` and the comma between codes may stand there as they are."""
    return "".join(
        chr(byte) if byte < 128 and (chr(byte).isalnum() or chr(byte) in "-._~/:," + safe) else f"%{byte:02X}"
        for byte in text.encode()
    )
