"""What a case expects of a chart, and where the trial's answer differs; knows no FHIR.

```yaml
expect:
  T2-O1: unknown stale
  T2-O2: true
  T2-X17: unknown future until 2026-06-16
  standing: potential-candidate
  arms: {ssc: potential-candidate, iim: ineligible}
  barredBy: absence
  open: [T2-O1]
  unknown: [T2-O1, T2-L1]
```

`true` and `false` without a reason mean that facts in hand decided it; `unknown` without one takes any.
`unknown:` lists exactly the written criteria that stay unknown.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple, get_args

from mappings.source import Part, suggestion
from trials.match import BarredBy, Standing, TrialMatch
from trials.truth import Truth
from trials.verdict import Verdict, Why

WHOLE = ("standing", "barredBy", "arms", "open", "unknown")
_STANDINGS = get_args(Standing)
_VERDICT = re.compile(r"(?P<truth>true|false|unknown)(?: (?P<why>[a-z-]+))?(?: until (?P<clears>\d{4}-\d\d-\d\d))?")


class Claim(NamedTuple):
    """What one criterion is expected to say, and the line that says so."""

    text: str
    truth: Truth
    why: Why | None
    clears: date | None
    line: int

    def holds(self, verdict: Verdict) -> bool:
        """Whether the verdict is the expected one."""
        if verdict.truth is not self.truth or (self.clears is not None and verdict.clears != self.clears):
            return False
        return verdict.why is self.why or (self.truth is Truth.UNKNOWN and self.why is None)


class Expected(NamedTuple):
    """Everything that a case expects."""

    claims: Mapping[str, Claim]
    """By ref."""
    whole: Mapping[str, tuple[str | frozenset[str], int]]
    """Of the trial: standing, barredBy, open, unknown, and "arm ssc"; with its line."""


class Difference(NamedTuple):
    """Where the trial's answer is not the expected one."""

    line: int
    subject: str
    expected: str
    found: str


def read_expected(part: Part, refs: tuple[str, ...], arms: tuple[str, ...]) -> Expected:
    """The expectations of a case."""
    fields = part.fields((*WHOLE, *refs))
    claims = {ref: _claim(value) for ref, value in fields.items() if ref not in WHOLE}
    whole: dict[str, tuple[str | frozenset[str], int]] = {}
    if "standing" in fields:
        whole["standing"] = fields["standing"].one_of(_STANDINGS), fields["standing"].line
    if "barredBy" in fields:
        whole["barredBy"] = fields["barredBy"].one_of((*get_args(BarredBy), "nothing")), fields["barredBy"].line
    for key in ("open", "unknown"):
        if key in fields:
            whole[key] = _refs(fields[key], refs), fields[key].line
    for arm, value in fields["arms"].fields(arms).items() if "arms" in fields else ():
        whole[f"arm {arm}"] = value.one_of(_STANDINGS), value.line
    if not claims and not whole:
        part.fail("expects nothing; expected criteria by their ref, `standing:`, `arms:`, `open:` or `unknown:`")
    return Expected(claims, whole)


def differences(expected: Expected, found: TrialMatch, written: frozenset[str]) -> Iterator[Difference]:
    """Every expectation that the match does not meet; `written` are the refs that `unknown:` speaks of."""
    verdicts = {judged.ref: judged.verdict for judged in found.criteria}
    for ref, claim in expected.claims.items():
        if not claim.holds(verdicts[ref]):
            yield Difference(claim.line, ref, claim.text, verdict_text(verdicts[ref]))
    answers: Mapping[str, str | frozenset[str]] = {
        "standing": found.standing,
        "barredBy": found.barred_by or "nothing",
        "open": frozenset(found.open),
        "unknown": frozenset(ref for ref in written if verdicts[ref].truth is Truth.UNKNOWN),
    } | {f"arm {arm.id}": arm.standing for arm in found.arms}
    for subject, (right, line) in expected.whole.items():
        answer = answers[subject]
        if isinstance(right, frozenset) and isinstance(answer, frozenset):
            if right != answer:
                yield Difference(line, subject, _list(right - answer, "besides"), _list(answer - right, "besides"))
        elif right != answer:
            yield Difference(line, subject, str(right), str(answer))


def verdict_text(verdict: Verdict) -> str:
    """A verdict in the words of a case: "unknown future until 2026-06-16"."""
    clears = f" until {verdict.clears.isoformat()}" if verdict.clears else ""
    return f"{verdict.truth}{f' {verdict.why}' if verdict.why else ''}{clears}"


def _claim(part: Part) -> Claim:
    found = _VERDICT.fullmatch(part.text())
    if found is None:
        part.fail(
            f"found {part.text()!r}; expected true, false or unknown and perhaps a reason, such as 'unknown stale'"
        )
    whys = tuple(str(why) for why in Why)
    if found["why"] is not None and found["why"] not in whys:
        part.fail(f"{found['why']!r} is no reason; {suggestion(found['why'], whys)}")
    try:
        clears = date.fromisoformat(found["clears"]) if found["clears"] else None
    except ValueError:
        part.fail(f"{found['clears']!r} is no day; expected one such as 2026-06-16")
    why = Why(found["why"]) if found["why"] else None
    return Claim(part.text(), Truth[found["truth"].upper()], why, clears, part.line)


def _refs(part: Part, refs: tuple[str, ...]) -> frozenset[str]:
    for item in part.items():
        if item.text() not in refs:
            item.fail(f"unknown criterion {item.text()!r}; {suggestion(item.text(), refs)}")
    return frozenset(part.texts())


def _list(refs: frozenset[str], word: str) -> str:
    return f"{word} {', '.join(sorted(refs))}" if refs else "nothing else"
