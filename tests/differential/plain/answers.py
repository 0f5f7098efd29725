"""Qualitative answers: coded, written, flagged, or a number against the result's own range."""

import re
from functools import cache
from typing import Any

from tests.differential import codes
from tests.differential.definitions import ROOT, plain_yaml
from tests.differential.plain.amounts import Amount, amount, inside
from tests.differential.plain.chart import Chart, coded, texts
from tests.differential.plain.observed import Result
from tests.differential.plain.ranges import limits_of
from tests.differential.plain.truth import FALSE, TRUE, Said, unknown

ANSWERS = ("positive", "negative", "indeterminate")


@cache
def plain_words() -> dict[str, Any]:
    found: dict[str, Any] = plain_yaml(ROOT / "mappings" / "answers.yaml")
    return found


def of_text(text: str) -> str | None:
    """The answer of a text as a whole, without the words around it that change nothing."""
    book = plain_words()
    stripped = "".join(text.split())
    for answer in ANSWERS:
        if stripped in book[answer]["signs"]:
            return answer
    fillers = {codes.folded(each) for each in book["fillers"]}
    parts = [
        part for part in re.split(r"[\s:,;.()]+", text) if codes.folded(part) and codes.folded(part) not in fillers
    ]
    for candidate in (text, " ".join(parts)):
        for answer in ANSWERS:
            if codes.folded(candidate) in {codes.folded(each) for each in book[answer]["texts"]}:
                return answer
    return None


def answer(result: Result) -> str | None:
    """Positive, negative or indeterminate by what is coded, written or flagged; else nothing."""
    concept = result.said.get("valueCodeableConcept")
    for system, code in coded(concept):
        for each in ANSWERS:
            if code in plain_words()[each].get(system, {}):
                return each
    if "valueBoolean" in result.said:
        return "positive" if result.said["valueBoolean"] else "negative"
    written = [result.text] if result.text else texts(concept)
    for text in written:
        if found := of_text(text):
            return found
    for flag in result.flags:
        meant: str | None = plain_words()["interpretation"].get(flag)
        if meant in ANSWERS:
            return meant
    return None


def positive(result: Result, chart: Chart) -> Said:
    """Whether a result is positive: by its answer, else its number above its own range."""
    said = answer(result)
    if said is not None:
        return {"positive": TRUE, "negative": FALSE, "indeterminate": unknown("imprecise")}[said]
    if result.quantity is None or (value := amount(result.quantity)) is None:
        return unknown("imprecise")
    meant = [plain_words()["interpretation"].get(flag) for flag in result.flags]
    if "high" in meant:
        return TRUE
    high = limits_of(result, chart, None)[1]
    if high is None:
        return FALSE if "normal" in meant else unknown("no-reference-range")
    above = inside(value, Amount(high, None, low_open=True))
    return unknown("imprecise") if above is None else (TRUE if above else FALSE)


def detected(result: Result, chart: Chart) -> Said:
    """Whether a load is detected: any number without a comparator is; below some number may be or not."""
    said = answer(result)
    if said is not None:
        return {"positive": TRUE, "negative": FALSE, "indeterminate": unknown("imprecise")}[said]
    if result.quantity is None or result.quantity.get("value") is None:
        return unknown("imprecise")
    return unknown("imprecise") if result.quantity.get("comparator") in ("<", "<=") else TRUE
