"""When a search that was cut still shows the most recent result, and which shortfall of several counts."""

import json

import pytest

from app.fhir.client import Trouble, Why
from app.fhir.gaps import gaps
from app.fhir.search import Found
from app.reading.page import decode_page
from cds_hooks.prefetch import Search
from tests.app.fhir.resources import Json, bundle, observation, outcome
from trials.record import Gap

LABS = Search("observations", "Observation", (), "result", names=frozenset({"neutrophils"}))
MORE_LABS = Search("observations-2", "Observation", (), "result", names=frozenset({"platelets", "mrss"}))
SCORES = Search("scores", "Observation", (), "result", names=frozenset({"mrss"}))
DRUGS = Search("medication-requests", "MedicationRequest", (), "medication")


def found(search: Search, *pages: Json, why: Why | None = None, newest_first: bool = True) -> Found:
    trouble = None if why is None else Trouble(why)
    return Found(search, tuple(decode_page(json.dumps(page).encode()) for page in pages), trouble, newest_first)


def taken(*moments: str | None) -> Json:
    return bundle(*(observation(f"o{number}", moment) for number, moment in enumerate(moments)))


@pytest.mark.parametrize(
    ("moments", "gap"),
    [
        pytest.param(("2026-03-01", "2026-02-01", "2026-01-01"), Gap.CUT_NEWEST_FIRST, id="newest first"),
        pytest.param(("2026-03-01",), Gap.CUT_NEWEST_FIRST, id="one result"),
        pytest.param(("2026-01-01", "2026-01-01"), Gap.CUT_NEWEST_FIRST, id="the same day"),
        pytest.param(("2026-01-01", "2026-02-01"), Gap.CUT, id="oldest first"),
        pytest.param(("2026-03-01", "2026-01-01", "2026-02-01"), Gap.CUT, id="no order"),
        pytest.param(("2026-03-01", "2026-03", "2026-02-01"), Gap.CUT_NEWEST_FIRST, id="a month may be its first day"),
        pytest.param(("2026-03", "2026-03-20"), Gap.CUT_NEWEST_FIRST, id="a month may be its last day"),
        pytest.param(("2026-03", "2026-04-01"), Gap.CUT, id="a month is not the next one"),
        pytest.param(
            ("2026-03-01T08:00:00+01:00", "2026-03-01T06:30:00Z"), Gap.CUT_NEWEST_FIRST, id="instants, not clock times"
        ),
        pytest.param(("2026-03-01T08:00:00+01:00", "2026-03-01T07:30:00Z"), Gap.CUT, id="a later instant"),
        pytest.param(("2026-03-01", None, "2026-02-01"), Gap.CUT_NEWEST_FIRST, id="undated results never decide"),
        pytest.param((None, None), Gap.CUT, id="no date shows no order"),
        pytest.param(("2026-03-01", "yesterday", "2026-02-01"), Gap.CUT_NEWEST_FIRST, id="a date that is none"),
    ],
)
def test_the_order_has_to_be_seen(moments: tuple[str | None, ...], gap: Gap) -> None:
    assert gaps([found(LABS, taken(*moments), why="too-slow")]) == {"neutrophils": gap}


def test_the_order_has_to_be_seen_across_pages() -> None:
    cut = found(LABS, taken("2026-03-01"), taken("2026-04-01"), why="too-many-pages")

    assert gaps([cut]) == {"neutrophils": Gap.CUT}


def test_the_order_has_to_be_asked_for() -> None:
    """One that was seen by chance promises nothing of the next page."""
    cut = found(LABS, taken("2026-03-01", "2026-02-01"), why="too-slow", newest_first=False)

    assert gaps([cut]) == {"neutrophils": Gap.CUT}


def test_periods_are_dated_by_their_days() -> None:
    period = {**observation("o1", None), "effectivePeriod": {"start": "2026-02-01", "end": "2026-02-03"}}

    early = bundle(observation("o2", "2026-03-01"), period)
    late = bundle(observation("o2", "2026-01-01"), period)

    assert gaps([found(LABS, early, why="too-slow")]) == {"neutrophils": Gap.CUT_NEWEST_FIRST}
    assert gaps([found(LABS, late, why="too-slow")]) == {"neutrophils": Gap.CUT}


@pytest.mark.parametrize(
    ("why", "pages", "gap"),
    [
        pytest.param("too-slow", (), Gap.FAILED, id="nothing came"),
        pytest.param("outcome", (outcome(),), Gap.FAILED, id="an outcome in place of data"),
        pytest.param("outcome", (taken("2026-03-01"), outcome()), Gap.CUT_NEWEST_FIRST, id="an outcome as page 2"),
        pytest.param("other-patient", (taken("2026-03-01"),), Gap.FAILED, id="whose results these are is not sure"),
        pytest.param("foreign-link", (taken("2026-03-01"),), Gap.CUT_NEWEST_FIRST, id="the rest is elsewhere"),
        pytest.param(None, (taken("2026-03-01"),), None, id="all came"),
    ],
)
def test_what_came_decides_between_failed_and_cut(why: Why | None, pages: tuple[Json, ...], gap: Gap | None) -> None:
    assert gaps([found(LABS, *pages, why=why)]).get("neutrophils") is gap


def test_a_cut_search_is_stricter_than_a_failed_one() -> None:
    """A failed search leaves what others brought complete; of a cut one nothing is the most recent for certain."""
    cut = found(LABS, taken("2026-01-01", "2026-02-01"), why="too-slow")

    assert gaps([found(LABS, why="too-slow"), cut]) == {"neutrophils": Gap.CUT}


def test_a_search_that_fell_short_costs_only_the_sets_that_it_brings() -> None:
    cut = found(LABS, taken("2026-01-01", "2026-02-01"), why="too-slow")

    assert gaps([found(SCORES, why="too-slow"), found(LABS, taken("2026-01-01"))]) == {"mrss": Gap.FAILED}
    assert gaps([found(SCORES, why="too-slow"), cut]) == {"mrss": Gap.FAILED, "neutrophils": Gap.CUT}


def test_a_result_from_before_the_horizon_of_a_cut_search_may_not_be_the_newest() -> None:
    """The same score comes by its code and by its category: what one search shows the other may outdate."""
    cut = found(SCORES, taken("2026-03-01", "2026-02-01"), why="too-slow")

    assert gaps([cut, found(MORE_LABS, taken("2026-02-10"))]) == {"mrss": Gap.CUT_NEWEST_FIRST}
    assert gaps([cut, found(MORE_LABS, taken("2026-02-01"))]) == {"mrss": Gap.CUT_NEWEST_FIRST}
    assert gaps([cut, found(MORE_LABS, taken("2026-01-31"))]) == {"mrss": Gap.CUT}
    assert gaps([cut, found(LABS, taken("2026-01-31"))]) == {"mrss": Gap.CUT_NEWEST_FIRST}


def test_kinds_do_not_share_their_gaps() -> None:
    kinds = gaps([found(LABS, taken("2026-01-01")), found(DRUGS, why="refused")])

    assert kinds == {"medication": Gap.FAILED}
