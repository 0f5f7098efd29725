"""The engine and the plain evaluator say the same of every generated chart: truth and reason, row by row."""

import ast
import sys
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

from tests.differential.agreeing import DAYS, Made, alone, compared, disagreements, mixed, report, spread
from tests.differential.composing import charts
from tests.differential.definitions import class_c, rows
from tests.differential.patients.pieces import chart
from tests.differential.plain.chart import Chart
from tests.differential.plain.rows import judged

PRODUCT = {"app", "cds_hooks", "trials", "mappings", "bench"}
MIXED, LONG = 400, 50_000


def test_only_one_file_here_imports_the_product() -> None:
    found = {path.name for path in Path(__file__).parent.rglob("*.py") if PRODUCT & imported(path)}

    assert {"engine.py"} == found


def imported(path: Path) -> set[str]:
    """The packages from which a module imports; of our own tests what lies outside this folder counts too."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            head = name.split(".")[0]
            found.add("app" if head == "tests" and not name.startswith("tests.differential") else head)
    return found


@pytest.mark.parametrize("ref", [ref for ref in class_c() if ref in rows()])
def test_of_an_empty_chart_the_plain_evaluator_says_what_the_table_says(ref: str) -> None:
    truth, why = judged(rows()[ref], Chart(chart([]), date(2026, 11, 21)))

    assert class_c()[ref] == " ".join(filter(None, (truth, why)))


def test_both_evaluators_agree_on_boundary_patients() -> None:
    """Some of every leaf and of every sort, each by the trial that it is for; the long run takes mixtures of all."""
    for piece, day in spread(Random(1), DAYS[:2]):
        agree([alone(piece, day)], frozenset({piece.ref.partition("-")[0]}))


def test_both_evaluators_agree_on_mixed_charts() -> None:
    random = Random(2)
    agree([mixed(random, DAYS[:2]) for _ in range(MIXED)])


@given(charts())
def test_both_evaluators_agree_on_charts_whose_pieces_were_changed_by_chance(made: Made) -> None:
    found = disagreements(made.bundle, made.today)

    assert not found, report((made, each) for each in found)


@pytest.mark.long
def test_both_evaluators_agree_on_fifty_thousand_mixed_charts(capsys: pytest.CaptureFixture[str]) -> None:
    random = Random(3)
    for done in range(0, LONG, 1_000):
        agree([mixed(random) for _ in range(1_000)])
        with capsys.disabled():
            print(f"\r{done + 1_000:,} of {LONG:,} charts", end="", file=sys.stderr, flush=True)


def agree(made_charts: list[Made], trials: frozenset[str] | None = None) -> None:
    found = [(made, each) for made in made_charts for each in disagreements(made.bundle, made.today, trials)]
    assert not found, f"{len(found)} disagreements\n\n{report(found)}"


def test_every_class_c_row_that_is_written_is_compared() -> None:
    assert set(class_c()) & set(rows()) <= {row.ref for row in compared()}
