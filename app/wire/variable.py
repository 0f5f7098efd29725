"""A trial's criteria as a FHIR R5 EvidenceVariable: one tree of all of, any of, at least, and exclude."""

from collections.abc import Iterable, Sequence

from app.library import Library
from app.means import means
from app.wire.judged import judged
from app.wire.leaf import Json, Leaf, Window, Words, leaf
from app.wire.lost import EVERYWHERE, Loss, lost_in, lost_of
from app.wire.rows import RowExtensions, refs_of
from trials.definition import Arm, Group
from trials.judge import Trial
from trials.language import AllOf, AnyOf, Aside, AtLeast, Beside, Except, FirstOf, Gated, Node, Not, Sampled
from trials.match import Section
from trials.tree import parts

_NOTES = {
    "policy": "The site's policy, not the protocol's",
    "reading": "How we read it",
    "sourceSuspect": "Looks wrong in print, followed as printed",
    "modifiable": "What can lift it",
}


class Tree:
    """Builds the characteristics of one trial and keeps what could not be said."""

    def __init__(self, trial: Trial, library: Library, public_url: str | None) -> None:
        self._trial = trial
        self._words = Words(library.terminology.sets, public_url, "r5")
        self._rows = RowExtensions(trial, library, public_url)
        self._links = 0
        self._at: tuple[str, ...] = ()
        """The rows that a loss concerns here: the row, and outside of rows those of the group."""
        self.losses: list[Loss] = [Loss((), text) for text in EVERYWHERE]

    def characteristics(self) -> list[Json]:
        """Everything that a participant has to be: the shared groups, and one of the arms."""
        definition = self._trial.definition
        found = self._groups(definition.shared)
        if not any(arm.groups for arm in definition.arms):
            return found
        arms = [self._arm(arm) for arm in definition.arms]
        return [*found, self._combined("any-of", arms, "One of the arms")]

    def _arm(self, arm: Arm) -> Json:
        if not arm.groups:
            return self._in_words("No criteria beyond those of all arms") | {"description": arm.title}
        return self._combined("all-of", self._groups(arm.groups), arm.title)

    def _groups(self, groups: Iterable[Group]) -> list[Json]:
        found = []
        for group in groups:
            self._at = refs_of(group.node)
            made = self._node(group.node, group.section)
            made.setdefault("description", group.name.replace("_", " ").capitalize())
            found.append(self._excluded(made) if group.section == "exclusion" else made)
        return found

    def _node(self, node: Node, section: Section) -> Json:
        if node.row is None:
            return self._bare(node, section)
        around, self._at = self._at, (node.row.ref,)
        inner = self._bare(node, section)
        self._at = around
        if inner.get("exclude"):
            # The description states the row; beside a bare `exclude` it would read as its opposite.
            inner = self._combined("all-of", [inner])
        beside = self._rows.beside(node)
        notes = [{"text": f"{_NOTES[key]}: {text}"} for key, text in beside.items() if text]
        head: Json = {
            "extension": [self._rows.criterion(node)],
            "linkId": node.row.ref,
            "description": node.row.statement,
        }
        return head | ({"note": notes} if notes else {}) | {key: inner[key] for key in inner if key != "linkId"}

    def _bare(self, node: Node, section: Section) -> Json:
        text = lost_in(node)
        if text is not None:
            self.losses.append(Loss(refs_of(node) or self._at, text))
        match node:
            case AllOf(parts=inner, but=but, but_row=accept) if but and accept is not None:
                return self._accepted(inner, len(inner) - but, accept, section)
            case AtLeast(count=count, parts=inner):
                return self._combined("at-least", self._several(inner, section), threshold=count)
            case AnyOf(parts=inner) | FirstOf(parts=inner):
                return self._combined("any-of", self._several(inner, section))
            case Beside(part=part, code=code):
                return self._combined("any-of", self._several((part, code), section))
            case Not(part=part):
                return self._excluded(self._node(part, section))
            case Except(part=part, carve=carve):
                return self._combined("all-of", [self._node(part, section), self._excluded(self._node(carve, section))])
            case Gated(part=part, gate=gate) if section == "inclusion":
                return self._combined("any-of", [self._excluded(self._node(gate, section)), self._node(part, section)])
            case Aside(part=part, beside=beside):
                return self._beside(part, beside, section)
            case AllOf() | Sampled() | Gated():
                return self._combined("all-of", self._several(parts(node), section))
            case _:
                return self._test(node)

    def _several(self, nodes: Iterable[Node], section: Section) -> list[Json]:
        return [self._node(node, section) for node in nodes]

    def _accepted(self, inner: Sequence[Node], enough: int, accept: Node, section: Section) -> Json:
        """At least so many of the parts, and either every one or a person's word."""
        made = self._several(inner, section)
        every = [{"linkId": self._link(), "definitionId": one["linkId"]} for one in made]
        whole = self._combined("any-of", [self._combined("all-of", every), self._node(accept, section)])
        return self._combined("all-of", [self._combined("at-least", made, threshold=enough), whole])

    def _beside(self, part: Node, beside: Sequence[Node], section: Section) -> Json:
        """The part, or the part with what stands beside it: the same as the part alone, and no row is lost."""
        made = self._node(part, section)
        again: Json = {"linkId": self._link(), "definitionId": made["linkId"]}
        return self._combined("any-of", [made, self._combined("all-of", [again, *self._several(beside, section)])])

    def _test(self, node: Node) -> Json:
        said = node.row.statement if node.row else means(node, self._words.sets)
        self.losses += [Loss(self._at, text) for text in lost_of(node, self._words.sets, offsets=True)]
        left = judged(node)
        if left is None:
            return self._said(node, said)
        person: list[Json] = [self._said(left.hint, said)] if left.hint else []
        person.append(self._in_words(f"A person says: {said}"))
        person += [self._excluded(self._said(left.against, said))] if left.against else []
        asked = self._combined("all-of", person) if len(person) > 1 else person[0]
        return self._combined("any-of", [self._said(left.proof, said), asked]) if left.proof else asked

    def _said(self, test: Node, words: str) -> Json:
        """A test in codes as far as they go; where they say less than it asks, the words stand beside them."""
        found = leaf(test, self._words)
        if found is None or not found.values:
            return self._in_words(words)
        coded = self._coded(found)
        return self._combined("all-of", [coded, self._in_words(words)]) if found.partial else coded

    def _in_words(self, words: str) -> Json:
        return {"linkId": self._link(), "definitionCodeableConcept": {"text": words}}

    def _coded(self, found: Leaf) -> Json:
        made = [self._valued(found, value) for value in found.values]
        if len(made) == 1:
            return made[0]
        return self._combined("any-of" if found.joined == "any" else "all-of", made)

    def _valued(self, found: Leaf, value: Json) -> Json:
        definition: Json = {"type": found.about, **value}
        definition |= {"offset": found.offset} if found.offset else {}
        definition |= {"method": [{"text": found.method}]} if found.method else {}
        made: Json = {"linkId": self._link(), "definitionByTypeAndValue": definition}
        if found.times > 1:
            made["instancesQuantity"] = {"value": found.times, "comparator": ">="}
        if found.duration:
            made["durationQuantity"] = found.duration
        if found.window:
            made["timeFromEvent"] = [_time(found.window)]
        return made

    def _combined(self, code: str, inner: list[Json], text: str | None = None, threshold: int | None = None) -> Json:
        combination: Json = {"code": code, "characteristic": inner}
        combination |= {"threshold": threshold} if threshold else {}
        made: Json = {"linkId": self._link()} | ({"description": text} if text else {})
        return made | {"definitionByCombination": combination}

    def _excluded(self, made: Json) -> Json:
        if made.get("exclude"):
            return self._combined("all-of", [made]) | {"exclude": True}
        return made | {"exclude": True}

    def _link(self) -> str:
        self._links += 1
        return f"c{self._links}"


def _time(window: Window) -> Json:
    ends = {key: end for key, end in (("low", window.low), ("high", window.high)) if end}
    return {
        "description": f"{window.words} {window.event}",
        "eventCodeableConcept": {"text": window.event},
        "range": ends,
    }
