"""The command `trialhook`: serve, match, diagnose, check and more. Talks to a terminal; all else is done elsewhere."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from app import checking, diagnosing, direct, serving
from app.answers.command import answers_commands, kept_answers
from app.answers.desk import Recorded
from app.answers.subjects import of_bundle, of_server
from app.diagnosis_table import diagnosis_text
from app.exporting import export
from app.fhir.chart import Chart
from app.fhir.client import FhirClient
from app.library import Library, load_library
from app.logs import log_to_terminal
from app.outcome import Refused
from app.report import encoded
from app.settings import Settings, is_loopback
from app.table import report_text
from app.terminal import REFUSED, USAGE, TrialsFolder, settings_of, stop, taught, terminal_width
from app.terminology.command import terminology_commands
from mappings.terminology import load_terminology
from trials.library import DEFINITIONS

# Typer's own tracebacks would print the values of variables, and with them charts.
cli = typer.Typer(
    name="trialhook",
    help="Clinical trials for the patient whose chart is open.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

cli.add_typer(terminology_commands, name="terminology")
cli.add_typer(answers_commands, name="answers")
cli.command()(export)

FhirServers = Annotated[
    list[str] | None,
    typer.Option("--fhir-server", metavar="URL", help="FHIR server that may be read; may stand several times."),
]

ChartFile = Annotated[
    Path | None, typer.Option(metavar="FILE", help="FHIR R4 Bundle: one patient's whole chart; - reads from stdin.")
]
PatientId = Annotated[str | None, typer.Option(metavar="ID", help="Patient of the FHIR server.")]
ChartServer = Annotated[
    str | None, typer.Option(metavar="URL", help="FHIR server of --patient; default: the first configured one.")
]
AsOf = Annotated[str | None, typer.Option(metavar="DATE", help="Day of judging, YYYY-MM-DD.")]


def main() -> None:
    """Run the command line."""
    cli()


@cli.command()
def serve(
    sandbox: Annotated[bool, typer.Option("--sandbox", help="Invented patients and a page; loopback only.")] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8000,
    fhir_server: FhirServers = None,
    trials: TrialsFolder = None,
) -> None:
    """Answer CDS Hooks calls and direct queries over HTTP.

    Everything else is set by environment variables (TRIALHOOK_...); docs/operators.md lists them.

    \b
    Examples:
      trialhook serve --sandbox
      trialhook serve --host 0.0.0.0 --fhir-server https://ehr.example.org/fhir
      TRIALHOOK_PUBLIC_URL=https://trials.example.org trialhook serve --trials ./our-trials
    """
    with taught():
        settings = settings_of(sandbox=sandbox or None, fhir_servers=fhir_server, trials=trials)
        if settings.sandbox and not is_loopback(host):
            stop(
                f"the sandbox accepts any FHIR server on this machine and listens on the loopback only, not on {host}",
                USAGE,
            )
        library = load_library(settings)
        listening = serving.bound(host, port)
    for name in Settings.strange(os.environ):
        typer.echo(f"{name} is no setting and changes nothing; docs/operators.md lists them", err=True)
    typer.echo(serving.announcement(settings, library, listening))
    serving.serve(settings, library, listening)


@cli.command()
def match(
    bundle: ChartFile = None,
    patient: PatientId = None,
    fhir_server: ChartServer = None,
    as_of: AsOf = None,
    trial: Annotated[list[str] | None, typer.Option(metavar="ID", help="Only this trial; may be repeated.")] = None,
    trials: TrialsFolder = None,
    answers: Annotated[bool, typer.Option("--answers", help="Let recorded answers count.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as POST /match gives it.")] = False,
) -> None:
    """Judge one chart against the trials.

    The exit code is 0 with a report, 1 where the chart could not be judged, 2 for a wrong call.

    \b
    Examples:
      trialhook match --bundle chart.json
      trialhook match --bundle chart.json --as-of 2026-11-21 --trial cd19-bcma-autoimmune --json
      trialhook match --patient 123 --fhir-server https://fhir.example.org/r4 --answers
    """
    settings, library = _for_one_chart(bundle, patient, fhir_server, trials)
    asked = _asked(library, settings, as_of, trial or [])
    try:
        found = (
            direct.bundle_read(_body(bundle), asked)
            if bundle is not None
            else _of_patient(patient or "", asked, settings)
        )
    except Refused as error:
        stop(error.text, USAGE if error.status == 400 else REFUSED)
    recorded = _recorded(found, patient, library, settings) if answers else Recorded()
    report = direct.report(found, asked, recorded)
    typer.echo(encoded(report).decode() if as_json else report_text(report, terminal_width()))


@cli.command()
def diagnose(
    bundle: ChartFile = None,
    patient: PatientId = None,
    fhir_server: ChartServer = None,
    as_of: AsOf = None,
    trials: TrialsFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the diagnosis as JSON.")] = False,
) -> None:
    """Explain how one chart is read, and what of it is not.

    Shows the resources by type, each ignored one with its reason (of a broken one, what FHIR's own model says), entries
    that cannot be identified, codes that no value set knows, and what was not searched. It judges no trial. The
    exit code is 0 with a diagnosis, 1 where the chart could not be had or has no patient to judge, 2 for a wrong call.

    \b
    Examples:
      trialhook diagnose --bundle chart.json
      trialhook diagnose --bundle chart.json --json
      trialhook diagnose --patient 123 --fhir-server https://fhir.example.org/r4
    """
    settings, library = _for_one_chart(bundle, patient, fhir_server, trials)
    today = _asked(library, settings, as_of, []).today
    try:
        chart, bodies = _chart_in(bundle) if bundle is not None else _chart_of(patient or "", library, settings)
    except Refused as error:
        stop(error.text, USAGE if error.status == 400 else REFUSED)
    found = diagnosing.diagnosis(chart, bodies, library, today, patient_id=patient)
    typer.echo(diagnosing.encoded(found).decode() if as_json else diagnosis_text(found, terminal_width()))
    if found.trouble is not None:
        stop(found.trouble, REFUSED)


@cli.command()
def check(
    path: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Folders of trials, or of one; default: the trials that are served."),
    ] = None,
    names: Annotated[bool, typer.Option("--names", help="List the value sets that a definition may name.")] = False,
) -> None:
    """Read trial definitions strictly and run their cases.

    Each slip is told with file, line, and what would be right; the exit code is 1 if there is any.

    \b
    Examples:
      trialhook check
      trialhook check our-trials/first-trial
      trialhook check --names
    """
    with taught():
        terminology = load_terminology()
        served = settings_of().trials or DEFINITIONS
    if names:
        for value_set in terminology.sets.values():
            typer.echo(f"{value_set.name:<48}{value_set.kind.replace('_', ' '):<14}{value_set.title}")
        return
    wrong = False
    for place in path or [served]:
        if not place.exists():
            stop(f"{place}: there is no such file or folder", USAGE)
        for finding in checking.check(place, terminology):
            typer.echo("\n".join(finding.lines))
            wrong = wrong or finding.wrong
    if wrong:
        raise typer.Exit(REFUSED)


def _asked(library: Library, settings: Settings, as_of: str | None, trial_ids: list[str]) -> direct.Query:
    unknown = [id for id in trial_ids if library.trial(id) is None]
    if unknown:
        stop(f"there is no trial {unknown[0]!r}; there are {', '.join(one.id for one in library.trials)}", USAGE)
    try:
        return direct.query(library, settings.today(), as_of, trial_ids)
    except Refused as error:
        stop(error.text.replace("asOf", "--as-of"), USAGE)


def _for_one_chart(
    bundle: Path | None, patient: str | None, fhir_server: str | None, trials: Path | None
) -> tuple[Settings, Library]:
    """What a command about one chart starts from."""
    log_to_terminal(level="WARNING")
    if (bundle is None) == (patient is None):
        stop("give either --bundle FILE or --patient ID", USAGE)
    with taught():
        settings = settings_of(fhir_servers=[fhir_server] if fhir_server else None, trials=trials)
        return settings, load_library(settings)


def _body(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        stop(f"{file}: {error.strerror}", USAGE)


def _server(settings: Settings) -> str:
    server = next(iter(settings.fhir_servers), None)
    if server is None:
        stop("--patient needs --fhir-server URL, or TRIALHOOK_FHIR_SERVERS", USAGE)
    return server


def _chart_in(file: Path) -> tuple[Chart, list[bytes]]:
    body = _body(file)
    return direct.bundle_chart(body), [body]


def _chart_of(patient: str, library: Library, settings: Settings) -> tuple[Chart, list[bytes]]:
    server = _server(settings)
    bodies: list[bytes] = []

    async def pulled() -> Chart:
        async with FhirClient(max_pages=settings.max_pages, seen=bodies.append) as client:
            return await direct.patient_chart(
                client, library, patient_id=patient, server=server, budget_s=settings.budget_s
            )

    return asyncio.run(pulled()), bodies


def _of_patient(patient: str, asked: direct.Query, settings: Settings) -> direct.Found:
    server = _server(settings)

    async def pulled() -> direct.Found:
        async with FhirClient(max_pages=settings.max_pages) as client:
            return await direct.patient_read(
                client, asked, patient_id=patient, server=server, budget_s=settings.budget_s
            )

    return asyncio.run(pulled())


def _recorded(found: direct.Found, patient: str | None, library: Library, settings: Settings) -> Recorded:
    about = of_bundle(found.patient) if patient is None else of_server(patient, _server(settings), settings)
    return Recorded(kept_answers(about, settings, library))
