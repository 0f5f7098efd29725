"""What the service knows, loaded once at the start: terminology, trials, what they need, and the site's policy."""

from typing import NamedTuple

from app.settings import Settings
from app.terminology.incoming import additions
from app.terminology.resources import resources_of
from app.terminology.snapshot import Snapshot, snapshot_additions, snapshots
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
    snapshots: tuple[Snapshot, ...] = ()
    """What a terminology server said of value sets, if the site keeps it."""

    def trial(self, id: str) -> Trial | None:
        """The trial with that id."""
        return next((trial for trial in self.trials if trial.id == id), None)


def load_library(settings: Settings) -> Library:
    """The library of a site; an author's mistake raises `DefinitionError` or `MappingError`, whose text teaches."""
    terminology, behind = _with_site(settings)
    trials = load_trials(settings.trials or DEFINITIONS, terminology)
    _topics_differ(trials)
    needed = needs(trials, terminology.sets)
    return Library(terminology, trials, needed, searches(needed, terminology), settings.policy, behind)


def site_terminology(settings: Settings) -> Terminology:
    """The packaged terminology with what the site adds to it."""
    return _with_site(settings)[0]


def _with_site(settings: Settings) -> tuple[Terminology, tuple[Snapshot, ...]]:
    """The terminology, and the snapshots that stand behind a part of it."""
    for _ in (one for file in settings.concept_maps for one in resources_of(file, "ConceptMap")):
        pass  # FHIR's own model has seen it before it is read
    if not settings.value_sets and settings.terminology_snapshot is None:
        return load_terminology(concept_maps=settings.concept_maps), ()
    sets = load_terminology().sets
    folder = settings.terminology_snapshot
    found = tuple(snapshots(folder, sets).values()) if folder is not None else ()
    added = (*additions(settings.value_sets, sets), *snapshot_additions(found))
    return load_terminology(concept_maps=settings.concept_maps, additions=added), found


def _topics_differ(trials: tuple[Trial, ...]) -> None:
    """An EHR remembers a dismissed trial by its topic code: two trials must not share one."""
    seen: dict[str, str] = {}
    for trial in trials:
        other = seen.setdefault(topic_code(trial.id), trial.id)
        if other != trial.id:
            raise DefinitionError(
                f"trials '{other}' and '{trial.id}' have the same letters and digits in their ids; rename one"
            )
