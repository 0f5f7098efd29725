"""The commands `trialhook terminology …`."""

import sys
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import typer

from app.diagnosis_table import unmapped_text
from app.direct import day
from app.library import load_library, site_terminology
from app.logs import log_to_terminal
from app.outcome import Refused
from app.terminal import REFUSED, USAGE, TrialsFolder, settings_of, stop, taught, terminal_width
from app.terminology.published import Resource
from app.terminology.refreshing import Refresh
from app.terminology.resources import json_files
from app.terminology.server import PAGE
from app.terminology.shelf import shelf, transaction
from app.terminology.unmapped import unmapped_of
from mappings.source import suggestion
from mappings.terminology import load_terminology
from mappings.value_set import ValueSet

terminology_commands = typer.Typer(
    help="The terminology as FHIR: export it, refresh it, see what a chart says that it does not know.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@terminology_commands.command()
def export(
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder for the files, which is made if need be; - writes to stdout.")
    ] = Path("-"),
    format_: Annotated[
        Literal["json", "ndjson"], typer.Option("--format", help="One file for each resource, or for each type.")
    ] = "json",
) -> None:
    """Write value sets, code system and concept maps as FHIR R4.

    To stdout, json is one transaction Bundle that puts them all on the FHIR server that is sent it. The resources'
    addresses begin with TRIALHOOK_PUBLIC_URL; without it they are URNs.

    \b
    Examples:
      trialhook terminology export --out fhir-terminology
      trialhook terminology export --format ndjson > terminology.ndjson
      TRIALHOOK_PUBLIC_URL=https://trials.example.org trialhook terminology export --out fhir-terminology
    """
    with taught():
        settings = settings_of()
        resources = tuple(shelf(site_terminology(settings), settings.public_url).values())
    if str(out) == "-":
        sys.stdout.buffer.write(transaction(resources) + b"\n" if format_ == "json" else _lines(resources))
        return
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in _files(resources, format_):
            (out / name).write_bytes(content)
    except OSError as error:
        stop(f"{out}: {error.strerror}", USAGE)
    typer.echo(f"{len(resources)} resources written to {out}")


@terminology_commands.command()
def expand(
    server: Annotated[
        str | None, typer.Option(metavar="URL", help="FHIR R4 terminology server; default: the configured one.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder of the snapshot; default: the configured one.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME", help="Only this value set; may be repeated.")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds that one answer may take.")] = 60,
    page: Annotated[int, typer.Option(min=1, max=200_000, help="Codes that are asked for at once.")] = PAGE,
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the snapshot; default: today.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Drop codes that are gone.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")] = False,
) -> None:
    """Ask a terminology server what lies below the roots of our value sets, and keep its answer in files.

    Each set's file is written once its expansion is complete; a set that fails keeps its file, and the exit code is 1.
    Codes that are gone at the server are listed, and kept as inactive: charts still hold them. The token for the
    server is TRIALHOOK_TERMINOLOGY_TOKEN.

    \b
    Examples:
      trialhook terminology expand --server https://tx.example.org/fhir --out snapshot
      trialhook terminology expand --set systemic_lupus_erythematosus --dry-run
    """
    with taught():
        settings = settings_of(terminology_server=server, terminology_snapshot=out)
        sets = load_terminology().sets
        if settings.terminology_server is None or settings.terminology_snapshot is None:
            stop("give --server URL and --out DIR, or TRIALHOOK_TERMINOLOGY_SERVER and _SNAPSHOT", USAGE)
        wanted = _expandable(sets, only or ())
        token = settings.terminology_token
        on = _day(as_of) if as_of is not None else settings.today()
        order = Refresh(settings.terminology_server, settings.terminology_snapshot, on, forget=forget, dry_run=dry_run)
        asked = order.run(wanted, sets, token.get_secret_value() if token else None, timeout_s=timeout, page=page)
        failed = False
        for lines, wrong in asked:
            typer.echo("\n".join(lines), err=wrong)
            failed = failed or wrong
    if failed:
        raise typer.Exit(REFUSED)


@terminology_commands.command()
def unmapped(
    bundle: Annotated[
        list[Path], typer.Option(metavar="FILE", help="A patient's Bundle, or a folder of them; may be repeated.")
    ],
    as_of: Annotated[str | None, typer.Option(metavar="DATE", help="Day of judging, YYYY-MM-DD.")] = None,
    trials: TrialsFolder = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the codes as JSON.")] = False,
) -> None:
    """Count the codes of charts that no value set knows, each with the value set and criteria that it comes nearest to.

    The nearest names are hints for a ConceptMap or a ValueSet of the site, not mappings. The codes and texts come from
    charts: what it prints belongs where the charts belong. The exit code is 1 where no file could be read.

    \b
    Examples:
      trialhook terminology unmapped --bundle chart.json --bundle another.json
      trialhook terminology unmapped --bundle charts --json
    """
    log_to_terminal(level="WARNING")
    with taught():
        settings = settings_of(trials=trials)
        library = load_library(settings)
        on = _day(as_of) if as_of is not None else settings.today()
        files = json_files(bundle, "a Bundle of FHIR R4, or a folder of them")
    found = unmapped_of(files, library, on)
    typer.echo(msgspec.json.encode(found).decode() if as_json else unmapped_text(found, terminal_width()))
    if not found.charts:
        raise typer.Exit(REFUSED)


def _expandable(sets: Mapping[str, ValueSet], names: Iterable[str]) -> list[ValueSet]:
    """The sets to ask for: those named, else all that have roots."""
    rooted = {name: one for name, one in sets.items() if one.is_a}
    for name in names:
        if name not in rooted:
            stop(f"--set: {name!r} has no `snomed_is_a`; {suggestion(name, rooted)}", USAGE)
    return [rooted[name] for name in names] or list(rooted.values())


def _day(text: str) -> date:
    """The day of `--as-of`."""
    try:
        return day(text)
    except Refused as error:
        stop(error.text.replace("asOf", "--as-of"), USAGE)


def _files(resources: tuple[Resource, ...], format_: str) -> Iterable[tuple[str, bytes]]:
    if format_ == "json":
        yield from ((f"{one.type}-{one.id}.json", one.content + b"\n") for one in resources)
        return
    for type_ in dict.fromkeys(one.type for one in resources):
        yield f"{type_}.ndjson", _lines(one for one in resources if one.type == type_)


def _lines(resources: Iterable[Resource]) -> bytes:
    return b"".join(one.content + b"\n" for one in resources)
