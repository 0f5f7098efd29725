"""A trial's criteria as FHIR R4 Groups: flat lists of which all have to hold; any other logic is said in words.

The shared criteria are one Group and each arm is one that refers to it: `enrollment` may name several.
"""

from collections.abc import Iterable, Iterator

from app.library import Library
from app.wire.judged import judged
from app.wire.leaf import NOW, Json, Leaf, Words, leaf
from app.wire.lost import Loss, lost_of
from app.wire.rows import RowExtensions, refs_of
from app.wire.sentence import sentence
from trials.definition import Group
from trials.judge import Trial
from trials.language import AllOf, AnyOf, Aside, Node, Not
from trials.tree import parts, rows


class Flat:
    """Builds the characteristics of one Group and keeps what could not be said."""

    def __init__(self, trial: Trial, library: Library, public_url: str | None) -> None:
        self._words = Words(library.terminology.sets, public_url, "r4")
        self._rows = RowExtensions(trial, library, public_url)
        self.losses: list[Loss] = []
        self.aside: list[Json] = []
        """Rows that no characteristic says, since they decide nothing."""
        self._at: tuple[str, ...] = ()
        """The rows of the group at hand: a test outside of rows concerns them all."""

    def characteristics(self, groups: Iterable[Group]) -> list[Json]:
        """Every group; what an exclusion says is excluded."""
        found: list[Json] = []
        for group in groups:
            self._at = refs_of(group.node)
            found += self._node(group.node, exclude=group.section == "exclusion")
        return found

    def _node(self, node: Node, *, exclude: bool) -> Iterator[Json]:
        match node:
            case AllOf(row=None, but=0) if not exclude:
                for part in node.parts:
                    yield from self._node(part, exclude=False)
            case AnyOf(row=None, open=False, waiver=False) if exclude:
                for part in node.parts:
                    yield from self._node(part, exclude=True)
            case Aside():
                yield from self._node(node.part, exclude=exclude)
                for row in (row for part in node.beside for row in rows(part)):
                    self.aside.append(self._rows.criterion(row))
                    self._lose(row, ["Named beside a criterion, it is reported and decides nothing: not said at all"])
            case Not(row=None):
                yield from self._node(node.part, exclude=not exclude)
            case _:
                yield self._said(node, exclude=exclude)

    def _said(self, node: Node, *, exclude: bool) -> Json:
        """One characteristic, in codes where it is a single test of a single value, else in words."""
        negative = isinstance(node, Not)
        test = node.part if isinstance(node, Not) else node
        found = None if parts(test) or judged(test) else leaf(test, self._words)
        if found is None or not _whole(found):
            return self._worded(node, exclude=exclude)
        self._lose(node, [*found.lost, *_lost_here(found)])
        return self._head(node) | {"code": found.about} | _value(found) | {"exclude": exclude is not negative}

    def _worded(self, node: Node, *, exclude: bool) -> Json:
        for row in rows(node):
            for test in _tests(row):
                self._lose(row, lost_of(test, self._words.sets, offsets=False))
            self._lose(row, ["It is said in words only"])
        if node.row is None and parts(node):
            self._lose(node, ["How the rows are combined is said in words only"])
        said = sentence(node, self._words.sets)
        return self._head(node) | {"code": {"text": said}, "valueBoolean": True, "exclude": exclude}

    def _head(self, node: Node) -> Json:
        found = [self._rows.criterion(row) for row in rows(node)]
        return {"extension": found} if found else {}

    def _lose(self, node: Node, texts: Iterable[str]) -> None:
        refs = refs_of(node) or self._at
        self.losses += [Loss(refs, text) for text in texts]


def _tests(row: Node) -> Iterator[Node]:
    below = parts(row)
    for part in below:
        yield from _tests(part)
    if not below:
        yield row


def _whole(found: Leaf) -> bool:
    """Whether R4 can say it: no time from an event, no length, no number of times, no two limits with open ends.

    What it can say in part only would read as another criterion, so that words alone have to say it.
    """
    plain = found.window in (None, NOW) and not found.duration and not found.method and not found.partial
    codes = all("valueCodeableConcept" in value for value in found.values)
    return plain and bool(found.values) and (len(found.values) == 1 or codes)


def _value(found: Leaf) -> Json:
    if len(found.values) == 1:
        return found.values[0]
    concepts = [value["valueCodeableConcept"] for value in found.values]
    codings = [coding for concept in concepts for coding in concept.get("coding", ())]
    return {"valueCodeableConcept": {"coding": codings, "text": " or ".join(one["text"] for one in concepts)}}


def _lost_here(found: Leaf) -> Iterator[str]:
    """What R5 could say of a single test, and R4 cannot."""
    if len(found.values) > 1:
        yield "Several codes are alternatives, not one thing said several times"
    if found.window:
        yield "That it has to be so now"
