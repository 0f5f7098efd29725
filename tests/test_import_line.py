"""Imports point one way, app -> cds_hooks -> trials -> mappings, and the two inner packages are pure."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.machine import ROOT

LINE = ("app", "cds_hooks", "trials", "mappings")
PURE = ("trials", "mappings")

# The web stays in the shell: the wire protocol is data, and has no use for a framework or a client.
WEB = {"fastapi", "starlette", "uvicorn", "httpx", "http", "urllib", "requests", "socket", "ssl"}
IMPURE = WEB | {"asyncio", "logging", "os", "random", "secrets", "subprocess", "tempfile", "threading", "time", "uuid"}
CLOCKS = {"now", "today", "utcnow"}
DISK = {"exists", "glob", "is_dir", "is_file", "iterdir", "mkdir", "open", "read_bytes", "read_text", "rglob", "stat"}
DISK |= {"unlink", "write_bytes", "write_text"}

# The loaders, and nothing else, look at the disk: blocks of value sets, YAML with its line numbers, trial definitions.
LOADERS = {"mappings/blocks.py", "mappings/source.py", "trials/library.py"}


def modules(package: str) -> Iterator[tuple[str, ast.Module]]:
    """Path (from the root of the repository) and syntax tree of each module of a package."""
    for path in sorted((ROOT / package).rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of each import, wherever in the module it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def against_the_line(path: str, tree: ast.Module) -> list[str]:
    """Imports of a package further left, of what is no part of the product, or that hide where they lead."""
    package = Path(path).parts[0]
    allowed = LINE[LINE.index(package) :]
    ours = {*LINE, "tests", "bench"}
    return [
        f"{path}:{line}: {package} imports {name}"
        for line, name in imported(tree)
        if name.startswith(".") or (name.split(".")[0] in ours and name.split(".")[0] not in allowed)
    ]


def imports_of(forbidden: set[str], path: str, tree: ast.Module) -> list[str]:
    return [f"{path}:{line}: imports {name}" for line, name in imported(tree) if name.split(".")[0] in forbidden]


def impurities(path: str, tree: ast.Module) -> list[str]:
    """What makes an answer depend on more than the arguments: clock, environment, network, disk, event loop, log."""
    found = imports_of(IMPURE, path, tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await):
            found.append(f"{path}:{node.lineno}: is asynchronous")
        elif isinstance(node, ast.Call):
            name = called(node)
            if name in CLOCKS:
                found.append(f"{path}:{node.lineno}: reads the clock by {name}()")
            elif name in DISK and path not in LOADERS:
                found.append(f"{path}:{node.lineno}: reads the disk by {name}()")
            elif name in {"print", "input"}:
                found.append(f"{path}:{node.lineno}: talks to a terminal by {name}()")
    return found


def called(node: ast.Call) -> str | None:
    """The last part of the name that is called: `today` in `date.today()`."""
    match node.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
        case _:
            return None


@pytest.mark.parametrize("package", LINE)
def test_imports_point_only_to_the_right(package: str) -> None:
    found = list(modules(package))

    assert found, f"{package} has no modules"
    assert [problem for path, tree in found for problem in against_the_line(path, tree)] == []


def test_the_wire_protocol_knows_no_web_framework() -> None:
    assert [problem for path, tree in modules("cds_hooks") for problem in imports_of(WEB, path, tree)] == []


@pytest.mark.parametrize("package", PURE)
def test_the_inner_packages_are_pure(package: str) -> None:
    assert [problem for path, tree in modules(package) for problem in impurities(path, tree)] == []


def test_every_loader_that_may_read_the_disk_exists() -> None:
    assert {path for path in LOADERS if not (ROOT / path).is_file()} == set()


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("mappings/x.py", "from trials.truth import Truth", id="one step to the left"),
        pytest.param("trials/x.py", "import app.settings", id="three steps to the left"),
        pytest.param("trials/x.py", "def f():\n    from cds_hooks import cards", id="inside a function"),
        pytest.param("app/x.py", "from tests.machine import ROOT", id="product code that leans on tests"),
        pytest.param("trials/x.py", "from ..app import settings", id="a relative way round"),
    ],
)
def test_an_import_against_the_line_is_seen(path: str, code: str) -> None:
    assert len(against_the_line(path, ast.parse(code))) == 1


@pytest.mark.parametrize(
    "code",
    [
        "import os",
        "from os import environ",
        "import logging.config",
        "from httpx import get",
        "import time",
        "from datetime import date\nday = date.today()",
        "from datetime import datetime\nday = datetime.now()",
        "async def f(): ...",
        "open('x')",
        "from pathlib import Path\nPath('x').read_text()",
        "print('x')",
    ],
)
def test_an_impurity_is_seen(code: str) -> None:
    assert len(impurities("trials/x.py", ast.parse(code))) == 1


def test_loaders_may_read_the_disk_but_not_the_clock() -> None:
    path = min(LOADERS)

    assert impurities(path, ast.parse("from pathlib import Path\nPath('x').read_text()")) == []
    assert len(impurities(path, ast.parse("from datetime import date\ndate.today()"))) == 1


def test_nothing_of_the_sandbox_is_served_where_real_patients_are() -> None:
    """A command or a service without the sandbox does not even load its endpoint and page."""
    loaded = "import sys, app.cli, app.main; sys.exit(any(name in sys.modules for name in %r))"
    names = ("app.sandbox.router", "app.sandbox.page", "app.sandbox.fhir")

    assert subprocess.run([sys.executable, "-c", loaded % (names,)], check=False, timeout=120).returncode == 0
