"""Rendered output as files that a human can read in a diff; `TRIALHOOK_WRITE_GOLDEN=1` writes them anew."""

import os
from pathlib import Path

FOLDER = Path(__file__).parent


def golden(name: str, actual: str) -> str:
    """What the golden file of that name holds; with the variable set, it then holds `actual`."""
    file = FOLDER / name
    if os.environ.get("TRIALHOOK_WRITE_GOLDEN") == "1":
        file.write_text(actual, encoding="utf-8")
    return file.read_text(encoding="utf-8")
