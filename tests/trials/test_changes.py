"""Changes over time: against any earlier reading, relative and in points, from a baseline, sustained."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.trials.judging import ago, heard, number, on, says
from trials.policy import Policy
from trials.record import Gap, Result
from trials.truth import Truth

MRSS = "{observation: mrss, rise: 10 %, over: 6 months}"
FVC_PERCENT = "{observation: fvc_percent_predicted, fall: 10 %, either_way: true, over: 6 months}"
FVC = "{observation: fvc, fall: 10 %, over: 6 months}"
EDSS = "{observation: edss, rise: 1, from: {min: 1}}"
EDSS_0 = "{observation: edss, rise: 1.5, from: {max: 0}}"
LASTED = "{observation: edss, rise: 1, from: {min: 1}, sustained: 6 months}"


def series(name: str, *readings: tuple[int, str]) -> list[Result]:
    """Readings of so many days ago."""
    return [number(name, value, when=ago(days)) for days, value in readings]


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([(100, "20"), (10, "22")], "true", id="exactly 10 %"),
        pytest.param([(100, "20"), (10, "21.9")], "false", id="less"),
        pytest.param([(100, "20"), (10, "15")], "false", id="down"),
        pytest.param([(150, "19"), (100, "25"), (10, "22")], "true", id="against any earlier reading"),
        pytest.param([(10, "22")], "unknown no-data", id="no earlier reading"),
        pytest.param([], "unknown no-data", id="no reading"),
        pytest.param([(200, "20"), (10, "22")], "unknown no-data", id="the earlier reading lies before the window"),
        pytest.param([(300, "20"), (200, "22")], "unknown stale", id="the latest reading lies before the window"),
        pytest.param([(100, "0"), (10, "5")], "true", id="from nothing"),
        pytest.param([(100, "0"), (10, "0")], "false", id="nothing, still"),
        pytest.param([(100, "<30"), (10, "33")], "true", id="from less than 30 to 33"),
        pytest.param([(100, "<30"), (10, "25")], "unknown imprecise", id="from less than 30 to 25"),
        pytest.param([(100, ">30"), (10, "31")], "false", id="from more than 30 to 31"),
        pytest.param([(100, "20"), (10, ">21")], "unknown imprecise", id="to more than 21"),
        pytest.param([(100, "20"), (10, ">22")], "true", id="to more than 22"),
    ],
)
def test_a_relative_rise_is_of_the_earlier_reading(readings: list[tuple[int, str]], expected: str) -> None:
    assert expected == heard(MRSS, *series("mrss", *readings))


def test_the_window_of_a_change_includes_its_first_day() -> None:
    latest = number("mrss", "22", when=ago(1))

    assert heard(MRSS, number("mrss", "20", when=on("2026-05-21")), latest) == "true"
    assert heard(MRSS, number("mrss", "20", when=on("2026-05-20")), latest) == "unknown no-data"


def test_more_than_is_not_at_least() -> None:
    readings = series("mrss", (100, "20"), (10, "25"))

    assert heard("{observation: mrss, rise: 25 %, over: 6 months}", *readings) == "true"
    assert heard("{observation: mrss, rise_above: 25 %, over: 6 months}", *readings) == "false"
    assert heard(
        "{observation: mrss, fall_above: 20 %, over: 6 months}", *reversed(series("mrss", (10, "20"), (100, "25")))
    ) == ("false")


def test_litres_change_relatively() -> None:
    assert heard(FVC, *series("fvc", (100, "3.0"), (10, "2.7"))) == "true"
    assert heard(FVC, *series("fvc", (100, "3.0"), (10, "2.71"))) == "false"


def test_litres_and_percent_of_predicted_never_mix() -> None:
    assert heard(FVC, number("fvc_percent_predicted", "90", when=ago(100)), number("fvc", "2", when=ago(10))) == (
        "unknown no-data"
    )


@pytest.mark.parametrize(
    ("earlier", "latest", "expected"),
    [
        pytest.param("80", "70", "true", id="10 points are 12.5 %: both hold"),
        pytest.param("80", "71", "unknown needs-person", id="9 points are 11.25 %: only the relative reading holds"),
        pytest.param("80", "73", "false", id="7 points are 8.75 %: neither holds"),
        pytest.param("100", "90", "true", id="both exactly"),
        pytest.param("110", "100", "unknown needs-person", id="10 points are 9.1 %: only the points hold"),
    ],
)
def test_of_a_percentage_only_the_agreement_of_both_readings_decides(earlier: str, latest: str, expected: str) -> None:
    assert expected == heard(FVC_PERCENT, *series("fvc_percent_predicted", (100, earlier), (10, latest)))


@pytest.mark.parametrize(
    ("criterion", "readings", "expected"),
    [
        pytest.param(EDSS, [(300, "3"), (10, "4")], "true", id="up by one point"),
        pytest.param(EDSS, [(300, "3"), (10, "3.5")], "false", id="up by half a point"),
        pytest.param(EDSS, [(300, "1"), (10, "2")], "true", id="from the baseline's limit"),
        pytest.param(EDSS, [(300, "0"), (10, "2")], "false", id="another baseline is asked for"),
        pytest.param(EDSS_0, [(300, "0"), (10, "1.5")], "true", id="from nought"),
        pytest.param(EDSS_0, [(300, "0"), (10, "1")], "false", id="from nought, too little"),
        pytest.param(EDSS_0, [(300, "1"), (10, "4")], "false", id="from one"),
        pytest.param(EDSS, [(300, "0"), (200, "2"), (10, "3")], "true", id="one of the earlier readings is a baseline"),
        pytest.param(EDSS, [(400, "2"), (10, "4")], "unknown no-data", id="12 months where no window is given"),
    ],
)
def test_a_rise_in_points_from_a_baseline(criterion: str, readings: list[tuple[int, str]], expected: str) -> None:
    assert expected == heard(criterion, *series("edss", *readings))


def test_a_site_sets_how_far_back_a_change_is_looked_for() -> None:
    readings = series("edss", (400, "2"), (10, "4"))

    assert heard(EDSS, *readings, policy=Policy(change_months=24)) == "true"


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([(300, "2"), (200, "3"), (18, "3")], "true", id="stands 182 days after it was seen"),
        pytest.param([(300, "2"), (199, "3"), (18, "3")], "false", id="a day less"),
        pytest.param([(300, "2"), (250, "3"), (100, "2.5"), (18, "3")], "false", id="lost between"),
        pytest.param([(300, "2"), (250, "3"), (240, "2"), (230, "3"), (18, "3")], "true", id="lost, and seen again"),
        pytest.param([(300, "0"), (250, "3"), (18, "3")], "false", id="from another baseline"),
        pytest.param([(10, "3")], "unknown no-data", id="one score"),
    ],
)
def test_a_sustained_rise_stands_in_every_score_for_its_time(readings: list[tuple[int, str]], expected: str) -> None:
    assert expected == heard(LASTED, *series("edss", *readings))


# --- what the chart leaves open


def test_two_latest_readings_that_disagree_are_a_conflict() -> None:
    same = on("2026-11-11T08:00")
    latest = [number("mrss", value, when=same) for value in ("22", "20")]

    assert heard(MRSS, number("mrss", "20", when=ago(100)), *latest) == "unknown conflict"


def test_an_unreadable_reading_leaves_open_what_the_others_do_not_prove() -> None:
    unread = number("mrss", "20", when=ago(90), problem="unit")

    assert heard(MRSS, number("mrss", "20", when=ago(100)), unread, number("mrss", "22")) == "true"
    assert heard(MRSS, number("mrss", "22", when=ago(100)), unread, number("mrss", "22")) == "unknown unit"
    assert heard(MRSS, unread, number("mrss", "22")) == "unknown unit"
    assert heard(MRSS, number("mrss", "20", when=ago(90)), number("mrss", "22", problem="unit")) == "unknown unit"


def test_a_reading_without_a_date_never_decides() -> None:
    assert heard(MRSS, number("mrss", "22", when=None)) == "unknown imprecise"
    assert heard(MRSS, number("mrss", "20", when=None), number("mrss", "22")) != "true"


def test_a_partial_date_of_an_earlier_reading_may_lie_outside_the_window() -> None:
    latest = number("mrss", "22", when=ago(1))

    assert heard(MRSS, number("mrss", "20", when=on("2026-05")), latest) == "unknown imprecise"
    assert heard(MRSS, number("mrss", "20", when=on("2026-06")), latest) == "true"


@pytest.mark.parametrize(
    ("gap", "risen", "level", "alone"),
    [
        (Gap.CUT, "unknown not-searched", "unknown not-searched", "unknown not-searched"),
        (Gap.CUT_NEWEST_FIRST, "true", "unknown not-searched", "unknown not-searched"),
        (Gap.FAILED, "true", "unknown not-searched", "unknown not-searched"),
    ],
)
def test_a_search_that_fell_short_may_miss_an_earlier_reading(gap: Gap, risen: str, level: str, alone: str) -> None:
    gaps = {"result": gap}

    assert risen == heard(MRSS, *series("mrss", (100, "20"), (10, "22")), gaps=gaps)
    assert level == heard(MRSS, *series("mrss", (100, "20"), (10, "20")), gaps=gaps)
    assert alone == heard(MRSS, *series("mrss", (10, "20")), gaps=gaps)
    assert heard(MRSS, gaps=gaps) == "unknown not-searched"


def test_the_readings_that_were_compared_are_evidence_the_latest_first() -> None:
    earlier, latest = series("mrss", (100, "20"), (10, "22"))

    assert (latest, earlier) == says(MRSS, earlier, latest).facts


# --- laws

scores = st.integers(0, 51).map(str)
readings = st.lists(st.tuples(st.integers(0, 170), scores), min_size=2, max_size=5, unique_by=lambda r: r[0])


@given(readings)
def test_a_rise_and_a_fall_of_at_least_a_point_exclude_each_other_between_two_readings(
    some: list[tuple[int, str]],
) -> None:
    pair = series("mrss", *some[:2])

    rise = says("{observation: mrss, rise: 1, over: 6 months}", *pair).truth
    fall = says("{observation: mrss, fall: 1, over: 6 months}", *pair).truth
    assert Truth.FALSE in (rise, fall)
    assert Truth.UNKNOWN not in (rise, fall)


@given(readings, st.tuples(st.integers(171, 181), scores))
def test_one_more_earlier_reading_never_turns_a_yes_into_a_no(
    some: list[tuple[int, str]], more: tuple[int, str]
) -> None:
    before, after = says(MRSS, *series("mrss", *some)), says(MRSS, *series("mrss", *some, more))

    assert before.truth <= after.truth


@given(readings, st.sampled_from(list(Gap)))
def test_a_search_that_fell_short_never_flips_an_answer(some: list[tuple[int, str]], gap: Gap) -> None:
    whole, short = says(MRSS, *series("mrss", *some)), says(MRSS, *series("mrss", *some), gaps={"result": gap})

    assert short.truth in (whole.truth, Truth.UNKNOWN)
    assert short.truth is not Truth.FALSE
