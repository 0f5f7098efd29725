"""Half a character in a chart's text costs that character."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cds_hooks.mending import mended


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        (rb'"a \ud83d b"', "a \ufffd b"),
        (rb'"\ude00 b"', "\ufffd b"),
        (rb'"\ud83d\ude00"', "\U0001f600"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\\ud83d"', r"\ud83d"),
        (rb'"\\\ud83d"', "\\\ufffd"),
        (rb'"\u00e4\n\""', 'ä\n"'),
        (rb'"\uD83D"', "\ufffd"),
    ],
)
def test_only_half_a_character_is_replaced(sent: bytes, expected: str) -> None:
    assert json.loads(mended(sent)) == expected


@given(st.text())
def test_whole_text_stays_as_it_is(text: str) -> None:
    assert json.loads(mended(json.dumps(text).encode())) == text


@given(st.lists(st.sampled_from(["\\", "\\ud83d", "\\ude00", "u", "d83d", "\\n", "x", '\\"'])).map("".join))
def test_what_was_json_stays_json_without_any_half(inside: str) -> None:
    try:
        json.loads(f'"{inside}"')
    except ValueError:
        return
    assert not re.search("[\ud800-\udfff]", json.loads(mended(f'"{inside}"'.encode())))
