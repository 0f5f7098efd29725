"""Verdicts of the service, each checked by a person in the raw chart; what was found wrong stands as it has to be."""

import csv
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.app.calling import TODAY
from tests.samples.gathering import last_day
from tests.samples.test_samples import gathered, judged

pytestmark = pytest.mark.charts

CHECKED = Path(__file__).with_name("checked.tsv")


class Checked(NamedTuple):
    """One verdict, checked by hand."""

    chart: str
    ref: str
    expected: str
    because: str


def checked() -> list[Checked]:
    lines = [line for line in CHECKED.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Checked(*fields) for fields in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@cache
def verdicts(root: Path, chart: str) -> dict[str, str]:
    sample = next(one for one in gathered(root) if one.name == chart)
    report = judged(sample, last_day(sample.bundle, TODAY))
    return {
        row.ref: f"{row.truth} {row.why}" if row.why else row.truth for trial in report.trials for row in trial.criteria
    }


def test_forty_verdicts_were_checked_by_hand() -> None:
    assert len({(one.chart, one.ref) for one in checked()}) == 40


@pytest.mark.parametrize("one", checked(), ids=lambda one: f"{one.ref} {one.chart.rpartition('/')[2][:24]}")
def test_the_service_comes_to_the_verdict_of_a_person(one: Checked, charts: Path) -> None:
    assert one.expected == verdicts(charts, one.chart)[one.ref], one.because
