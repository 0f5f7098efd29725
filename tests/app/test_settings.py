"""What a site sets: nothing outward by default, lists as people write them, mistakes told."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings, is_loopback


def test_nothing_outward_is_allowed_by_default() -> None:
    settings = Settings()

    assert (settings.fhir_servers, settings.cors_origins, settings.public_url) == ((), (), None)
    assert not settings.sandbox
    assert not settings.call_without_token


def test_lists_are_separated_by_commas_or_blanks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_FHIR_SERVERS", "https://a.example/fhir/, https://b.example  http://c.example")

    assert Settings().fhir_servers == ("https://a.example/fhir", "https://b.example", "http://c.example")


@pytest.mark.parametrize(
    "written", ["our maps/a.json, b.json", '["our maps/a.json", "b.json"]'], ids=["commas", "a JSON list"]
)
def test_paths_are_separated_by_commas_alone_or_a_json_list(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("TRIALHOOK_CONCEPT_MAPS", written)

    assert Settings().concept_maps == (Path("our maps/a.json"), Path("b.json"))


def test_a_policy_names_only_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALHOOK_POLICY", '{"inputs_apart": 14, "fresh_days": {"laboratory": 60}}')

    policy = Settings().policy

    assert (policy.inputs_apart, policy.fresh_days["laboratory"], policy.fresh_days["vital"]) == (14, 60, 90)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fhir_servers", "ftp://a.example"),
        ("fhir_servers", "a.example"),
        ("fhir_servers", "https://user:pw@a.example"),
        ("fhir_servers", "https://a.example/?x=1"),
        ("public_url", "https://a.example/#x"),
        ("cors_origins", "*"),
        ("cors_origins", "https://a.example/path"),
        ("budget_s", 0),
        ("budget_s", "soon"),
        ("max_body_mb", -1),
        ("max_cards", 0),
        ("max_pages", 0),
        ("concept_maps", "[a.json"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../zone"),
        ("policy", {"inputs_apat": 14}),
        ("policy", {"inputs_apart": -1}),
        ("policy", {"fresh_days": {"laboratori": 1}}),
        ("unheard_of", 1),
    ],
)
def test_a_wrong_value_is_told(name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Settings(**{name: value})


def test_a_variable_that_is_no_setting_is_seen() -> None:
    environment = ["PATH", "TRIALHOOK_FHIR_SERVER", "TRIALHOOK_FHIR_SERVERS", "TRIALHOOK_TEST_CHARTS"]

    assert Settings.strange(environment) == ["TRIALHOOK_FHIR_SERVER"]


def test_the_day_is_the_sites() -> None:
    """Twenty-six hours lie between the first and the last time zone: their days always differ."""
    assert Settings(time_zone="Pacific/Kiritimati").today() > Settings(time_zone="Etc/GMT+12").today()


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("0.0.0.0", False), ("::", False),
     ("192.168.0.1", False), ("localhost.example", False), ("", False)],
)  # fmt: skip
def test_the_loopback_is_this_machine_and_nothing_else(host: str, loopback: bool) -> None:
    assert is_loopback(host) == loopback


def test_answers_are_kept_in_the_data_folder_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TRIALHOOK_ANSWERS_URL")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    url = Settings().answers_database

    assert url is not None
    assert (url.get_backend_name(), url.database) == ("sqlite", str(tmp_path / "trialhook" / "answers.db"))

    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    url = Settings().answers_database
    assert url is not None
    assert url.database == str(tmp_path / "home" / ".local" / "share" / "trialhook" / "answers.db")


@pytest.mark.parametrize(
    "written", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg2://u@h/d", "postgresql+asyncpg://u@h/d"]
)
def test_a_database_of_answers_is_reached_by_our_driver_however_it_is_written(written: str) -> None:
    url = Settings.model_validate({"answers_url": written}).answers_database

    assert url is not None
    assert url.render_as_string() == "postgresql+psycopg://u@h/d"


def test_secrets_of_the_settings_are_not_shown() -> None:
    settings = Settings.model_validate(
        {"answers_url": "postgresql://u:a-secret@h/d", "answers_token": "another-secret-of-ours"}
    )

    assert "secret-of" not in repr(settings)
    assert "a-secret" not in f"{settings!r} {settings.answers_database!r}"
