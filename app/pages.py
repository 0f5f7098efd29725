"""Plain server-rendered pages of the trials, without any patient and without scripts."""

from typing import Final

from fastapi import Response
from jinja2 import Environment, PackageLoader

from app.catalogue import TrialList
from app.wire.page import Page, open_text

HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def trials_page(trials: TrialList) -> Response:
    """The list of trials."""
    return Response(_html("trials.html", trials=trials.trials), 200, HEADERS, "text/html")


def trial_html(page: Page) -> str:
    """One trial: its criteria as the protocol groups them, how each is decided, its codes, and what is missing."""
    return _html("trial.html", page=page, trial=page.trial, open_text=open_text)


_TEMPLATES = Environment(loader=PackageLoader("app"), autoescape=True, trim_blocks=True, lstrip_blocks=True)


def _html(name: str, **values: object) -> str:
    return _TEMPLATES.get_template(name).render(**values)
