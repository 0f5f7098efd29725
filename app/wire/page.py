"""A trial as a page for physicians, in plain values: each row with how it is decided, and the groups' logic in words.

Templates turn it into HTML and Markdown. It holds the text as it is: each template escapes for its own format.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from app.catalogue import TrialEntry, trial_entry
from app.library import Library
from app.wire.codes import SetText, set_texts
from app.wire.named import value_sets
from app.wire.words import decided, left_open
from trials.definition import Group
from trials.judge import PlannedRow, Trial
from trials.language import AllOf, AnyOf, Aside, AtLeast, Beside, Except, FirstOf, Gated, Node, Not, NotWritten, Sampled
from trials.match import Section
from trials.policies import acting, policy_text
from trials.tree import parts


class RowText(NamedTuple):
    """What a row says besides how it is decided."""

    ref: str
    statement: str
    question: str | None
    policy: str | None
    reading: str | None
    source_suspect: str | None
    modifiable: str | None
    sets: tuple[tuple[str, str], ...]
    """Name and title of the value sets that it names."""


class Block(NamedTuple):
    """A test in a sentence, or a combination in words with what stands in it."""

    words: str
    row: RowText | None = None
    open: tuple[str, ...] = ()
    """What leaves a test open, each as the end of "open if ..."."""
    parts: tuple["Block", ...] = ()


class SectionText(NamedTuple):
    """The groups of one section of the shared criteria or of an arm."""

    title: str
    kind: Section
    groups: tuple[tuple[str, Block], ...]


class Page(NamedTuple):
    """Everything on the page of a trial."""

    trial: TrialEntry
    summary: str
    source: str
    answer_days: int
    """For how many days a person's answer counts, by the site's policy."""
    missing: tuple[tuple[str, str], ...]
    """Ref and statement of the parts of the protocol that are not in our copy."""
    not_written: tuple[str, ...]
    suspect: tuple[str, ...]
    """Refs of rows whose printed text looks wrong."""
    sections: tuple[SectionText, ...]
    sets: tuple[SetText, ...]


def trial_page(trial: Trial, library: Library) -> Page:
    """The page of a trial, as its definition and the site's policy make it."""
    definition, found = trial.definition, _Words(trial, library)
    return Page(
        trial=trial_entry(trial, library),
        summary=definition.summary,
        source=definition.source,
        answer_days=library.policy.answer_days,
        missing=tuple((one.row.ref, one.row.statement) for one in trial.rows if one.lost),
        not_written=tuple(one.row.ref for one in trial.rows if _unwritten(one)),
        suspect=tuple(one.row.ref for one in trial.rows if one.row.source_suspect),
        sections=tuple(found.sections(trial)),
        sets=set_texts(trial, library.terminology.sets),
    )


def open_text(ways: Sequence[str]) -> str:
    """What leaves a test open, as one sentence."""
    first = ", ".join(ways[:-1])
    return f"Open if {first} or {ways[-1]}." if first else f"Open if {ways[0]}."


class _Words:
    """Turns nodes into blocks with one library."""

    def __init__(self, trial: Trial, library: Library) -> None:
        self._sets, self._policy = library.terminology.sets, library.policy
        self._questions = {one.row.ref: one.question for one in trial.rows}

    def sections(self, trial: Trial) -> Iterator[SectionText]:
        homes: list[tuple[str, tuple[Group, ...]]] = [
            ("All arms" if any(arm.arm.groups for arm in trial.arms) else "", trial.definition.shared)
        ]
        homes += [(arm.title, arm.groups) for arm in trial.definition.arms]
        for title, groups in homes:
            for kind, members in groupby(groups, key=lambda group: group.section):
                named = tuple((group.name.replace("_", " "), self.block(group.node)) for group in members)
                yield SectionText(title, kind, named)

    def block(self, node: Node) -> Block:
        """The node in words, with the row that it is."""
        words, inner = self._combined(node)
        row = self._row(node) if node.row else None
        if not inner:
            told = words.removeprefix(f"{_own_words(row)}. ") if row else words
            return Block(told, row, left_open(node, self._sets))
        return Block(words, row, parts=inner)

    def _combined(self, node: Node) -> tuple[str, tuple[Block, ...]]:
        match node:
            case AllOf(parts=inner, but=but, but_row=accept) if but and accept is not None:
                person = Block(f"Where {but} of them fails, a person may accept it", parts=(self.block(accept),))
                return "All of these", (*map(self.block, inner), person)
            case AllOf(parts=inner):
                return "All of these", tuple(map(self.block, inner))
            case AnyOf(parts=inner, waiver=True):
                waiver = Block("unless this holds, which waives it", parts=(self.block(inner[-1]),))
                return "This", (*map(self.block, inner[:-1]), waiver)
            case AnyOf(parts=inner, open=examples):
                words = "At least one of these" + (
                    " (examples: that none of them holds leaves it open)" if examples else ""
                )
                return words, tuple(map(self.block, inner))
            case AtLeast(count=count, parts=inner):
                return f"At least {count} of these", tuple(map(self.block, inner))
            case FirstOf(parts=inner):
                return "Different tests of one question: the first of these that decides", tuple(map(self.block, inner))
            case Beside(part=part, code=code):
                words = (
                    "a diagnosis that says the same: it decides where the test does not; a contradiction is left open"
                )
                return "This", (self.block(part), Block(words, parts=(self.block(code),)))
            case Not(part=part):
                return "The opposite of this", (self.block(part),)
            case Except(part=part, carve=carve):
                words = "except findings of which this holds (each finding is tried alone)"
                return "This", (self.block(part), Block(words, parts=(self.block(carve),)))
            case Sampled(part=part, valid=valid):
                words = "counted only if this holds of the sample; otherwise the result decides nothing and bars nobody"
                return "This", (self.block(part), Block(words, parts=(self.block(valid),)))
            case Aside(part=part, beside=beside):
                words = "beside it, reported and never required"
                return "This", (self.block(part), Block(words, parts=tuple(map(self.block, beside))))
            case Gated(part=part, gate=gate):
                words = "asked only where this holds; elsewhere it does not apply and cannot bar"
                return "This", (self.block(part), Block(words, parts=(self.block(gate),)))
            case _ if parts(node):
                return "These", tuple(map(self.block, parts(node)))
            case _:
                return decided(node, self._sets, self._policy), ()

    def _row(self, node: Node) -> RowText:
        row = node.row
        assert row is not None
        named = tuple((name, self._sets[name].title) for name in value_sets(node, self._sets))
        policy = policy_text(acting(node, self._sets), self._policy)
        asked = self._questions[row.ref]
        # Where the author wrote no question it is the statement, which need not be said twice.
        question = asked if asked and asked.rstrip("?.") != row.statement.rstrip(".") else None
        beside = (question, policy, row.reading, row.source_suspect, row.modifiable)
        return RowText(row.ref, row.statement, *beside, named)


def _own_words(row: RowText) -> str:
    """The limit of a row whose statement its limit wrote: it need not be said twice."""
    title = next((title for _, title in row.sets if row.statement.startswith(f"{title} ")), "")
    return f"{title}: {row.statement.removeprefix(f'{title} ')}" if title else row.statement


def _unwritten(one: PlannedRow) -> bool:
    return isinstance(one.group.node, NotWritten)
