"""What the service knows, loaded once at the start: terminology, trials, what they need, and the site's policy."""

from typing import NamedTuple

from app.settings import Settings
from app.terminology.incoming import additions
from app.terminology.resources import resources_of
from cds_hooks.cards import topic_code
from cds_hooks.prefetch import Search, searches
from mappings.terminology import Terminology, load_terminology
from trials.judge import Trial
from trials.library import DEFINITIONS, DefinitionError, load_trials
from trials.needs import Needs, needs
from trials.policy import Policy


class Library(NamedTuple):
    """Everything that is the same for every chart."""

    terminology: Terminology
    trials: tuple[Trial, ...]
    needs: Needs
    searches: tuple[Search, ...]
    policy: Policy

    def trial(self, id: str) -> Trial | None:
        """The trial with that id."""
        return next((trial for trial in self.trials if trial.id == id), None)


def load_library(settings: Settings) -> Library:
    """The library of a site; an author's mistake raises `DefinitionError` or `MappingError`, whose text teaches."""
    terminology = site_terminology(settings)
    trials = load_trials(settings.trials or DEFINITIONS, terminology)
    _topics_differ(trials)
    needed = needs(trials, terminology.sets)
    return Library(terminology, trials, needed, searches(needed, terminology), settings.policy)


def site_terminology(settings: Settings) -> Terminology:
    """The packaged terminology with what the site adds to it."""
    if not settings.concept_maps and not settings.value_sets:
        return load_terminology()
    for _ in (one for file in settings.concept_maps for one in resources_of(file, "ConceptMap")):
        pass  # FHIR's own model has seen it before it is read
    added = additions(settings.value_sets, load_terminology().sets) if settings.value_sets else ()
    return load_terminology(concept_maps=settings.concept_maps, additions=added)


def _topics_differ(trials: tuple[Trial, ...]) -> None:
    """An EHR remembers a dismissed trial by its topic code: two trials must not share one."""
    seen: dict[str, str] = {}
    for trial in trials:
        other = seen.setdefault(topic_code(trial.id), trial.id)
        if other != trial.id:
            raise DefinitionError(
                f"trials '{other}' and '{trial.id}' have the same letters and digits in their ids; rename one"
            )
