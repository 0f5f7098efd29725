"""A trial as FHIR: a Bundle of its ResearchStudy and its criteria, R4 Groups or an R5 EvidenceVariable.

What our copy does not say is not guessed: a recruitment status that is unknown is absent with that reason, and a
trial without criteria text has no criteria and says so.
"""

import json
import uuid
from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from app.library import Library
from app.wire.canonical import resource_id, trial_url
from app.wire.group import Flat
from app.wire.leaf import Json, Release, Words
from app.wire.lost import EVERYWHERE, Loss
from app.wire.rows import narrative, not_said
from app.wire.variable import Tree
from trials.judge import Trial
from trials.language import Missing, NotWritten
from trials.tree import tests

REGISTRIES: Final = {"nct": "http://clinicaltrials.gov"}
STATUS: Final = "http://hl7.org/fhir/research-study-status"
_ABSENT: Final = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}


class Export(NamedTuple):
    """A trial in one release of FHIR, and what that release could not say."""

    content: bytes
    losses: tuple[Loss, ...]


def exported(trial: Trial, library: Library, public_url: str | None, release: Release) -> Export:
    """The Bundle as the release's own model of `fhir.resources` writes it."""
    made = _R4(trial, library, public_url) if release == "r4" else _R5(trial, library, public_url)
    entries = [{"fullUrl": _full_url(one), "resource": one} for one in made.resources()]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    return Export(accepted(bundle, release), tuple(dict.fromkeys(made.losses)))


def accepted(resource: Json, release: Release) -> bytes:
    """The resource as its model writes it. What the model refuses is our fault, and is raised."""
    if release == "r4":
        from fhir.resources.R4B import get_fhir_model_class  # slow to load, and no hook needs it
    else:
        from fhir.resources import get_fhir_model_class  # as above
    model: Any = get_fhir_model_class(resource["resourceType"])
    return str(model.model_validate(resource).model_dump_json()).encode()


def _full_url(resource: Json) -> str:
    """An address that depends on nothing but type and id, by which the entries refer to each other."""
    return _address(resource["resourceType"], resource["id"])


def _address(type_: str, id: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"urn:trialhook:{type_}:{id}").urn


def _number(registry: str, value: str) -> Json:
    """A registry's number; under a system only where the registry has one that we know."""
    system = REGISTRIES.get(registry)
    return {"system": system, "value": value} if system else {"value": value, "assigner": {"display": registry}}


class _Study:
    """What both releases say alike."""

    def __init__(self, trial: Trial, library: Library, public_url: str | None, release: Release) -> None:
        self.trial, self.library, self.public_url = trial, library, public_url
        self.words = Words(library.terminology.sets, public_url, release)
        self.losses: list[Loss] = []

    def head(self) -> Json:
        """Names, registry numbers where they are certain, the diseases, and notes."""
        definition = self.trial.definition
        found: Json = {
            "resourceType": "ResearchStudy",
            "id": resource_id(self.trial.id)[:64],
            "text": narrative(self.trial.title, ()),
            "title": self.trial.title,
            "condition": [self.words.concept(name) for name in self._targets()],
            "description": definition.summary,
            "note": [{"text": text} for text in self._notes()],
        }
        numbers = [_number(key, value) for key, value in definition.registry]
        numbers.append({"system": "urn:ietf:rfc:3986", "value": trial_url(None, self.trial.id)})
        return {key: value for key, value in (found | {"identifier": numbers}).items() if value}

    def _targets(self) -> Iterable[str]:
        return dict.fromkeys(name for arm in self.trial.definition.arms for name in arm.targets)

    def _notes(self) -> Iterable[str]:
        definition = self.trial.definition
        if definition.source:
            yield f"Source: {definition.source}"
        if definition.not_assessable:
            yield f"Exported without criteria: {definition.not_assessable}."
        if definition.recruitment == "unknown":
            yield "The recruitment status is not in our copy; it is never taken as recruiting."
        for arm in definition.arms:
            for name in arm.targets_of_childhood:
                yield f"{arm.title}: also {self.words.sets[name].title}, begun before the age of 18 years."
        yield "The statements are restated in our own words; the protocol stays the authority."

    @property
    def whole(self) -> bool:
        """Whether every criterion of the protocol is in it."""
        found = (test for row in self.trial.rows for test in tests(row.group.node))
        return not any(isinstance(test, Missing | NotWritten) for test in found)


class _R4(_Study):
    def __init__(self, trial: Trial, library: Library, public_url: str | None) -> None:
        super().__init__(trial, library, public_url, "r4")

    def resources(self) -> list[Json]:
        """The study and the Groups that its enrolment names: one for each arm, behind the shared one."""
        groups = [] if self.trial.definition.not_assessable else list(self._groups())
        study = self.head() | self._status()
        study["arm"] = [{"name": arm.title} for arm in self.trial.definition.arms]
        study["enrollment"] = [{"reference": _full_url(one), "display": one["name"]} for one in groups]
        return [{key: value for key, value in study.items() if value}, *groups]

    def _status(self) -> Json:
        """The status has to be there; where our copy does not say it, it is absent for that reason."""
        return {"status": "active"} if self.trial.recruitment == "recruiting" else {"_status": {"extension": [_ABSENT]}}

    def _groups(self) -> Iterable[Json]:
        definition = self.trial.definition
        everywhere = [Loss((), text) for text in EVERYWHERE]
        flat = Flat(self.trial, self.library, self.public_url)
        found = flat.characteristics(definition.shared)
        arms = definition.arms if any(arm.groups for arm in definition.arms) else ()
        title, losses = f"{self.trial.title}: criteria{' of all arms' * bool(arms)}", [*everywhere, *flat.losses]
        shared = self._group("shared", title, found, losses, flat.aside)
        yield shared
        for arm in arms:
            flat = Flat(self.trial, self.library, self.public_url)
            behind: Json = {
                "code": {"text": "Meets the criteria of all arms"},
                "valueReference": {"reference": _full_url(shared)},
                "exclude": False,
            }
            found = [behind, *flat.characteristics(arm.groups)]
            yield self._group(arm.id, f"{self.trial.title}: {arm.title}", found, flat.losses, flat.aside)

    def _group(self, part: str, name: str, found: list[Json], losses: list[Loss], aside: list[Json]) -> Json:
        self.losses += losses
        made: Json = {
            "resourceType": "Group",
            "id": resource_id(f"{self.trial.id}-{part}")[:64],
            "text": narrative(name, losses),
            "extension": [*aside, *not_said(losses)],
            "type": "person",
            "actual": False,
            "name": name,
            "characteristic": found,
        }
        return {key: value for key, value in made.items() if value != []}


class _R5(_Study):
    def __init__(self, trial: Trial, library: Library, public_url: str | None) -> None:
        super().__init__(trial, library, public_url, "r5")

    def resources(self) -> list[Json]:
        """The study and the one EvidenceVariable of its eligibility."""
        study = self.head() | self._status() | {"url": trial_url(self.public_url, self.trial.id)}
        arms = self.trial.definition.arms
        study["comparisonGroup"] = [{"linkId": resource_id(arm.id), "name": arm.title} for arm in arms]
        variables = [] if self.trial.definition.not_assessable else [self._variable()]
        if variables:
            study["recruitment"] = {"eligibility": {"reference": _full_url(variables[0])}}
        return [{key: value for key, value in study.items() if value}, *variables]

    def _status(self) -> Json:
        """Of the record, and apart from it of the study's progress, if our copy says it."""
        if self.trial.recruitment != "recruiting":
            return {"status": "unknown"}
        coding = {"system": STATUS, "code": "recruiting", "display": "Recruiting"}
        return {"status": "active", "progressStatus": [{"state": {"coding": [coding]}}]}

    def _variable(self) -> Json:
        tree = Tree(self.trial, self.library, self.public_url)
        found = tree.characteristics()
        self.losses += tree.losses
        title = f"{self.trial.title}: eligibility"
        return {
            "resourceType": "EvidenceVariable",
            "id": resource_id(f"{self.trial.id}-eligibility")[:64],
            "text": narrative(title, tree.losses),
            "extension": not_said(tree.losses),
            "title": title,
            "status": "active" if self.whole else "draft",
            "actual": False,
            "characteristic": found,
        }


def pretty(content: bytes) -> str:
    """JSON for people to read."""
    return json.dumps(json.loads(content), indent=2, ensure_ascii=False)
