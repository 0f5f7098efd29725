"""What a site can set, each by an environment variable `TRIALHOOK_<NAME>`; nothing outward is allowed by default."""

import json
from collections.abc import Iterable
from datetime import date, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy import URL

from app.answers.database import default_url, known_url
from app.fhir.client import MAX_PAGES
from trials.policy import FRESH_DAYS, Policy

PREFIX = "TRIALHOOK_"
OFF = "off"
_OF_TESTS = (f"{PREFIX}TEST_", f"{PREFIX}REQUIRE_", f"{PREFIX}WRITE_")


def is_loopback(host: str) -> bool:
    """Whether a host name or address can only mean this machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listed(value: Any) -> Any:
    """A list as people write it in an environment variable: parts separated by commas or blanks."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


def _paths(value: Any) -> Any:
    """A list of files, separated by commas alone since a path may hold blanks, or written in JSON."""
    if not isinstance(value, str):
        return value
    if value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError as error:
            raise ValueError("has to be paths separated by commas, or a JSON list of paths") from error
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _base_url(value: str) -> str:
    """An absolute http(s) URL without query, fragment, user or trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("has to be an absolute http:// or https:// address")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("has to be an address without user name, query and fragment")
    return value.rstrip("/")


def _origin(value: str) -> str:
    """A CORS origin: scheme, host and port, no path."""
    base = _base_url(value)
    if urlsplit(base).path:
        raise ValueError("has to be an origin: scheme, host and port without a path")
    return base


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError("has to be a time zone such as Europe/Berlin") from error
    return value


def _over_defaults(value: Any) -> Any:
    """A policy that names only what differs: the other days of freshness keep their defaults."""
    if isinstance(value, dict) and isinstance(value.get("fresh_days"), dict):
        return {**value, "fresh_days": {**FRESH_DAYS, **value["fresh_days"]}}
    return value


def _no_negative_days(policy: Policy) -> Policy:
    days = [*policy.fresh_days.values(), *(number for number in policy[1:] if isinstance(number, int))]
    if any(number is not None and number < 0 for number in days):
        raise ValueError("has to be numbers of days, none below zero")
    return policy


def _database(value: SecretStr) -> SecretStr:
    if value.get_secret_value() != OFF:
        known_url(value.get_secret_value())
    return value


BaseUrl = Annotated[str, AfterValidator(_base_url)]
Origin = Annotated[str, AfterValidator(_origin)]


class Settings(BaseSettings):
    """One value per setting; `fhir_servers`, `cors_origins` and `concept_maps` are lists separated by commas."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    fhir_servers: Annotated[tuple[BaseUrl, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(),
        description="Base URLs of the FHIR servers that a hook may name in `fhirServer`; any other is ignored. "
        "The first one also answers the direct query by patient id.",
    )
    call_without_token: bool = Field(
        default=False,
        description="Whether a listed FHIR server is read although the hook brought no `fhirAuthorization` "
        "(open servers only). The sandbox always does.",
    )
    public_url: BaseUrl | None = Field(
        default=None,
        description="The address under which clinicians reach this service; cards link to its trial pages.",
    )
    cors_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(_listed)] = Field(
        default=(),
        description="Origins of browser-based hook clients. The sandbox allows every origin on the loopback.",
    )
    budget_s: float = Field(
        default=2.5, gt=0, le=60, description="Seconds that pulling one chart from a FHIR server may take in all."
    )
    max_pages: int = Field(
        default=MAX_PAGES,
        ge=1,
        le=10_000,
        description="Most pages that one search reads; what lies behind them counts as not searched.",
    )
    max_body_mb: float = Field(default=16, gt=0, le=1024, description="Largest request body in megabytes; larger: 413.")
    max_cards: int = Field(
        default=3, ge=1, le=20, description="Most cards in one answer; further trials share one line."
    )
    time_zone: Annotated[str, AfterValidator(_time_zone)] | None = Field(
        default=None, description="The site's time zone, which decides what day it is; default: the machine's."
    )
    policy: Annotated[Policy, BeforeValidator(_over_defaults), AfterValidator(_no_negative_days)] = Field(
        default=Policy(),
        description="The site's own numbers in days, as a JSON object of those that differ, such as "
        '{"inputs_apart": 14, "fresh_days": {"laboratory": 60}}; shown as policy beside each verdict.',
    )
    trials: Path | None = Field(
        default=None, description="Folder with trial definitions that replaces the built-in ones."
    )
    concept_maps: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_paths)] = Field(
        default=(),
        description="Files with FHIR R4 ConceptMaps that say what the site's own codes mean: paths separated by "
        "commas, or a JSON list.",
    )
    value_sets: Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_paths)] = Field(
        default=(),
        description="Files, or folders of files, with FHIR R4 ValueSets whose codes are added to the value sets of the "
        "same name: paths separated by commas, or a JSON list.",
    )
    answers_url: Annotated[SecretStr, AfterValidator(_database)] | None = Field(
        default=None,
        description="Where recorded answers are kept: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, or "
        "off; default: an SQLite file in the data folder of the user who runs the service.",
    )
    answers_token: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        default=None,
        description="The token, 16 characters or more, that whoever records, lists or withdraws answers has to show; "
        "without it nobody may. The sandbox needs none.",
    )
    terminology_snapshot: Path | None = Field(
        default=None,
        description="Folder with what a terminology server said of our value sets, as `trialhook terminology expand` "
        "writes it.",
    )
    terminology_server: BaseUrl | None = Field(
        default=None, description="FHIR R4 terminology server that `trialhook terminology expand` asks."
    )
    terminology_token: SecretStr | None = Field(
        default=None, description="Access token for that server; sent over https only, and never shown."
    )
    sandbox: bool = Field(
        default=False,
        description="Embedded FHIR server, invented patients and a page that fires the hook; accepts any "
        "`fhirServer` and any origin on the loopback. Never for real patients.",
    )

    @classmethod
    def strange(cls, environment: Iterable[str]) -> list[str]:
        """Variables that look like settings and are none, most likely misspelt."""
        names = {f"{PREFIX}{name.upper()}" for name in cls.model_fields}
        ours = (name for name in environment if name.startswith(PREFIX) and not name.startswith(_OF_TESTS))
        return sorted(set(ours) - names)

    @property
    def answers_database(self) -> URL | None:
        """The database of answers; `None` where the site keeps none."""
        if self.answers_url is None:
            return default_url()
        text = self.answers_url.get_secret_value()
        return None if text == OFF else known_url(text)

    @property
    def max_body(self) -> int:
        """Largest request body in bytes."""
        return int(self.max_body_mb * 1_000_000)

    def today(self) -> date:
        """The day it is now at the site."""
        return datetime.now(ZoneInfo(self.time_zone) if self.time_zone else None).date()
