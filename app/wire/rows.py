"""What both releases of FHIR carry of a row and of what could not be said, as extensions of ours.

A row of the criteria table has exactly one `criterion` extension in an export, wherever its test went.
"""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

from app.library import Library
from app.means import means
from app.wire.canonical import value_set_url
from app.wire.leaf import Json
from app.wire.lost import Loss
from app.wire.named import value_sets
from trials.judge import PlannedRow, Trial
from trials.language import Missing, Node, NotWritten, Undefined
from trials.policies import policy_text
from trials.tree import rows, tests

CRITERION: Final = "urn:trialhook:extension:criterion"
"""A row of the criteria table: its ref, statement, and what stands beside it."""
NOT_SAID: Final = "urn:trialhook:extension:not-said"
"""What the format could not say: `lost`, and the `ref` of each row that it concerns."""

_GAPS: Final[Mapping[type[Node], str]] = {
    Missing: "Not in our copy of the protocol",
    Undefined: "The protocol sets no limit",
    NotWritten: "Not judged by this service yet",
}


class RowExtensions:
    """Writes the extensions of one trial's rows."""

    def __init__(self, trial: Trial, library: Library, public_url: str | None) -> None:
        self._planned: Mapping[str, PlannedRow] = {one.row.ref: one for one in trial.rows}
        self._library, self._public_url = library, public_url

    def criterion(self, node: Node) -> Json:
        """The extension of the row that `node` is."""
        assert node.row is not None
        row, one = node.row, self._planned[node.row.ref]
        sets = self._library.terminology.sets
        texts = {
            "ref": row.ref,
            "statement": row.statement,
            "section": one.group.section,
            "arm": one.arm,
            "group": one.group.name,
            "decidedBy": means(node, sets),
            "question": one.question,
            "gap": self._gap(node),
            **self.beside(node),
        }
        parts: list[Json] = [{"url": key, "valueString": text} for key, text in texts.items() if text]
        addresses = (value_set_url(self._public_url, name) for name in value_sets(node, sets))
        parts += [{"url": "valueSet", "valueCanonical": address} for address in addresses]
        return {"url": CRITERION, "extension": parts}

    def beside(self, node: Node) -> dict[str, str | None]:
        """The site's policy, the reading of an ambiguity, what looks wrong in print, and what can lift a bar."""
        assert node.row is not None
        policy = policy_text(self._planned[node.row.ref].policies, self._library.policy)
        return {
            "policy": policy,
            "reading": node.row.reading,
            "sourceSuspect": node.row.source_suspect,
            "modifiable": node.row.modifiable,
        }

    def _gap(self, node: Node) -> str | None:
        found = dict.fromkeys(text for test in tests(node) for kind, text in _GAPS.items() if isinstance(test, kind))
        return "; ".join(found) or None


def not_said(losses: Iterable[Loss]) -> list[Json]:
    """The list of what the format could not say."""
    return [
        {
            "url": NOT_SAID,
            "extension": [
                *({"url": "ref", "valueString": ref} for ref in loss.refs),
                {"url": "lost", "valueString": loss.text},
            ],
        }
        for loss in dict.fromkeys(losses)
    ]


def narrative(title: str, losses: Iterable[Loss]) -> Json:
    """The text of a resource for people: what it is, and what the format could not say."""
    items = "".join(
        f"<li>{escape(', '.join(loss.refs) or 'All')}: {escape(loss.text)}</li>" for loss in dict.fromkeys(losses)
    )
    said = f"<p>What this format cannot say:</p><ul>{items}</ul>" if items else ""
    div = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{escape(title)}</p>{said}</div>'
    return {"status": "generated", "div": div}


def refs_of(node: Node) -> tuple[str, ...]:
    """The rows in a node."""
    return tuple(found.row.ref for found in rows(node) if found.row)
