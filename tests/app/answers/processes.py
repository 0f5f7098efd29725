"""The service in a process of its own, which can be killed as no `finally` can stop."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.machine import ROOT

START_TIMEOUT_S = 60


class Process:
    """`trialhook serve` with its sandbox on a free port."""

    def __init__(self, answers_url: str, log: Path) -> None:
        environment = {**os.environ, "TRIALHOOK_ANSWERS_URL": answers_url, "PYTHONUNBUFFERED": "1"}
        self._log = log
        with log.open("wb") as written:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from app.cli import main; main()", "serve", "--sandbox", "--port", "0"],
                cwd=ROOT,
                env=environment,
                stdout=written,
                stderr=subprocess.STDOUT,
            )
        self.url = self._started()

    def _started(self) -> str:
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self._log.read_text(encoding="utf-8")
            found = re.search(r"Sandbox page\s+(http://\S+)/sandbox", self._log.read_text(encoding="utf-8"))
            if found and _answers(found.group(1)):
                return found.group(1)
            time.sleep(0.05)
        raise AssertionError("the service did not start")

    def kill(self) -> None:
        """SIGKILL: nothing is finished, flushed or closed."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(timeout=START_TIMEOUT_S)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
