"""The commands `trialhook terminology …`."""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import typer

from app.library import site_terminology
from app.terminal import USAGE, settings_of, stop, taught
from app.terminology.published import Resource
from app.terminology.shelf import shelf, transaction

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


def _files(resources: tuple[Resource, ...], format_: str) -> Iterable[tuple[str, bytes]]:
    if format_ == "json":
        yield from ((f"{one.type}-{one.id}.json", one.content + b"\n") for one in resources)
        return
    for type_ in dict.fromkeys(one.type for one in resources):
        yield f"{type_}.ndjson", _lines(one for one in resources if one.type == type_)


def _lines(resources: Iterable[Resource]) -> bytes:
    return b"".join(one.content + b"\n" for one in resources)
