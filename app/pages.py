"""Plain server-rendered pages of the trials, without any patient and without scripts."""

from itertools import groupby

from fastapi import Response
from jinja2 import Environment, PackageLoader

from app.catalogue import CriterionEntry, TrialDetail, TrialList

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def trials_page(trials: TrialList) -> Response:
    """The list of trials."""
    return _page("trials.html", trials=trials.trials)


def trial_page(detail: TrialDetail) -> Response:
    """One trial: its criteria in the protocol's order, how each is decided, and what is missing."""
    titles = {arm.id: arm.title for arm in detail.trial.arms}
    sections = [
        (titles.get(arm or "", "All arms"), kind, _groups(list(criteria)))
        for (arm, kind), criteria in groupby(detail.criteria, key=lambda one: (one.arm, one.kind))
    ]
    return _page("trial.html", detail=detail, trial=detail.trial, sections=sections)


def _groups(criteria: list[CriterionEntry]) -> list[tuple[str, list[CriterionEntry]]]:
    return [(name.replace("_", " "), list(members)) for name, members in groupby(criteria, key=lambda one: one.group)]


_TEMPLATES = Environment(loader=PackageLoader("app"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _page(name: str, **values: object) -> Response:
    return Response(_TEMPLATES.get_template(name).render(**values), 200, _HEADERS, "text/html")
