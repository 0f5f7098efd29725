"""FHIR resources out of files that others wrote: bounded, judged by FHIR's own model, and every slip named by its path.

These are a site's files about codes, so that a message may show what was found; no chart is ever read here.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from mappings.source import MappingError, read_json

Json = dict[str, Any]

DEEPEST: Final = 60
MOST_FILES: Final = 2_000
_MOST_SHOWN: Final = 5
_LONGEST_SHOWN: Final = 60


def json_files(paths: Iterable[Path], what: str) -> list[Path]:
    """The files themselves and the `*.json` of folders, in a fixed order."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise MappingError(f"{path}: there is no such file or folder; expected {what}")
        found += sorted(path.glob("*.json")) if path.is_dir() else [path]
        if len(found) > MOST_FILES:
            raise MappingError(f"{path}: found more than {MOST_FILES:,} files; expected {what}")
    return list(dict.fromkeys(found))


def resources_of(path: Path, kind: str) -> Iterator[tuple[str, Json]]:
    """Place and content of each resource of a file that holds one, or a Bundle of them.

    Raises `MappingError` with the file, the path, what was found and what would be right.
    """
    content = read_json(path)
    if _depth(content) > DEEPEST:
        raise MappingError(f"{path.name}: found more than {DEEPEST} levels; expected a {kind} of FHIR R4")
    found = content.get("resourceType") if isinstance(content, dict) else None
    if found == "Bundle":
        for at, entry in enumerate(_entries(content, path)):
            yield _accepted(entry, kind, f"{path.name}: Bundle.entry[{at}].resource")
    else:
        yield _accepted(content, kind, f"{path.name}: {kind}")


def _entries(bundle: Json, path: Path) -> list[Any]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise MappingError(f"{path.name}: Bundle.entry: found no list of objects; expected what FHIR R4 defines")
    return [entry.get("resource") for entry in entries]


def _accepted(resource: Any, kind: str, place: str) -> tuple[str, Json]:
    """The resource, if FHIR's own model takes it."""
    from fhir.resources.R4B import get_fhir_model_class  # slow to load; a site without files of its own does not pay
    from pydantic import ValidationError

    found = resource.get("resourceType") if isinstance(resource, dict) else None
    if found != kind:
        said = found if isinstance(found, str) and found else type(resource).__name__
        raise MappingError(f"{place}: found {_short(said)}; expected a {kind} of FHIR R4")
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        raise MappingError("\n".join(_slips(error.errors(include_url=False), place))) from None
    except (RecursionError, TypeError, AttributeError) as error:  # a model was not made for what nobody should send
        raise MappingError(f"{place}: found what no {kind} of FHIR R4 holds ({type(error).__name__})") from error
    return place, resource


def _slips(errors: Iterable[Any], place: str) -> Iterator[str]:
    for error in list(errors)[:_MOST_SHOWN]:
        where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in error["loc"])
        found = "nothing" if error["input"] is None else _short(error["input"])
        yield f"{place}{where}: found {found}; expected: {' '.join(str(error['msg']).split())}"


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= _LONGEST_SHOWN else said[: _LONGEST_SHOWN - 1] + "…"


def _depth(value: Any) -> int:
    """How many levels of lists and objects; no further than matters."""
    level, deep = [value], 0
    while level and deep <= DEEPEST:
        deep += 1
        level = [
            child
            for one in level
            for child in (one.values() if isinstance(one, dict) else one if isinstance(one, list) else ())
        ]
    return deep
