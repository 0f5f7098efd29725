"""What was acknowledged is there, whatever else is written at the same time; SQLite and PostgreSQL alike."""

import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.answers.database import known_url
from app.answers.store import AnswerStore, Given, Subject, Unavailable
from tests.app.answers.keeping import QUESTION, T2, database
from tests.machine import ROOT

NOW = datetime(2026, 11, 21, 9, 30, 15, 123456, tzinfo=UTC)
ANNA = Subject("direct", "Patient/anna")


def given(ref: str = QUESTION, *, yes: bool = True, by: str = "Dr Li", note: str | None = None) -> Given:
    return Given(T2, ref, yes, by, date(2026, 11, 20), NOW - timedelta(hours=1), note, "Is it so?", "plain")


@pytest.fixture
def store(url: str) -> Iterator[AnswerStore]:
    with closing(AnswerStore(known_url(url))) as opened:
        yield opened


def test_an_answer_comes_back_as_it_was_given(store: AnswerStore) -> None:
    said = given(note="Süß, 患者 ☃")

    (kept,) = store.record(ANNA, [said], NOW)

    assert store.of(ANNA) == (kept,)
    assert (kept.subject, kept.given, kept.recorded_at, kept.withdrawn_at) == (ANNA, said, NOW, None)


def test_patients_and_servers_are_kept_apart(store: AnswerStore) -> None:
    store.record(ANNA, [given()], NOW)

    assert store.of(Subject("direct", "Patient/bert")) == ()
    assert store.of(Subject("https://a.example/fhir", "Patient/anna")) == ()


def test_answers_come_in_the_order_of_recording(store: AnswerStore) -> None:
    for number in range(5):
        store.record(ANNA, [given(f"T2-{number}a"), given(f"T2-{number}b")], NOW)

    assert [one.given.ref for one in store.of(ANNA)] == [f"T2-{n}{half}" for n in range(5) for half in "ab"]


def test_a_withdrawn_answer_stays_and_says_who(store: AnswerStore) -> None:
    (kept,) = store.record(ANNA, [given()], NOW)

    gone = store.withdraw(kept.id, "Dr Ode", NOW)

    assert gone == kept._replace(withdrawn_at=NOW, withdrawn_by="Dr Ode")
    assert store.of(ANNA) == (gone,)
    assert store.withdraw("no such id", "Dr Ode", NOW) is None


def test_two_who_withdraw_at_once_hear_of_the_same_first_one(url: str) -> None:
    with closing(AnswerStore(known_url(url))) as one, closing(AnswerStore(known_url(url))) as other:
        for _ in range(10):
            (kept,) = one.record(ANNA, [given()], NOW)
            with ThreadPoolExecutor(2) as threads:
                both = threads.map(
                    lambda each, id=kept.id: each[0].withdraw(id, each[1], NOW), [(one, "A"), (other, "B")]
                )
                first, second = both

            assert first == second
            assert first is not None
            assert first.withdrawn_by in ("A", "B")


def test_two_writers_at_once_lose_nothing(url: str) -> None:
    """Each has connections of its own, as two processes have."""

    def write(by: str) -> list[str]:
        with closing(AnswerStore(known_url(url))) as store:
            return [store.record(ANNA, [given(by=by)], NOW)[0].id for _ in range(40)]

    with ThreadPoolExecutor(4) as threads:
        acknowledged = [id for ids in threads.map(write, ["A", "B", "C", "D"]) for id in ids]
    with closing(AnswerStore(known_url(url))) as store:
        kept = store.of(ANNA)

    assert sorted(one.id for one in kept) == sorted(acknowledged)
    assert {one.given.by for one in kept} == {"A", "B", "C", "D"}


def test_an_answer_that_cannot_be_written_takes_the_others_with_it(store: AnswerStore) -> None:
    broken = given()._replace(by=None)  # type: ignore[arg-type]

    with pytest.raises(Unavailable) as caught:
        store.record(ANNA, [given(note="secret"), broken], NOW)

    assert "secret" not in str(caught.value)
    assert store.of(ANNA) == ()


STARTS = """
import sys
from app.answers.database import known_url
from app.answers.store import AnswerStore, Subject
store = AnswerStore(known_url(sys.argv[1]))
print(len(store.of(Subject("direct", "Patient/anna"))))
"""


def test_processes_that_start_at_once_make_the_schema_once(url: str) -> None:
    starting = [
        subprocess.Popen([sys.executable, "-c", STARTS, url], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60) for process in starting]

    assert [out.strip() for out, _ in said] == [b"0", b"0", b"0"], said


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    with closing(AnswerStore(known_url(database(tmp_path)))) as store:
        store.record(ANNA, [given()], NOW)
        files = list((tmp_path / "kept").iterdir())

        assert {"answers.db", "answers.db-wal"} <= {file.name for file in files}
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert stat.S_IMODE((tmp_path / "kept").stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("sqlite:////proc/no-such-folder/a.db", id="a folder that cannot be made"),
        pytest.param("postgresql://nobody:secret@127.0.0.1:1/none", id="nobody listens"),
    ],
)
def test_a_database_that_cannot_be_had_is_told_without_its_password(address: str) -> None:
    with closing(AnswerStore(known_url(address))) as store, pytest.raises(Unavailable) as caught:
        store.of(ANNA)

    assert "secret" not in f"{caught.value!r} {caught.value.__cause__!r}"


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "answers.db"
    file.write_bytes(b"these are not answers" * 100)

    with closing(AnswerStore(known_url(f"sqlite:///{file}"))) as store, pytest.raises(Unavailable):
        store.of(ANNA)

    assert file.read_bytes() == b"these are not answers" * 100
