"""The commands `trialhook answers …`: what people said, straight from and into the database, without the service."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer

from app.answers.entry import asked, known_trial, name, note, patient_id
from app.answers.facts import facts
from app.answers.report import AnswerReport, answer_list
from app.answers.store import AnswerStore, Given, Kept, Subject, Unavailable
from app.answers.subjects import subject
from app.library import Library, load_library
from app.logs import log_to_terminal
from app.matching import Answers
from app.outcome import Refused
from app.settings import Settings
from app.terminal import REFUSED, USAGE, TrialsFolder, settings_of, stop, taught

answers_commands = typer.Typer(
    help="Record, list and withdraw what people answered.", no_args_is_help=True, rich_markup_mode=None
)

PatientId = Annotated[str, typer.Option(metavar="ID", help="Patient of the FHIR server, or of Bundles.")]
Server = Annotated[
    str | None,
    typer.Option(
        metavar="URL", help='FHIR server of the patient, or "direct" for Bundles; default: as for GET /match.'
    ),
]
By = Annotated[str, typer.Option(metavar="NAME", help="Who says so.")]
Refs = list[str] | None


@answers_commands.command("list")
def listed(
    patient: PatientId,
    trial: Annotated[str | None, typer.Option(metavar="ID", help="Only this trial.")] = None,
    server: Server = None,
    trials: TrialsFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the answers as GET /answers gives them.")] = False,
) -> None:
    """List every answer about a patient with what became of it.

    \b
    Examples:
      trialhook answers list --patient 123
      trialhook answers list --patient 123 --trial cd19-bcma-autoimmune --json
      trialhook answers list --patient 123 --server direct
    """
    settings, library = _site(trials)
    with _store(settings) as store:
        about = subject(patient_id(patient), server, _own(settings), settings)
        if trial is not None:
            known_trial(trial, library)
        kept = [one for one in store.of(about) if trial in (None, one.given.trial)]
    _told(kept, library, settings, as_json)


@answers_commands.command()
def record(
    patient: PatientId,
    trial: Annotated[str, typer.Option(metavar="ID", help="The trial.")],
    by: By,
    yes: Annotated[Refs, typer.Option(metavar="REF", help="A criterion that holds; may be repeated.")] = None,
    no: Annotated[Refs, typer.Option(metavar="REF", help="A criterion that does not hold; may be repeated.")] = None,
    remark: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="A remark on these answers.")] = None,
    server: Server = None,
    trials: TrialsFolder = None,
) -> None:
    """Record what a person says of criteria: yes means that the statement holds of the patient.

    All answers are kept or none; when the command ends with 0 they are on the disk.

    \b
    Examples:
      trialhook answers record --patient 123 --trial cd19-bcma-autoimmune --by "Dr Li" --yes T2-L1 --yes T2-C2
      trialhook answers record --patient 123 --trial cd19-bcma-autoimmune --by "Dr Li" --no T2-C4 --note "Declined"
    """
    settings, library = _site(trials)
    now, today = datetime.now(UTC), settings.today()
    if not (yes or no):
        stop("say --yes REF or --no REF", USAGE)
    with _store(settings) as store:
        about = subject(patient_id(patient), server, _own(settings), settings)
        found, who, said = known_trial(trial, library), name(by), note(remark)
        refs = [(ref, True) for ref in yes or ()] + [(ref, False) for ref in no or ()]
        given = [Given(found.id, ref, holds, who, today, now, said) for ref, holds in refs]
        kept = store.record(about, asked(given, found, "command-line"), now)
    _told(kept, library, settings, as_json=False)


@answers_commands.command()
def withdraw(
    id: Annotated[str, typer.Argument(metavar="ID", help="The answer, as `trialhook answers list` names it.")],
    by: By,
    trials: TrialsFolder = None,
) -> None:
    """Take an answer back. It decides nothing any more and stays in the list.

    \b
    Examples:
      trialhook answers withdraw 0d9b1d1e-5a0f-4a53-9f0e-3c1f5f3f2a10 --by "Dr Li"
    """
    settings, library = _site(trials)
    with _store(settings) as store:
        kept = store.withdraw(id, name(by), datetime.now(UTC))
    if kept is None:
        stop("there is no answer of that id", REFUSED)
    _told([kept], library, settings, as_json=False)


def kept_answers(about: Subject | None, settings: Settings, library: Library) -> Answers:
    """The answers about a patient for `trialhook match --answers`; ends the command where they cannot be read."""
    with _store(settings) as store:
        return {} if about is None else facts(store.of(about), library)


def _site(trials: TrialsFolder) -> tuple[Settings, Library]:
    log_to_terminal(level="WARNING")
    with taught():
        settings = settings_of(trials=trials)
        return settings, load_library(settings)


@contextmanager
def _store(settings: Settings) -> Iterator[AnswerStore]:
    url = settings.answers_database
    if url is None:
        stop("no answers are kept here: TRIALHOOK_ANSWERS_URL is off", REFUSED)
    store = AnswerStore(url)
    try:
        yield store
    except Refused as error:
        stop(error.text, USAGE)
    except Unavailable as error:
        stop(f"the database of answers is not available ({error})", REFUSED)
    finally:
        store.close()


def _own(settings: Settings) -> str | None:
    return next(iter(settings.fhir_servers), None)


def _told(kept: "list[Kept] | tuple[Kept, ...]", library: Library, settings: Settings, as_json: bool) -> None:
    found = answer_list(kept, library, settings.today())
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for one in found.answers:
        typer.echo(_line(one))
    if not found.answers:
        typer.echo("no answers")


def _line(one: AnswerReport) -> str:
    """Everything about one answer in one line, its id last so that it can be copied."""
    became = f"withdrawn by {one.withdrawn_by}" if one.state == "withdrawn" else f"{one.state}, until {one.until}"
    said = f"{one.on}  {one.trial}  {one.ref:<10}{one.answer:<4} by {one.by} ({became})"
    return f"{said}{f': {one.note}' if one.note else ''}  {one.id}"
