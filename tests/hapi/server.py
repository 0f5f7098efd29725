"""Builds, starts and stops the HAPI FHIR server of this folder; knows nothing of Trialhook."""

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

HERE = Path(__file__).resolve().parent
JAR = HERE / "target" / "hapi-for-tests.jar"
CLASS_PATH = HERE / "target" / "class-path.txt"
FLAGS = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g")
BUILD_TIMEOUT_S = 900
START_TIMEOUT_S = 120
STOP_TIMEOUT_S = 30


class HapiServer(NamedTuple):
    """A FHIR server: its base URL and, if the tests started it, its process."""

    base: str
    process: subprocess.Popen[bytes] | None


@contextmanager
def running(**properties: str | int) -> Iterator[HapiServer]:
    """A HAPI server with an empty database, for the time of the block.

    `properties` are the Java system properties that the server reads: `port`, `pageSize`, `largestPage`,
    `longestHead`, `refuseMissing`, `searchAhead`, `reuseSearchesForMs`, `terminology` (expand value sets by filters).
    """
    build()
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            log.open("wb") as sink,
            subprocess.Popen(command(properties), stdin=subprocess.PIPE, stdout=sink, stderr=sink) as process,
        ):
            try:
                yield HapiServer(base_when_ready(process, log), process)
            finally:
                stop(process)


def build() -> None:
    """Compile the server if it is older than its sources; the first time Maven fetches what it needs."""
    sources = [HERE / "pom.xml", *(path for path in (HERE / "src").rglob("*") if path.is_file())]
    if is_built() and JAR.stat().st_mtime > max(path.stat().st_mtime for path in sources):
        return
    maven = ["mvn", "-q", "-B", "-Dstyle.color=never", "-f", str(HERE / "pom.xml"), "package"]
    said = subprocess.run(maven, capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=False)
    if said.returncode != 0:
        pytest.fail(f"Maven could not build the HAPI server:\n{said.stdout}{said.stderr}", pytrace=False)


def is_built() -> bool:
    """Whether the server and every library that it was built with are (still) there."""
    return JAR.exists() and CLASS_PATH.exists() and all(Path(path).exists() for path in libraries())


def libraries() -> list[str]:
    return CLASS_PATH.read_text(encoding="utf-8").strip().split(":")


def command(properties: dict[str, str | int]) -> list[str]:
    """The start command; the class path is explicit, because one inside the jar is slower to open.

    The server ends with its input too, so that none is left behind where the tests are killed.
    """
    defined = ["-DuntilInputEnds=true", *(f"-D{name}={value}" for name, value in properties.items())]
    class_path = ":".join([str(JAR), *libraries()])
    return ["java", *FLAGS, *defined, "-cp", class_path, "trialhook.hapi.FhirServer"]


def base_when_ready(process: subprocess.Popen[bytes], log: Path) -> str:
    """Wait for the line that the server prints after its first search; it names the base URL."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        for line in log.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
            if line.startswith("READY ") and line.endswith("\n"):
                return line.split()[1]
        time.sleep(0.1)
    tail = log.read_text(encoding="utf-8", errors="replace")[-3000:]
    pytest.fail(f"the HAPI server did not become ready in {START_TIMEOUT_S} s:\n{tail}", pytrace=False)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the server by SIGTERM, and by SIGKILL if it does not heed that."""
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
