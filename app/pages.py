"""Plain server-rendered pages of the trials, without any patient and without scripts."""

from fastapi import Response
from jinja2 import Environment, PackageLoader

from app.catalogue import TrialList
from app.wire.page import Page, open_text

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def trials_page(trials: TrialList) -> Response:
    """The list of trials."""
    return _page("trials.html", trials=trials.trials)


def trial_page(page: Page) -> Response:
    """One trial: its criteria as the protocol groups them, how each is decided, its codes, and what is missing."""
    return _page("trial.html", page=page, trial=page.trial, open_text=open_text)


_TEMPLATES = Environment(loader=PackageLoader("app"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _page(name: str, **values: object) -> Response:
    return Response(_TEMPLATES.get_template(name).render(**values), 200, _HEADERS, "text/html")
