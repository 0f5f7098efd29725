"""Reading a file so that every complaint can name its place; knows YAML and JSON and nothing of what a file means."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, NamedTuple, NoReturn

import yaml

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml where the platform's wheel has it: ten times faster


LARGEST_JSON: Final = 64_000_000
"""Bytes of a FHIR resource in a file; the largest expansion of a terminology server is a tenth of it."""


class MappingError(ValueError):
    """A slip in a mapping file: names file and line, what was found, and what would be right."""


class Part(NamedTuple):
    """A piece of a mapping file. Scalars are text as written: `03` stays "03", `2160-0` is no subtraction."""

    node: yaml.Node
    file: str

    @property
    def line(self) -> int:
        """The line that it starts on, from 1."""
        return int(self.node.start_mark.line) + 1

    def fail(self, message: str) -> NoReturn:
        """Refuses the file, at this place."""
        raise MappingError(f"{self.file}:{self.line}: {message}")

    def entries(self) -> "dict[str, tuple[Part, Part]]":
        """Key → the key's and the value's part, in the order of the file. A key that stands twice is refused."""
        if not isinstance(self.node, yaml.MappingNode):
            self.fail(f"found {self._found()}; expected a mapping, `key: value`")
        found: dict[str, tuple[Part, Part]] = {}
        for key_node, value_node in self.node.value:
            key = Part(key_node, self.file)
            name = key.text()
            if name in found:
                key.fail(f"{name!r} stands twice, first on line {found[name][0].line}; keep one of them")
            found[name] = key, Part(value_node, self.file)
        return found

    def fields(self, allowed: Iterable[str]) -> "dict[str, Part]":
        """The values of a mapping that may have these keys and no others."""
        known = tuple(allowed)
        entries = self.entries()
        for name, (key, _) in entries.items():
            if name not in known:
                key.fail(f"unknown key {name!r}; {suggestion(name, known)}")
        return {name: value for name, (_, value) in entries.items()}

    def items(self) -> "tuple[Part, ...]":
        """The parts of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            self.fail(f"found {self._found()}; expected a list, `[one, another]`")
        return tuple(Part(node, self.file) for node in self.node.value)

    def text(self) -> str:
        """A scalar that is not empty."""
        if not isinstance(self.node, yaml.ScalarNode) or not self.node.value.strip():
            self.fail(f"found {self._found()}; expected a text")
        return str(self.node.value).strip()

    def texts(self) -> tuple[str, ...]:
        """A list of texts without repetition."""
        seen: dict[str, Part] = {}
        for item in self.items():
            if item.text() in seen:
                item.fail(f"{item.text()!r} stands twice in this list; keep one of them")
            seen[item.text()] = item
        return tuple(seen)

    def texts_by_key(self) -> Mapping[str, str]:
        """A mapping of texts."""
        return {name: value.text() for name, (_, value) in self.entries().items()}

    def number(self) -> Decimal:
        """A positive number, exact."""
        try:
            value = Decimal(self.text())
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or value <= 0:
            self.fail(f"found {self.text()!r}; expected a number above 0")
        return value

    def flag(self) -> bool:
        """`true` or `false`."""
        return self.one_of(("true", "false")) == "true"

    def one_of(self, choices: Iterable[str]) -> str:
        """One of these words."""
        known = tuple(choices)
        if self.text() not in known:
            self.fail(f"found {self.text()!r}; {suggestion(self.text(), known)}")
        return self.text()

    def _found(self) -> str:
        match self.node:
            case yaml.MappingNode():
                return "a mapping"
            case yaml.SequenceNode():
                return "a list"
            case yaml.ScalarNode(value=str(value)) if value.strip():
                return repr(value)
            case _:
                return "nothing"


def suggestion(wrong: str, known: Iterable[str]) -> str:
    """The likely right spelling, else everything that would be right."""
    choices = sorted(known)
    close = get_close_matches(wrong, choices, n=1, cutoff=0.7)
    return f"did you mean {close[0]!r}?" if close else f"expected one of {', '.join(choices)}"


def read_part(path: Path) -> Part:
    """The whole file. Broken YAML and files that cannot be read raise `MappingError` like any other slip."""
    name = f"{path.parent.name}/{path.name}"
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise MappingError(f"{name}:{line}: not YAML: {error.problem}; expected `key: value` lines") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{name}:1: cannot be read ({type(error).__name__}); expected a UTF-8 text file") from error
    if node is None:
        raise MappingError(f"{name}:1: found nothing; expected a mapping of blocks")
    return Part(node, name)


def read_json(path: Path) -> Any:
    """A JSON file. What cannot be read, is too large or is no JSON raises `MappingError`."""
    try:
        if path.stat().st_size > LARGEST_JSON:
            raise MappingError(f"{path.name}:1: found more than {LARGEST_JSON:,} bytes; expected a smaller file")
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise MappingError(f"{path.name}:1: found lists in lists without end; expected a FHIR resource") from error
    except json.JSONDecodeError as error:
        raise MappingError(f"{path.name}:{error.lineno}: not JSON: {error.msg}; expected a FHIR resource") from error
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"{path.name}:1: cannot be read ({type(error).__name__}); expected a UTF-8 text") from error
