"""What all commands share: settings over the environment, exit codes, and mistakes told in a line on stderr."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from app import serving
from app.settings import PREFIX, Settings
from mappings.source import MappingError
from trials.library import DefinitionError

REFUSED = 1
USAGE = 2

TrialsFolder = Annotated[
    Path | None,
    typer.Option("--trials", metavar="DIR", help="Trial definitions instead of the built-in ones."),
]


def settings_of(**given: Any) -> Settings:
    """The settings of the environment, and over them what the command line says."""
    return Settings(**{name: value for name, value in given.items() if value is not None})


@contextmanager
def taught() -> Iterator[None]:
    """What an operator or author did wrong ends the command with a message that says what would be right."""
    try:
        yield
    except ValidationError as error:
        stop("\n".join(_of_setting(one) for one in error.errors()), USAGE)
    except (SettingsError, DefinitionError, MappingError, serving.CannotListen) as error:
        stop(str(error), REFUSED)


def stop(text: str, code: int) -> NoReturn:
    """Ends the command with a message on stderr."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def terminal_width() -> int:
    """How many columns a table may have."""
    return max(80, shutil.get_terminal_size((120, 40)).columns)


def _of_setting(error: Any) -> str:
    name, *inside = error["loc"] or ("settings",)
    where = "".join(f" {part}" for part in inside if not isinstance(part, int))
    return f"{PREFIX}{str(name).upper()}{where}: {error['msg'].removeprefix('Value error, ')}"
