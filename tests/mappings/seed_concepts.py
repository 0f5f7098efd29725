"""Writes the list of the seeds' concepts anew: which set of ours holds each, or that it is a known gap.

    TRIALHOOK_TEST_TERMINOLOGY=<folder with seed-concepts.tsv> python -m tests.mappings.seed_concepts

The list is committed, because the folder is not everywhere; a test compares it with the sets and with the gaps' page.
"""

import csv
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from mappings.systems import canonical_system
from mappings.terminology import Coding, Domain, Terminology, load_terminology
from tests import machine

LIST = Path(__file__).parent / "seed_concepts.tsv"
GAP = "gap"
DOMAINS: tuple[Domain, ...] = ("result", "diagnosis", "procedure", "vaccine", "substance")
BY_NAME = {
    "sledai2k": "sledai_2k", "selena": "selena_sledai", "bilag": "bilag_2004", "pga": "pga", "ptga": "ptga_vas",
    "mrss": "mrss", "mmt8": "mmt_8", "cmas": "cmas", "chaq": "c_haq", "essdai": "essdai", "edss": "edss",
    "saliva": "unstimulated_salivary_flow", "dcssc": "diffuse_cutaneous_systemic_sclerosis",
    "hrct": "ground_glass_on_hrct",
    "telitacicept": "telitacicept", "anifrolumab": "anifrolumab", "ivig": "ivig", "tst": "tuberculin_skin_test",
    "npsle": "neuropsychiatric_lupus", "imnm": "immune_mediated_necrotising_myopathy", "cns_disease": "cns_disease",
    "malignancy_exc_scc": "squamous_cell_carcinoma_of_skin", "malignancy_exc_dcis": "ductal_carcinoma_in_situ",
    "transplant_status": "organ_transplant", "cart_history": "car_t_therapy", "hsct": "stem_cell_transplant",
    "retic": "reticulocytes", "conv_is": "conventional_immunosuppressant",
}  # fmt: skip
"""Concepts that a chart says by name, and those whose codes lie in several sets."""
ON_THE_PAGE = {
    "msa_sae": "Anti-SAE1", "msa_hmgcr": "Anti-HMGCR", "mri_ms": "New lesions on MRI",
    "das28": "DAS28",
}  # fmt: skip
"""Known gaps, and what docs/terminology-gaps.md calls them."""


class Code(NamedTuple):
    """A verified code of a concept."""

    system: str
    code: str
    belongs: bool
    """Not one that the concept names in order to leave it out."""


def concepts(folder: Path) -> dict[str, list[Code]]:
    """Every concept of the seeds with its verified codes."""
    found: dict[str, list[Code]] = {}
    with (folder / "seed-concepts.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            codes = found.setdefault(row["concept_id"], [])
            if row["code"] and row["verified"] == "yes":
                belongs = not row["role"].startswith(("EXCLUDE", "EXCEPTION", "NOT"))
                codes.append(Code(canonical_system(row["system"]) or "", row["code"], belongs))
    return found


def meant(terminology: Terminology, one: Code) -> set[str]:
    """Every set that holds a code as its own, or that has it as a grade of its scale."""
    coding = (Coding(one.system, one.code, None),)
    names = {name for domain in DOMAINS for name in terminology.identify(domain, coding, None).names}
    return names | {name for name in terminology.scales if terminology.ordinal(name, coding, None)}


def held(terminology: Terminology, one: Code) -> set[str]:
    """Every set that knows a code: as its own, as a history, or as a question."""
    coding = (Coding(one.system, one.code, None),)
    found = [terminology.identify(domain, coding, None) for domain in DOMAINS]
    return meant(terminology, one) | {name for known in found for name in (*known.history, *known.hints)}


def holder(terminology: Terminology, concept: str, codes: list[Code]) -> str:
    """The set that holds most of a concept's codes, the narrowest of several; `gap` where none does."""
    if concept in BY_NAME:
        return BY_NAME[concept]
    counts = Counter(name for one in codes if one.belongs for name in meant(terminology, one))
    if not counts:
        return f"{GAP}: {ON_THE_PAGE[concept]}"
    most = max(counts.values())
    best = [name for name in counts if counts[name] == most]
    return min(best, key=lambda name: (len(terminology.members(name)), name))


def read_list() -> Iterator[tuple[str, str]]:
    """The committed list: concept, and the set that holds it or `gap: ` and what the page of gaps calls it."""
    for line in LIST.read_text(encoding="utf-8").splitlines()[1:]:
        concept, name = line.split("\t")
        yield concept, name


def main() -> None:
    """Writes the list."""
    folder = machine.terminology()
    if folder is None:
        sys.exit(machine.missing_for_terminology())
    known = load_terminology()
    rows = [f"{concept}\t{holder(known, concept, codes)}" for concept, codes in concepts(folder).items()]
    LIST.write_text("\n".join(["concept\tset", *rows, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
