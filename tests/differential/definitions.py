"""Reads trial definitions as they stand in YAML: rows, their nodes and the gates above; every scalar stays text."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).resolve().parents[2]
Node = dict[str, Any]

COMBINATIONS = ("all_of", "any_of", "first_of", "of")


class Row(NamedTuple):
    """One row of the criteria table as a definition writes it."""

    trial: str
    """Its prefix, "T2"."""
    ref: str
    section: str
    """`inclusion` or `exclusion`."""
    node: Node
    gates: tuple[Node, ...]
    """The `applies_if` of the groups above it."""


def plain_yaml(path: Path) -> Any:
    """A YAML file with every scalar as text: `1:8` is no number of minutes and `03` is no 3."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


@cache
def definitions() -> dict[str, Node]:
    """The packaged definitions that have criteria, by their ref."""
    found = (plain_yaml(path) for path in sorted((ROOT / "trials" / "definitions").glob("*/trial.yaml")))
    return {each["ref"]: each for each in found if "inclusion" in each or "exclusion" in each}


@cache
def rows() -> dict[str, Row]:
    """Every written row of every trial, by its ref."""
    return {row.ref: row for ref, definition in definitions().items() for row in _of_trial(ref, definition)}


def _of_trial(ref: str, definition: Node) -> Iterator[Row]:
    parts = [definition, *definition.get("arms", {}).values()]
    for part in parts:
        for section in ("inclusion", "exclusion"):
            for node in part.get(section, {}).values():
                # A list holds refs of rows that are not written yet.
                if isinstance(node, dict):
                    yield from _below(ref, section, node, ())


def _below(trial: str, section: str, node: Node, gates: tuple[Node, ...]) -> Iterator[Row]:
    """The rows of a group; what stands inside a row is no row, but what wraps it is."""
    if "applies_if" in node:
        yield from _below(trial, section, node["applies_if"], gates)
        gates = (*gates, node["applies_if"])
    if "ref" in node:
        yield Row(trial, node["ref"], section, node, gates)
    for key in ("except", "unless", "accept"):
        if key in node:
            yield from _below(trial, section, node[key], gates)
    if "valid_if" in node:
        yield from _below(trial, section, _of_sample(node["valid_if"], node["observation"]), gates)
    for part in node.get("aside", []):
        yield from _below(trial, section, part, gates)
    if "ref" not in node:
        for part in parts(node):
            yield from _below(trial, section, part, gates)


def _of_sample(node: Any, name: str) -> Any:
    """A condition on a sample, with the test whose sample it is beside each window before it."""
    if isinstance(node, list):
        return [_of_sample(part, name) for part in node]
    if not isinstance(node, dict):
        return node
    found = {key: _of_sample(value, name) for key, value in node.items()}
    return {**found, "sample_of": name} if found.get("before") == "sample" else found


def parts(node: Node) -> list[Node]:
    """The nodes that a combination combines; none of a test."""
    found: list[Node] = []
    for key in COMBINATIONS:
        found += node.get(key, [])
    return found + [node[key] for key in ("not", "beside", "code") if isinstance(node.get(key), dict)]


def each_test(node: Node) -> Iterator[Node]:
    """The tests of a row, however deep."""
    below = parts(node)
    if not below:
        yield node
    for part in below:
        yield from each_test(part)


def names(value: str | list[str] | None) -> list[str]:
    """A name or a list of names as a list."""
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


@cache
def class_c() -> dict[str, str]:
    """The class C leaves of the criteria table, and what an empty chart says of each."""
    text = (ROOT / "tests" / "criteria.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    head = lines[0].split("\t")
    found = (dict(zip(head, line.split("\t"), strict=True)) for line in lines[1:])
    return {line["id"]: line["silent"] for line in found if line["class"] == "C"}
