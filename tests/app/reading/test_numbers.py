"""Numbers in Quantities and in texts: exact, with their comparators, and none where there is any doubt."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.reading.numbers import bounded, measured, written_number, written_range
from trials.interval import Interval, point

D = Decimal


@pytest.mark.parametrize(
    ("comparator", "interval"),
    [
        (None, point(D(5))),
        ("", point(D(5))),
        ("<", Interval(None, D(5), high_open=True)),
        ("<=", Interval(None, D(5))),
        ("≤", Interval(None, D(5))),
        (">", Interval(D(5), None, low_open=True)),
        (" >= ", Interval(D(5), None)),
        ("~", None),
        ("ad", None),
    ],
)
def test_a_comparator_leaves_one_end_open(comparator: str | None, interval: Interval[D] | None) -> None:
    assert bounded(D(5), comparator) == interval


@pytest.mark.parametrize(
    "value",
    [
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1e999999999",
        "1e-999999999",
        "0e999999999",
        "1e31",
        "1e-31",
        "1" * 35,
        "0." + "1" * 35,
    ],
)
def test_a_number_that_no_measurement_has_is_none(value: str) -> None:
    assert measured(D(value)) is None


@pytest.mark.parametrize("value", ["0", "0.00", "-2.5", "1.10", "1e30", "1e-30", "1" * 31, "1." + "0" * 60])
def test_a_number_that_a_measurement_may_have_keeps_its_value(value: str) -> None:
    assert measured(D(value)) == D(value)


@pytest.mark.parametrize(
    ("text", "interval", "unit"),
    [
        ("5.1", point(D("5.1")), None),
        (" 5.10 ", point(D("5.10")), None),
        ("-2.5", point(D("-2.5")), None),
        ("<0.05", Interval(None, D("0.05"), high_open=True), None),
        ("> 90", Interval(D(90), None, low_open=True), None),
        ("> 90 %", Interval(D(90), None, low_open=True), "%"),
        ("≤40 U/L", Interval(None, D(40)), "U/L"),
        ("＜0.05", Interval(None, D("0.05"), high_open=True), None),
        ("<20 IU/mL", Interval(None, D(20), high_open=True), "IU/mL"),
        ("20 IU / mL", point(D(20)), "IU/mL"),
        ("5.1 g/dL", point(D("5.1")), "g/dL"),
        ("5.1g/dL", point(D("5.1")), "g/dL"),
        ("5,1 g/dL", point(D("5.1")), "g/dL"),
        ("5.1 10*9/L", point(D("5.1")), "10*9/L"),
        ("5.1x10^9/L", point(D("5.1")), "x10^9/L"),
        ("4.5 ×10⁹/L", point(D("4.5")), "x10^9/L"),
        ("1E5 copies/mL", point(D(100000)), "copies/mL"),
        ("3.5 g/24 h", point(D("3.5")), "g/24h"),
        ("60 mL/min/1.73m2", point(D(60)), "mL/min/1.73m2"),
        ("12 次/分", point(D(12)), "次/分"),
        ("2-5", Interval(D(2), D(5)), None),
        ("2 – 5 /HPF", Interval(D(2), D(5)), "/HPF"),
    ],
)
def test_a_number_in_a_text_is_read_as_a_whole(text: str, interval: Interval[D], unit: str | None) -> None:
    found = written_number(text)

    assert found is not None
    assert (found.value, found.unit, found.titre) == (interval, unit, False)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("1:8", point(D(8))),
        ("1 : 8", point(D(8))),
        ("1：8", point(D(8))),
        ("1/320", point(D(320))),
        ("<1:8", Interval(None, D(8), high_open=True)),
        ("≥1:640", Interval(D(640), None)),
        ("Reactive 1:8", point(D(8))),
        ("阳性 (1:16)", point(D(16))),
        ("1:80 speckled", point(D(80))),
    ],
)
def test_a_titre_in_a_text_is_its_second_number(text: str, interval: Interval[D]) -> None:
    found = written_number(text)

    assert found is not None
    assert (found.value, found.titre) == (interval, True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "positive",
        "阴性",
        "1,200",  # a thousand, or one and a bit
        "1.2.3",
        "120/80",
        "2+",
        "5 cells seen",
        "12 (ref 3-5)",
        "3 weeks ago",
        "1:80, 1:320",
        "11:30",
        "1:8:9",
        "<>5",
        "5-2",
        "see comment 5",
        "Not detected <20 copies/mL",
        "5 g/dL" + " " * 200,
        "9" * 100_000,
        "1e99",
    ],
    ids=lambda text: text[:24],
)
def test_what_may_be_read_in_two_ways_is_no_number(text: str) -> None:
    assert written_number(text) is None


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("3.5-9.5", "3.5", "9.5", None),
        ("3.5 - 9.5 10*9/L", "3.5", "9.5", "10*9/L"),
        ("0 – 40 U/L", "0", "40", "U/L"),
        ("3.5～9.5", "3.5", "9.5", None),
        ("[3.5-9.5]", "3.5", "9.5", None),
        ("(3.5-9.5) g/L", "3.5", "9.5", "g/L"),
        ("3,5 - 9,5", "3.5", "9.5", None),
        ("3.5 to 9.5 g/L", "3.5", "9.5", "g/L"),
        ("3.5至9.5", "3.5", "9.5", None),
        ("-2 - 3", "-2", "3", None),
        ("<40", None, "40", None),
        ("≤ 40", None, "40", None),
        ("<= 40 U/L", None, "40", "U/L"),
        ("up to 40", None, "40", None),
        (">60", "60", None, None),
        ("<1:40", None, "40", None),
    ],
)
def test_a_range_in_a_text_is_read_as_a_whole(text: str, low: str | None, high: str | None, unit: str | None) -> None:
    found = written_range(text)

    assert found is not None
    assert (found.value.low, found.value.high, found.unit) == (low and D(low), high and D(high), unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Negative",
        "40",
        "9.5-3.5",
        "[3.5-9.5)",
        "Male: 13-17",
        "141 - 245 (target <190)",
        "< 5 : negative\n5 - 7 : doubtful\n> 7 : positive",
        "3-5-7",
        "1e-99 - 5",
        "3.5-9.5" + " " * 200,
    ],
    ids=lambda text: text[:24],
)
def test_a_text_that_is_more_than_a_range_is_none(text: str) -> None:
    assert written_range(text) is None


@given(
    st.one_of(st.text(max_size=130), st.from_regex(r"[<>=≤]{0,2} ?[0-9.,eE+-]{1,30} ?[\w/*^%]{0,12}", fullmatch=True))
)
def test_no_text_makes_a_number_raise(text: str) -> None:
    for found in (written_number(text), written_range(text)):
        assert found is None or all(end is None or measured(end) == end for end in found.value[:2])


@given(st.decimals(allow_nan=True, allow_infinity=True))
def test_whatever_is_measured_is_what_was_given(value: D) -> None:
    found = measured(value)

    assert found is None or found == value
