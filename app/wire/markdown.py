"""A trial's page in GitHub-flavoured Markdown, for the documentation; everything from a definition passes `escaped`."""

from collections.abc import Iterator
from typing import Final

from app.wire.codes import SetText
from app.wire.page import Block, Page, RowText, open_text
from cds_hooks.markdown import escaped

_LONGEST: Final = 2000
_SHOWN: Final = 6
"""A set with more codes than this is folded."""


def markdown(page: Page) -> str:
    """The whole page."""
    lines = [*_head(page), *_gaps(page), *_arms(page)]
    for section in page.sections:
        title = f"{_said(section.title)}: {section.kind}" if section.title else section.kind.capitalize()
        lines += ["", f"## {title} criteria", "", _rule(section.kind)]
        for name, block in section.groups:
            lines += ["", f"### {_said(name[:1].upper() + name[1:])}", "", *_block(block, 0)]
    return "\n".join([*lines, *_codes(page)]) + "\n"


def _head(page: Page) -> Iterator[str]:
    trial = page.trial
    yield "<!-- Written by `trialhook export --format page`; change the definition, not this page. -->"
    yield ""
    yield f"# {_said(trial.title)}"
    yield ""
    yield f"{trial.ref}, `{trial.id}`; recruitment {_said(trial.recruitment)}; {trial.tally}."
    for name, number in trial.registry.items():
        yield f"Registry: {_said(name)} {_said(number)}."
    yield from ["", _said(page.summary)] if page.summary else []
    yield from ["", f"Source: {_said(page.source)}"] if page.source else []
    yield ""
    yield "The statements are restated in our own words; the protocol stays the authority. An answer is *holds*,"
    yield '*does not hold* or *open*; "not found in the chart" is never proof of absence. What a chart leaves open, a'
    yield f"person may answer; the answer counts for {page.answer_days} days (the site's policy)."
    if trial.not_assessable:
        yield from ["", f"**This trial cannot be assessed:** {_said(trial.not_assessable)}"]


def _gaps(page: Page) -> Iterator[str]:
    if not (page.missing or page.not_written or page.suspect):
        return
    yield from ["", "## Gaps", ""]
    for ref, statement in page.missing:
        yield f"- Not in our copy of the protocol: {_said(statement)} ({_link(ref)})"
    if page.not_written:
        yield f"- Not judged by this service yet, to be read in the protocol: {', '.join(map(_link, page.not_written))}"
    if page.suspect:
        yield f"- Looks wrong in print and is followed as printed: {', '.join(map(_link, page.suspect))}"


def _arms(page: Page) -> Iterator[str]:
    if page.trial.arms:
        yield from ["", "## Arms", ""]
    for arm in page.trial.arms:
        unfinished = "" if arm.written else "; not judged in full yet"
        yield f"- {_said(arm.title)}, for {' or '.join(map(_said, arm.target))}{unfinished}"


def _rule(kind: str) -> str:
    return "Each of these has to hold." if kind == "inclusion" else "Not one of these may hold."


def _block(block: Block, depth: int) -> Iterator[str]:
    indent = "  " * depth
    if block.row is None:
        opened = f" {_said(open_text(block.open))}" if block.open else ""
        yield f"{indent}- {_said(block.words)}{':' if block.parts else opened}"
        for part in block.parts:
            yield from _block(part, depth + 1)
        return
    yield f'{indent}- <a id="{block.row.ref}"></a>**{_said(block.row.statement)}** `{block.row.ref}`'
    yield f"{indent}  - {_said(block.words)}{':' if block.parts else ''}"
    for part in block.parts:
        yield from _block(part, depth + 2)
    for line in _beside(block, block.row):
        yield f"{indent}  - {line}"


def _beside(block: Block, row: RowText) -> Iterator[str]:
    if block.open:
        yield _said(open_text(block.open))
    if row.question:
        yield f"Question for a person: {_said(row.question)}"
    if row.policy:
        yield f"The site's policy, not the protocol's: {_said(row.policy)}"
    if row.reading:
        yield f"How we read it: {_said(row.reading)}"
    if row.source_suspect:
        yield f"**Looks wrong in print, followed as printed:** {_said(row.source_suspect)}"
    if row.modifiable:
        yield f"What can lift it: {_said(row.modifiable)}"
    if row.sets:
        yield "Codes: " + ", ".join(f"[{_said(title)}](#set-{name})" for name, title in row.sets)


def _codes(page: Page) -> Iterator[str]:
    if page.sets:
        yield from ["", "## Codes", ""]
        yield "What a chart may call it. A set that includes others has their codes too."
    for value_set in page.sets:
        unit = f"; unit `{value_set.unit}`" if value_set.unit else ""
        yield from ["", f'<a id="set-{value_set.name}"></a>**{_said(value_set.title)}** ({value_set.kind}{unit})', ""]
        yield from _set(value_set)


def _set(value_set: SetText) -> Iterator[str]:
    codes = [f"- {one.system} `{one.code}` {_said(one.display)}" for one in value_set.codes]
    if len(codes) > _SHOWN:
        yield from [f"<details><summary>{len(codes)} codes</summary>", "", *codes, "", "</details>"]
    else:
        yield from codes
    if value_set.includes:
        yield "- Includes " + ", ".join(f"[{_said(title)}](#set-{name})" for name, title in value_set.includes)
    if value_set.names:
        yield f"- By name: {', '.join(map(_said, value_set.names))}"
    if not (codes or value_set.includes or value_set.names):
        yield "- No code is known."


def _link(ref: str) -> str:
    return f"[{ref}](#{ref})"


def _said(text: str) -> str:
    return escaped(text, _LONGEST)
