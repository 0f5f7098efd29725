"""Runs the product on the bytes of a chart, by the way of a direct query; the only module here that imports it."""

import json
from datetime import date
from functools import cache
from typing import Any

from app.direct import bundle_chart, read
from app.library import Library, load_library
from app.settings import Settings
from trials.judge import match


@cache
def _library() -> Library:
    return load_library(Settings())


def verdicts(bundle: Any, today: date, trials: frozenset[str] | None = None) -> dict[str, tuple[str, str | None]]:
    """Truth and reason of every row of the trials with these refs, or of all, by its ref."""
    library = _library()
    reading = read(bundle_chart(json.dumps(bundle).encode()), library, today, None)
    found = {}
    for trial in library.trials:
        if trials is None or trial.ref in trials:
            for judged in match(trial, reading.record, today, library.policy).criteria:
                why = judged.verdict.why
                found[judged.ref] = (str(judged.verdict.truth), None if why is None else str(why))
    return found
