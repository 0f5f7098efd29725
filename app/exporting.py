"""The command `trialhook export`: trials as FHIR R4, as FHIR R5, and as pages for people."""

import sys
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.library import Library, load_library
from app.terminal import USAGE, TrialsFolder, settings_of, stop, taught
from app.wire.markdown import markdown
from app.wire.page import trial_page
from app.wire.study import exported, pretty
from trials.judge import Trial

Format = Literal["r4", "r5", "page"]
_ENDINGS = {"r4": "r4.json", "r5": "r5.json", "page": "md"}


def export(
    trial: Annotated[list[str] | None, typer.Option(metavar="ID", help="This trial; may be repeated.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Every trial.")] = False,
    format_: Annotated[
        Format,
        typer.Option("--format", help="FHIR R4 (ResearchStudy and Groups), FHIR R5 (EvidenceVariable), or Markdown."),
    ] = "r4",
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for a file of each trial, made if need be; - writes to stdout.")
    ] = Path("-"),
    trials: TrialsFolder = None,
) -> None:
    """Write trials in the formats that others read.

    What a format cannot say is listed in the file, and told on stderr with the row that it concerns. Addresses in the
    files begin with TRIALHOOK_PUBLIC_URL; without it they are URNs.

    \b
    Examples:
      trialhook export --trial cd19-bcma-autoimmune --format r5
      trialhook export --all --format r4 --out fhir-trials
      trialhook export --all --format page --out docs/trials
    """
    if bool(trial) == all_:
        stop("give either --trial ID or --all", USAGE)
    with taught():
        settings = settings_of(trials=trials)
        library = load_library(settings)
    for one in library.trials if all_ else [_found(id, library) for id in trial or []]:
        _write(out, f"{one.id}.{_ENDINGS[format_]}", _text(one, library, settings.public_url, format_))


def _found(id: str, library: Library) -> Trial:
    found = library.trial(id)
    if found is None:
        stop(f"there is no trial {id!r}; there are {', '.join(one.id for one in library.trials)}", USAGE)
    return found


def _text(one: Trial, library: Library, public_url: str | None, format_: Format) -> str:
    if format_ == "page":
        return markdown(trial_page(one, library))
    made = exported(one, library, public_url, format_)
    if one.definition.not_assessable:
        typer.echo(f"{one.id}: exported without criteria. {one.definition.not_assessable}", err=True)
    for loss in made.losses:
        typer.echo(f"{one.id}: {', '.join(loss.refs) or 'every row'}: not said in {format_}: {loss.text}", err=True)
    return pretty(made.content) + "\n"


def _write(out: Path, name: str, text: str) -> None:
    if str(out) == "-":
        sys.stdout.buffer.write(text.encode())
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(text.encode())
    except OSError as error:
        stop(f"{out}: {error.strerror}", USAGE)
