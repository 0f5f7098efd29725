"""A PostgreSQL server of the tests' own, in a folder of its own, reached by a socket in that folder alone."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import make_url

from tests import machine

START_TIMEOUT_S = 30
_numbers = itertools.count(1)


class Cluster:
    """One server, which can be killed and started again."""

    def __init__(self, folder: Path, programs: Path) -> None:
        self._folder = folder
        self._programs = programs
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://trialhook@/postgres?host={self._folder}"

    def make(self) -> None:
        self._run(
            "initdb",
            "--no-sync",
            "--auth=trust",
            "--username=trialhook",
            "--encoding=UTF8",
            "--locale=C",
            str(self._data),
        )

    def start(self) -> None:
        """Tries until it runs: after a crash the last of its processes may still hold the memory."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while not _answers(self.url):
            if self._server is None or self._server.poll() is not None:
                self._server = self._spawned()
            assert time.monotonic() < deadline, (self._folder / "log").read_text(encoding="utf-8")[-2000:]
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(timeout=START_TIMEOUT_S)
            self._server = None

    def _spawned(self) -> subprocess.Popen[bytes]:
        # Nothing here outlives a fall of the machine, only of a process: the disk need not be waited for.
        options = ("-k", str(self._folder), "-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=16MB")
        program = (str(self._programs / "postgres"), "-D", str(self._data), *options)
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(program, stdout=log, stderr=log, **_as_somebody())

    @property
    def _data(self) -> Path:
        return self._folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run([str(self._programs / program), *arguments], capture_output=True, **_as_somebody())
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server that runs for the time of the block."""
    programs = machine.postgres_programs()
    if programs is None:
        pytest.skip("this kills a PostgreSQL of its own, and no programs of one are here (package postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="trialhook-postgres-"))
    made = Cluster(folder, programs)
    try:
        if user := _as_somebody().get("user"):
            shutil.chown(folder, user)
        made.make()
        made.start()
        yield made
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


def fresh_database(server: str) -> str:
    """The URL of a new, empty database on that server."""
    name = f"answers_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _answers(url: str) -> bool:
    try:
        psycopg.connect(url, connect_timeout=1).close()
    except psycopg.OperationalError:
        return False
    return True


def _as_somebody() -> dict[str, Any]:
    """The server refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in ("postgres", "nobody") if name in names)
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": [], "cwd": "/"}
