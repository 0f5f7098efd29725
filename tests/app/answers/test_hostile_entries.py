"""Whatever arrives as an answer is kept soundly or refused: nothing else happens, and nothing is repeated."""

import json
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.answers import entry
from app.answers.questionnaire import URL
from app.answers.response import is_response, read_response
from app.outcome import Refused
from tests.app.answers.keeping import QUESTION, T2
from tests.app.calling import library

TODAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

texts = st.text(max_size=20) | st.sampled_from([QUESTION, T2, "Patient/1", "yes", "completed", URL + T2, "2026-11-20"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
PLAIN: dict[str, Any] = {
    "patient": "Patient/1",
    "trial": T2,
    "by": "Dr Li",
    "answers": [{"ref": QUESTION, "answer": "yes", "note": "so"}],
}
RESPONSE: dict[str, Any] = {
    "resourceType": "QuestionnaireResponse",
    "questionnaire": URL + T2,
    "status": "completed",
    "subject": {"reference": "Patient/1"},
    "author": {"display": "Dr Li"},
    "authored": "2026-11-20T10:00:00Z",
    "item": [{"linkId": QUESTION, "answer": [{"valueBoolean": True}]}],
}


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """A sound body with some of its fields replaced, dropped or added, or something else altogether."""
    body: Any = dict(draw(st.sampled_from([PLAIN, RESPONSE])))
    for name in draw(st.lists(st.sampled_from([*PLAIN, *RESPONSE, "server", "modifierExtension"]), max_size=2)):
        body[name] = draw(values)
    for name in draw(st.lists(st.sampled_from(sorted(body)), max_size=1)):
        del body[name]
    body = draw(st.sampled_from([body, body, body, draw(values)]))
    return json.dumps(body).encode() if draw(st.integers(0, 9)) else draw(st.binary(max_size=40))


@given(bodies())
def test_a_body_is_sound_or_refused(body: bytes) -> None:
    read = read_response if is_response(body) else entry.read_answers
    try:
        found = read(body, library(), TODAY, NOW)
    except Refused:
        return

    asked = {row.row.ref: row.question for trial in library().trials for row in trial.rows}
    assert found.given
    for one in found.given:
        assert asked[one.ref] == one.question is not None
        assert one.by.isprintable()
        assert 0 < len(one.by) <= entry.LONGEST_NAME
        assert one.on <= TODAY
        assert one.at.tzinfo is not None
        assert one.at <= NOW


@given(st.text(max_size=150))
def test_a_name_is_printable_or_refused(text: str) -> None:
    try:
        name = entry.name(text)
    except Refused:
        return

    assert name.isprintable()
    assert name == name.strip() != ""
