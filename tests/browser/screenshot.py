"""Takes the picture of the README: `python -m tests.browser.screenshot docs/sandbox.png`.

With a folder behind it, further pictures for the eye go there: dark, narrow, and the table of criteria.
"""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize

from tests.browser.browsing import DESK, PHONE, chromium, open_chart, window
from tests.hapi.service import serving


def picture(
    browser: Browser,
    service: str,
    file: Path,
    size: ViewportSize = DESK,
    *,
    patient: str = "",
    dark: bool = False,
    whole: bool = False,
) -> None:
    """One picture of the page with a chart open."""
    with window(browser, size, dark=dark, scale=1.5) as (page, _, _):
        open_chart(page, service, patient)
        page.screenshot(path=file, full_page=whole)


def main() -> None:
    """The picture of the README and, where a folder is named, the others."""
    with (
        tempfile.TemporaryDirectory() as kept,
        serving(sandbox=True, answers_url=f"sqlite:///{kept}/answers.db") as service,
        chromium() as browser,
    ):
        picture(browser, service, Path(sys.argv[1]))
        for folder in map(Path, sys.argv[2:3]):
            folder.mkdir(parents=True, exist_ok=True)
            picture(browser, service, folder / "dark.png", dark=True)
            picture(browser, service, folder / "narrow.png", PHONE, whole=True)
            picture(browser, service, folder / "narrow-dark.png", PHONE, dark=True, whole=True)
            picture(browser, service, folder / "whole.png", whole=True)
            for patient in sys.argv[3:]:
                picture(browser, service, folder / f"{patient}.png", patient=patient, whole=True)


if __name__ == "__main__":
    main()
