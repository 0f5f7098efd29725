"""Checks trial definitions as an author wants it: everything that is wrong, by file and line, and the cases run."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from app.cases import review
from app.catalogue import tally
from mappings.terminology import Terminology
from trials.judge import Trial
from trials.library import DefinitionError, load_trial, load_trials


class Finding(NamedTuple):
    """What `check` says of one place: lines to print, and whether something is wrong."""

    lines: tuple[str, ...]
    wrong: bool


def check(path: Path, terminology: Terminology) -> Iterable[Finding]:
    """Findings on a folder of trials, one trial's folder, or its trial.yaml."""
    try:
        found = list(_loaded(path, terminology))
    except DefinitionError as error:
        yield Finding(tuple(str(error).splitlines()), wrong=True)
        return
    for trial, folder in found:
        yield _checked(trial, folder, terminology)


def _loaded(path: Path, terminology: Terminology) -> Iterable[tuple[Trial, Path]]:
    file = path / "trial.yaml" if path.is_dir() else path
    if file.is_file():
        return [(load_trial(file, terminology), file.parent)]
    folders = sorted(file.parent for file in path.glob("*/trial.yaml"))
    return zip(load_trials(path, terminology), folders, strict=True)


def _checked(trial: Trial, folder: Path, terminology: Terminology) -> Finding:
    lines = [f"{trial.ref} {trial.id}: {tally(trial)}"]
    if trial.definition.not_assessable is not None:
        return Finding((f"{trial.ref} {trial.id}: cannot be assessed", f"  {trial.definition.not_assessable}"), False)
    try:
        found = review(trial, folder, terminology)
    except DefinitionError as error:
        return Finding((*lines, *(f"  {line}" for line in str(error).splitlines())), wrong=True)
    failed = len({failure.case for failure in found.failures})
    lines.append(f"  {found.cases - failed} of {found.cases} cases pass")
    lines += [f"  {line}" for line in found.lines]
    return Finding(tuple(lines), wrong=bool(found.lines))
