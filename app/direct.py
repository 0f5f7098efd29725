"""The direct query: a chart in, the match report out, for the HTTP interface and the command line alike."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from app.answers.desk import Recorded
from app.fhir.chart import Chart, ChartUnavailable, fetch_chart
from app.fhir.client import FhirClient
from app.library import Library
from app.matching import judged, looked_ahead
from app.outcome import Refused
from app.reading.page import NotFhir, decode_page
from app.reading.record import NoPatient, Reading, SeveralPatients, read_record
from app.report import MatchReport, match_report
from app.terminology.snapshot import terminology_report
from cds_hooks.mending import mended
from cds_hooks.request import is_fhir_id
from trials.judge import Trial
from trials.record import Gap, Kind

TYPES: Mapping[Kind, tuple[str, ...]] = {
    "allergy": ("AllergyIntolerance",),
    "diagnosis": ("Condition",),
    "immunization": ("Immunization",),
    "medication": ("MedicationAdministration", "MedicationRequest", "MedicationStatement"),
    "procedure": ("Procedure",),
    "result": ("Observation",),
}
"""The resource types in which a chart holds a kind of fact."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARS = range(1900, 2200)
_UNAVAILABLE = {
    "failed": (502, "The FHIR server failed, or its answer was no FHIR."),
    "no-patient": (422, "The FHIR server knows no patient of that id."),
    "too-slow": (504, "The FHIR server was too slow."),
    "no-server": (502, "No FHIR server is configured for the direct query (TRIALHOOK_FHIR_SERVERS)."),
}


class Query(NamedTuple):
    """What is asked of a chart."""

    library: Library
    today: date
    trials: tuple[Trial, ...]


def query(library: Library, today: date, as_of: str | None, trial_ids: Sequence[str]) -> Query:
    """The query in checked form; raises `Refused`. Without ids, every trial."""
    unknown = [id for id in trial_ids if library.trial(id) is None]
    if unknown:
        raise Refused(400, "trial: there is no trial of that id here; GET /trials lists them.")
    trials = tuple(trial for trial in library.trials if not trial_ids or trial.id in trial_ids)
    return Query(library, today if as_of is None else day(as_of), trials)


def day(text: str) -> date:
    """A day written as YYYY-MM-DD; raises `Refused`."""
    try:
        found = date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        found = None
    if found is None or found.year not in _YEARS:
        raise Refused(400, "asOf has to be a day, YYYY-MM-DD.")
    return found


class Found(NamedTuple):
    """A chart that was read."""

    chart: Chart
    reading: Reading

    @property
    def patient(self) -> str:
        """Whose it is, `Patient/ID`."""
        return self.reading.record.person.reference


def match_bundle(body: bytes, asked: Query) -> MatchReport:
    """The report on a Bundle that is one patient's whole chart, without recorded answers; raises `Refused`."""
    return report(bundle_read(body, asked), asked)


def bundle_read(body: bytes, asked: Query) -> Found:
    """A Bundle that is one patient's whole chart; raises `Refused`."""
    chart = bundle_chart(body)
    return Found(chart, read(chart, asked.library, asked.today, patient_id=None))


async def patient_read(
    client: FhirClient, asked: Query, *, patient_id: str, server: str | None, budget_s: float
) -> Found:
    """A patient of a FHIR server; raises `Refused`."""
    chart = await patient_chart(client, asked.library, patient_id=patient_id, server=server, budget_s=budget_s)
    return Found(chart, read(chart, asked.library, asked.today, patient_id))


def bundle_chart(body: bytes) -> Chart:
    """The chart that a Bundle holds; raises `Refused`."""
    try:
        page = decode_page(mended(body))
    except NotFhir:
        raise Refused(400, "The body is not a FHIR R4 Bundle in JSON.") from None
    if not page.is_bundle:
        raise Refused(400, "The body has to be a FHIR R4 Bundle.")
    gap = Gap.FAILED if page.failure else Gap.CUT if page.next else None
    kinds = () if gap is None else tuple(TYPES)
    gaps = {} if gap is None else dict.fromkeys(map(str, kinds), gap)
    missed = tuple(sorted(name for kind in kinds for name in TYPES[kind]))
    return Chart([page], gaps, missed)


async def patient_chart(
    client: FhirClient, library: Library, *, patient_id: str, server: str | None, budget_s: float
) -> Chart:
    """The chart of a patient of a FHIR server; raises `Refused`."""
    if not is_fhir_id(patient_id):
        raise Refused(400, "patient has to be the id of a FHIR Patient.")
    try:
        return await fetch_chart(
            client,
            patient_id=patient_id,
            prefetch={},
            searches=library.searches,
            server=server,
            token=None,
            budget_s=budget_s,
        )
    except ChartUnavailable as error:
        raise Refused(*_UNAVAILABLE[error.reason]) from None


def read(chart: Chart, library: Library, today: date, patient_id: str | None) -> Reading:
    """The reading of a chart as far as the loaded trials need it; raises `Refused`."""
    try:
        return read_record(
            chart.pages,
            terminology=library.terminology,
            today=today,
            patient_id=patient_id,
            gaps=chart.gaps,
            needed=library.needs.names,
        )
    except NoPatient:
        raise Refused(422, "The chart holds no Patient.") from None
    except SeveralPatients:
        raise Refused(422, "The chart holds more than one Patient.") from None


def report(found: Found, asked: Query, recorded: Recorded = Recorded()) -> MatchReport:  # noqa: B008 - a value
    """What the chart and the recorded answers say of the trials."""
    library = asked.library
    record = found.reading.record
    matches = judged(asked.trials, record, library, asked.today, recorded.answers)
    return match_report(
        found.reading,
        looked_ahead(matches, record, library, asked.today, recorded.answers),
        today=asked.today,
        not_searched=found.chart.not_searched,
        sets=library.terminology.sets,
        answers_unavailable=recorded.unavailable,
        terminology=terminology_report(library.snapshots),
    )
