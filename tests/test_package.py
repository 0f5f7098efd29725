"""What is installed is what is here: no YAML, template or style sheet stays behind."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.machine import ROOT

PACKAGES = ("app", "cds_hooks", "mappings", "trials")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"


def test_the_wheel_holds_every_file_of_the_packages(tmp_path: Path) -> None:
    """Package data are named by their endings in pyproject.toml; a new ending is easily forgotten there."""
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, source / name)
    here = {path.relative_to(source).as_posix() for package in PACKAGES for path in files(source / package)}

    subprocess.run([sys.executable, "-c", BUILD, str(tmp_path)], cwd=source, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())

    assert here - packed == set()


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
