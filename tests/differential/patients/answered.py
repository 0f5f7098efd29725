"""Boundary patients for qualitative results: every way to say yes and no, quantities, titres, and companions."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from tests.differential import codes
from tests.differential.definitions import Node
from tests.differential.patients.dated import dated
from tests.differential.patients.pieces import SYSTEM, Json, Piece, ago, codes_of, concept, quantity, result
from tests.differential.plain.answers import ANSWERS, plain_words

Sorted = Iterator[tuple[str, Json]]


def answered(ref: str, node: Node, today: date, random: Random) -> Iterator[Piece]:
    """The pieces of a test that is asked for an answer."""
    name = node["observation"]
    listed = codes_of(name)["loinc"]
    yield Piece(ref, "missing")
    for sort, said in _answers(listed, codes.blocks()[name].get("unit", "[IU]/mL"), random):
        yield Piece(ref, sort, ({**said, "effectiveDateTime": ago(today, 2)},))
    for code in listed[1:]:
        yield Piece(ref, "another code", (_result(code, ago(today, 2), valueString="positive"),))
    oid = result(concept("loinc", listed[0], oid=True), ago(today, 2), valueString="positive")
    yield Piece(ref, "system as urn:oid", (oid,))
    one, other = (_result(listed[0], None, valueString=said) for said in ("negative", "positive"))
    yield from dated(ref, node, today, one, other)
    yield from dated(ref, node, today, other, one)
    for companion in ("in_place", "confirmed_by"):
        if companion in node:
            yield from _beside(ref, listed[0], codes_of(node[companion])["loinc"][0], today)


def _result(code: str, day: str | None, **more: Any) -> Json:
    return result(concept("loinc", code), day, **more)


def _answers(listed: list[str], unit: str, random: Random) -> Sorted:
    for answer in ANSWERS:
        for sort, value in _said(answer, random):
            yield sort, _result(listed[0], None, **value)
    for value in (
        {"valueString": "see comment"},
        {"valueCodeableConcept": {"text": "pending"}},
        {"valueBoolean": True},
    ):
        yield "an answer that cannot be read", _result(listed[0], None, **value)
    for sort, value in _numbers(unit):
        yield sort, _result(listed[0], None, **value)


def _said(answer: str, random: Random) -> Iterator[tuple[str, Json]]:
    words = plain_words()[answer]
    for system in ("snomed", "loinc"):
        for code in words.get(system, {}):
            yield f"coded {answer}", {"valueCodeableConcept": {"coding": [{"system": SYSTEM[system], "code": code}]}}
    for text in words["texts"]:
        yield f"written {answer}", {"valueString": text}
        yield f"written {answer}", {"valueCodeableConcept": {"text": text.upper()}}
    for sign in words["signs"]:
        yield f"written {answer}", {"valueString": sign}
    filler = random.choice(plain_words()["fillers"])
    yield f"written {answer}", {"valueString": f"{filler}: {words['texts'][0]}"}
    for flag, meant in plain_words()["interpretation"].items():
        if meant == answer and flag.isascii():
            yield f"flagged {answer}", {"interpretation": [{"coding": [{"code": flag}]}], "valueString": "see flag"}


def _numbers(unit: str) -> Iterator[tuple[str, Json]]:
    range_ = {"referenceRange": [{"high": {"value": 20, "unit": unit}}]}
    for value in ("5", "20", "20.5", "300"):
        yield "a number against its range", {"valueQuantity": quantity(Fraction(value), unit), **range_}
        yield "no reference range", {"valueQuantity": quantity(Fraction(value), unit)}
    for sign in ("<", "<=", ">", ">="):
        for value in ("5", "20", "300"):
            with_sign = {"valueQuantity": quantity(Fraction(value), unit, comparator=sign)}
            yield f"comparator {sign}", {**with_sign, **range_}
            yield f"comparator {sign}", with_sign
    for flag in ("H", "N", "POS", "NEG", "IND"):
        flagged = {"interpretation": [{"coding": [{"code": flag}]}]}
        if flag != "N":
            yield "a number with a flag", {"valueQuantity": quantity(Fraction(30), unit), **flagged, **range_}
        yield "a number with a flag", {"valueQuantity": quantity(Fraction(3), unit), **flagged}
    yield "range as text", {"valueQuantity": quantity(Fraction(30), unit), "referenceRange": [{"text": "<20"}]}


def _beside(ref: str, code: str, other: str, today: date) -> Iterator[Piece]:
    """The test and its companion, in either order and of the same day."""
    for said in ("positive", "negative", "indeterminate"):
        yield Piece(ref, "the other test alone", (_result(other, ago(today, 9), valueString=said),))
        yield Piece(ref, "the other test, stale", (_result(other, ago(today, 400), valueString=said),))
        for own in ("positive", "negative", "indeterminate"):
            for days in (3, 9, 12, 400):
                pair = (
                    _result(code, ago(today, 9), valueString=own),
                    _result(other, ago(today, days), valueString=said),
                )
                yield Piece(ref, "the other test beside it", pair)
    yield Piece(
        ref, "a number without a reading", (_result(code, ago(today, 9), valueQuantity=quantity(Fraction(12), "mm")),)
    )


def titred(ref: str, node: Node, today: date) -> Iterator[Piece]:
    """The pieces of a titre with a limit."""
    code = codes_of(node["observation"])["loinc"][0]
    limit = int(node["min"].partition(":")[2])
    yield Piece(ref, "missing")
    for sort, value in (("just in", limit * 2), ("on the limit", limit), ("just out", limit // 2)):
        ratio = {"numerator": {"value": 1}, "denominator": {"value": value}}
        for made in ({"valueString": f"1:{value}"}, {"valueString": f"1 : {value}"}, {"valueRatio": ratio}):
            yield Piece(ref, sort, (_result(code, ago(today, 3), **made),))
        yield Piece(ref, sort, (_result(code, ago(today, 3), valueQuantity=quantity(Fraction(value), None)),))
    for text in ("non-reactive", "negative", "reactive", "indeterminate", "see comment", "1:"):
        yield Piece(ref, "an answer in words", (_result(code, ago(today, 3), valueString=text),))
    wrong = _result(code, ago(today, 3), valueQuantity=quantity(Fraction(limit), "g/L"))
    yield Piece(ref, "wrong dimension", (wrong,))
    one, other = (_result(code, None, valueString=f"1:{value}") for value in (limit // 2, limit * 2))
    yield from dated(ref, node, today, one, other)
    yield from dated(ref, node, today, other, one)
