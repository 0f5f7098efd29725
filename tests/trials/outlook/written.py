"""A trial of a criterion or two, written in place, and what the days to come do to it."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.trials.judging import TODAY, record, terminology
from trials.judge import Trial, charted, match
from trials.library import load_trial
from trials.outlook.timing import NEVER, Timing, timings
from trials.policy import Policy
from trials.record import Fact, PersonAnswer, Record
from trials.verdict import Verdict

REF = "X1-a"


@cache
def written(sections: str) -> Trial:
    """The trial with these sections."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "x" / "trial.yaml"
        file.parent.mkdir()
        file.write_text(f"id: x\nref: X1\ntitle: X\n{sections}", encoding="utf-8")
        return load_trial(file, terminology())


def inclusion(criterion: str) -> Trial:
    """The trial that asks for one thing; the criterion is a YAML mapping in braces, without `ref`."""
    return written(f"inclusion:\n  a: {_with_ref(criterion)}\n")


def exclusion(criterion: str) -> Trial:
    """The trial that excludes by one thing."""
    return written(f"exclusion:\n  a: {_with_ref(criterion)}\n")


def _with_ref(criterion: str) -> str:
    return f"{criterion[:-1]}, statement: A statement, ref: {REF}}}"


def timing(
    trial: Trial,
    *facts: Fact,
    today: date = TODAY,
    policy: Policy | None = None,
    answers: Sequence[PersonAnswer] = (),
    **how: Any,
) -> Timing:
    """What becomes of the one criterion."""
    chart = charted(record(*facts, **how), today, policy or Policy(), answers)
    found = match(trial, chart.record, today, chart.policy, answers)
    return timings(trial, chart, found.criteria).get(REF, NEVER)


def judged_on(trial: Trial, chart: Record, day: date, policy: Policy | None = None) -> dict[str, Verdict]:
    """Every criterion's verdict on that day."""
    return {one.ref: one.verdict for one in match(trial, chart, day, policy or Policy()).criteria}


def days(count: int, start: date = TODAY) -> date:
    """So many days later."""
    return start + timedelta(days=count)
