"""Every trial over charts that no one here wrote: nothing breaks, and each unknown has a reason that it can show."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import msgspec
import pytest

from app.direct import Query, match_bundle
from app.report import CriterionReport, MatchReport
from tests.app.calling import TODAY, library
from tests.samples.gathering import FOLDERS, Sample, last_day, samples
from trials.verdict import Why

pytestmark = pytest.mark.charts

FEWEST = {
    "au_fhir_test_data": 90,
    "be_lab_reports": 50,
    "clinosim_sample": 16,
    "fhir_r4_spec_examples": 40,
    "mitre_ctms": 4,
    "smart_synthea_r4": 35,
    "synthea_py_autoimmune": 35,
    "us_core_examples": 4,
}
"""So many patients at least are in each folder: a gatherer that finds none would prove nothing."""


@cache
def gathered(root: Path) -> tuple[Sample, ...]:
    return tuple(samples(root))


@cache
def reports(root: Path) -> tuple[tuple[Sample, MatchReport], ...]:
    """Every chart judged on its own last day, when its results were fresh."""
    return tuple((sample, judged(sample, last_day(sample.bundle, TODAY))) for sample in gathered(root))


def judged(sample: Sample, day: date) -> MatchReport:
    return match_bundle(sample.body, Query(library(), day, library().trials))


def unknown(root: Path) -> Iterator[tuple[str, CriterionReport]]:
    for sample, report in reports(root):
        for trial in report.trials:
            yield from ((sample.name, row) for row in trial.criteria if row.truth == "unknown")


def test_every_folder_gives_its_patients(charts: Path) -> None:
    found = Counter(sample.name.partition("/")[0] for sample in gathered(charts))

    assert set(found) == set(FOLDERS)
    assert {name: found[name] for name, fewest in FEWEST.items() if found[name] < fewest} == {}


def test_no_trial_fails_on_any_chart(charts: Path) -> None:
    for sample, report in reports(charts):
        assert len(report.trials) == len(library().trials), sample.name
        assert [trial.error for trial in report.trials if trial.error] == [], sample.name


def test_every_row_is_answered_on_every_chart(charts: Path) -> None:
    expected = {trial.id: [row.row.ref for row in trial.rows] for trial in library().trials}

    for sample, report in reports(charts):
        assert {trial.id: [row.ref for row in trial.criteria] for trial in report.trials} == expected, sample.name


BORNE_OUT: dict[Why, Callable[[CriterionReport], bool]] = {
    Why.CONFLICT: lambda row: len(row.evidence) > 1,
    Why.UNIT: lambda row: bool(row.evidence),
    Why.NO_REFERENCE_RANGE: lambda row: bool(row.evidence),
    Why.STALE: lambda row: bool(row.evidence) and all(one.date for one in row.evidence),
    Why.IMPRECISE: lambda row: bool(row.evidence),
    Why.FUTURE: lambda row: bool(row.evidence),
    Why.NEEDS_PERSON: lambda row: bool(row.question or row.note or row.evidence),
    Why.NO_DATA: lambda row: True,
    Why.NOT_SEARCHED: lambda row: False,
    Why.TEXT_MISSING: lambda row: True,
    Why.UNDEFINED: lambda row: bool(row.statement),
}
"""What a row has to show beside each reason; every chart here was searched in full."""


def test_each_unknown_has_a_reason_that_its_row_bears_out(charts: Path) -> None:
    wrong = [(name, row.ref, row.why) for name, row in unknown(charts) if not (row.why and BORNE_OUT[row.why](row))]

    assert wrong == []


def test_what_a_verdict_rests_on_is_in_the_chart(charts: Path) -> None:
    for sample, report in reports(charts):
        text = sample.body.decode()
        rows = [row for trial in report.trials for row in trial.criteria]
        for reference in {one.reference for row in rows for one in row.evidence}:
            identity = reference.partition("#")[0].rpartition("/")[2].removeprefix("urn:uuid:")
            assert identity in text, (sample.name, reference)


def test_a_chart_is_judged_the_same_twice(charts: Path) -> None:
    for sample, report in reports(charts)[::10]:
        again = judged(sample, last_day(sample.bundle, TODAY))
        assert msgspec.json.encode(again) == msgspec.json.encode(report), sample.name


def test_years_later_no_result_is_fresh(charts: Path) -> None:
    """On the fixed day most of these charts are old: no laboratory limit may still be called met."""
    late = date(2099, 1, 1)
    for sample in gathered(charts)[::10]:
        for trial in judged(sample, late).trials:
            decided = [row.ref for row in trial.criteria if row.truth != "unknown" and row.ref in LIMITS]
            assert decided == [], sample.name


LIMITS = frozenset({"T2-O1", "T2-O2", "T2-O3", "T2-O6", "T2-O7", "T2-O8", "T2-O9", "T2-O15"})


def test_codes_that_no_value_set_knows_are_listed(charts: Path) -> None:
    listed = [entry for _, report in reports(charts) for entry in report.chart.unmapped]

    assert len(listed) > 1000
    assert all(entry.count > 0 and (entry.code or entry.text) for entry in listed)
