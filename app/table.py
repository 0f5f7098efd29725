"""The match report for a terminal: standings, then each criterion in a line with its reason and evidence."""

import textwrap
from collections.abc import Iterable, Mapping
from datetime import date
from itertools import groupby

from app.outlook_table import outlook_lines
from app.report import CriterionReport, Evidence, MatchReport, TrialReport

WIDTH = 120
_INDENT = " " * 40
_MOST_EVIDENCE = 3


def report_text(report: MatchReport, width: int = WIDTH) -> str:
    """The whole report in words."""
    chart = report.chart
    ignored = len(chart.ignored) + sum(chart.ignored_further.values())
    lines = [
        f"{report.patient} on {report.as_of}: {chart.read} resources read, {ignored} ignored, "
        f"{len(chart.unmapped)} codes that no value set knows"
    ]
    if chart.not_searched:
        lines.append(f"Not searched in full: {', '.join(chart.not_searched)}")
    if chart.unidentified:
        lines.append(f"Could not be identified: {', '.join(one.reference for one in chart.unidentified)}")
    for one in report.terminology.snapshots if report.terminology else ():
        versions = f", {', '.join(one.versions)}" if one.versions else ""
        lines.append(f"Terminology: {one.sets} value sets by {one.server} on {one.day}{versions}")
    for trial in report.trials:
        lines += ["", *_trial(trial, report.as_of, width)]
    return "\n".join(lines)


def _trial(trial: TrialReport, today: date, width: int) -> Iterable[str]:
    yield f"{trial.ref} {trial.title}"
    yield f"  {_standing(trial.standing, trial.barred_by, trial.barriers)}"
    if trial.error:
        yield f"  {trial.error}"
    concerned = [arm for arm in trial.arms if arm.target != "absent"]
    for arm in concerned:
        mark = ", provisional diagnosis" if arm.target == "provisional" else ""
        yield f"  {arm.title}{mark}: {_standing(arm.standing, arm.barred_by, arm.barriers)}"
    others = [arm.title for arm in trial.arms if arm.target == "absent"]
    if others:
        yield f"  No target disease in the chart: {', '.join(others)}"
    if trial.open:
        yield from textwrap.wrap(f"Open: {', '.join(trial.open)}", width, initial_indent="  ", subsequent_indent="    ")
    yield from outlook_lines(trial, today, width)
    yield from _criteria(trial, {arm.id: arm.title for arm in concerned}, width)


def _criteria(trial: TrialReport, arms: Mapping[str, str], width: int) -> Iterable[str]:
    """Shared criteria and those of the arms that concern the patient; what is not written is one line."""
    shown = [one for one in trial.criteria if one.arm is None or one.arm in arms]
    written = [one for one in shown if one.why != "not-written"]
    for (arm, kind), criteria in groupby(written, key=lambda one: (one.arm, one.kind)):
        heading = "Exclusion: what is true excludes" if kind == "exclusion" else "Inclusion: what is false bars"
        yield f"  {heading}" if arm is None else f"  {arms[arm]}. {heading}"
        for one in criteria:
            head = f"    {one.ref:<10}{one.truth:<9}{one.why or '':<17}"
            yield from textwrap.wrap(head + _said(one), width, subsequent_indent=_INDENT)
    if len(shown) > len(written):
        yield f"  {len(shown) - len(written)} criteria are not written here yet"


def _said(one: CriterionReport) -> str:
    found = [evidence_line(evidence) for evidence in one.evidence[:_MOST_EVIDENCE]]
    if len(one.evidence) > _MOST_EVIDENCE:
        found.append(f"and {len(one.evidence) - _MOST_EVIDENCE} more")
    return one.statement + (f" | {'; '.join(found)}" if found else "")


def evidence_line(evidence: Evidence) -> str:
    """Its text and its day, unless the text has it; an age needs none."""
    if evidence.date is None and evidence.reference.startswith("Patient/"):
        return evidence.text
    day = evidence.date or "no date"
    return evidence.text if day in evidence.text else f"{evidence.text} ({day})"


def _standing(standing: str, barred_by: str | None, barriers: Iterable[str]) -> str:
    if barred_by is None:
        return standing
    by = ", ".join(barriers)
    return f"{standing}, barred by {'what was not found' if barred_by == 'absence' else 'a fact'}" + (
        f" ({by})" if by else ""
    )
