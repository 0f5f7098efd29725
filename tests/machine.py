"""What this machine offers to the tests beyond Python and, in a sentence each, what is missing and would bring it."""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
JAVA_NEEDED = 17
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def fhir_server_given() -> str | None:
    """The FHIR server to test against instead of one that the tests start."""
    return os.environ.get("TRIALHOOK_TEST_FHIR_SERVER", "").rstrip("/") or None


def chromium() -> str | None:
    """The browser's program; TRIALHOOK_TEST_CHROMIUM names another one than the first on the path."""
    names = (os.environ.get("TRIALHOOK_TEST_CHROMIUM", ""), *CHROMIUM_NAMES)
    return next((path for name in names if name and (path := shutil.which(name))), None)


def charts() -> Path:
    """The folder of sample charts, which need not exist."""
    return Path(os.environ.get("TRIALHOOK_TEST_CHARTS") or ROOT.parent / "shared" / "data")


def terminology() -> Path | None:
    """The folder of reference codes against which the mappings were written, if it is here."""
    given = Path(os.environ.get("TRIALHOOK_TEST_TERMINOLOGY") or ROOT.parent / "shared" / "terminology")
    return given if (given / "seed-concepts.tsv").is_file() else None


@cache
def java_version() -> int:
    """The major version of the Java compiler on the path; 0 without one."""
    program = shutil.which("javac")
    if program is None or shutil.which("java") is None:
        return 0
    said = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r"javac (\d+)", said.stdout + said.stderr)
    return int(found.group(1)) if found else 0


def missing_for_hapi() -> str | None:
    """Why there is no FHIR server to test against; None if there is one."""
    return None if fhir_server_given() else missing_for_own_server()


def missing_for_own_server() -> str | None:
    """Why the tests cannot start a HAPI server here; None if they can."""
    missing = []
    if java_version() < JAVA_NEEDED:
        missing.append(f"Java {JAVA_NEEDED} (package openjdk-17-jdk-headless)")
    if shutil.which("mvn") is None:
        missing.append("Maven (package maven)")
    if not missing:
        return None
    return f"no {' and no '.join(missing)}; install it, or name a FHIR server in TRIALHOOK_TEST_FHIR_SERVER"


def missing_for_browser() -> str | None:
    """Why no browser can be had here; None if one can."""
    if chromium():
        return None
    return "no Chromium (package chromium); install it, or name the program in TRIALHOOK_TEST_CHROMIUM"


def postgres_given() -> str | None:
    """The URL of a PostgreSQL server on which the tests may make databases, instead of one that they start."""
    return os.environ.get("TRIALHOOK_TEST_POSTGRES") or None


def postgres_programs() -> Path | None:
    """The folder with the newest server's programs; Debian keeps them off the path."""
    beside = shutil.which("initdb")
    folders = [Path(beside).resolve().parent] if beside else []
    folders += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4), reverse=True
    )
    return next((folder for folder in folders if (folder / "initdb").exists()), None)


def missing_for_postgres() -> str | None:
    """Why there is no PostgreSQL to test against; None if there is one."""
    if postgres_given() or postgres_programs():
        return None
    return "no PostgreSQL (package postgresql); install it, or name a server in TRIALHOOK_TEST_POSTGRES"


def missing_for_long() -> str | None:
    """Why the long tests stay out; None if they were asked for."""
    return None if os.environ.get("TRIALHOOK_TEST_LONG") == "1" else "they take minutes; run them by `make test-long`"


def missing_for_charts() -> str | None:
    """Why no sample charts can be had here; None if they can."""
    return None if charts().is_dir() else "no folder of sample charts; name one in TRIALHOOK_TEST_CHARTS"


def missing_for_terminology() -> str | None:
    """Why the mappings cannot be compared with the reference codes here; None if they can."""
    return None if terminology() else "no folder of reference codes; name one in TRIALHOOK_TEST_TERMINOLOGY"


MISSING = {
    "terminology": missing_for_terminology,
    "hapi": missing_for_hapi,
    "browser": missing_for_browser,
    "postgres": missing_for_postgres,
    "long": missing_for_long,
    "charts": missing_for_charts,
}


def required(what: str) -> bool:
    """Whether tests that need `what` have to fail, not to be skipped, where it is missing."""
    return os.environ.get(f"TRIALHOOK_REQUIRE_{what.upper()}") == "1"
