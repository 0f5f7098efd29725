"""Turns the blocks of the mapping files into value sets; strict with their authors. Knows the files' shape, no meaning.

A file's name says what its blocks are: `laboratory.yaml` and `laboratory-serology.yaml` both hold laboratory tests.
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple, cast, get_args

from mappings.source import MappingError, Part, read_part, suggestion
from mappings.systems import ICD10CM, SYSTEMS, canonical_code, code_fault, prefix_fault
from mappings.value_set import Freshness, SetKind, ValueSet

KIND_OF_FILE: Mapping[str, SetKind] = {
    "diagnoses": "diagnosis",
    "laboratory": "laboratory",
    "vitals": "vital",
    "scores": "score",
    "drugs": "ingredient",
    "drug_classes": "drug_class",
    "procedures": "procedure",
    "vaccines": "vaccine",
    "substances": "substance",
}
TABLE_FILES = frozenset({"units", "answers", "drug_forms"})

_RESULT_KINDS = ("laboratory", "vital", "score")
_FINDING_KINDS = ("diagnosis", "procedure")
_MAY_INCLUDE: Mapping[SetKind, tuple[SetKind, ...]] = {
    "diagnosis": ("diagnosis", "procedure"),
    "procedure": ("diagnosis", "procedure"),
    "laboratory": ("laboratory",),
    "vital": ("vital",),
    "score": ("score",),
    "ingredient": (),
    "drug_class": ("ingredient", "drug_class"),
    "vaccine": ("vaccine",),
    "substance": ("substance", "ingredient", "drug_class"),
}
_DEFAULT_FRESHNESS: Mapping[SetKind, Freshness] = {"laboratory": "laboratory", "vital": "vital", "score": "score"}

_CODE_KEYS = tuple(SYSTEMS)
COMMON_KEYS = ("title", "includes", "names", *_CODE_KEYS)
FINDING_KEYS = ("words", "icd10cm_prefix", "snomed_is_a", "but_not", "history", "hinted_by", "event")
INGREDIENT_KEYS = ("half_life", "form_of", "form_words")
RESULT_KEYS = (
    "unit", "plausible", "molar_mass", "equivalents", "grades", "components", "freshness", "keeps_positive",
    "positive_from",
    "upper_normal",
)  # fmt: skip


class Block(NamedTuple):
    """A value set and where it was written."""

    value_set: ValueSet
    part: Part
    grade_texts: Mapping[str, "Grade"]


class Grade(NamedTuple):
    """What a chart may call one grade of an ordinal scale."""

    codes: Mapping[str, Mapping[str, str]]
    names: tuple[str, ...]


def read_blocks(folder: Path) -> dict[str, Block]:
    """Every block of every mapping file in `folder`, by its name."""
    blocks: dict[str, Block] = {}
    for path in sorted(folder.glob("*.yaml")):
        stem = path.stem.split("-", 1)[0]
        if stem in TABLE_FILES:
            continue
        if stem not in KIND_OF_FILE:
            choices = suggestion(stem, (*KIND_OF_FILE, *TABLE_FILES))
            raise MappingError(f"{path.parent.name}/{path.name}:1: no kind of block is called {stem!r}; {choices}")
        for name, (key, part) in read_part(path).entries().items():
            if name in blocks:
                key.fail(
                    f"{name!r} stands already in {blocks[name].part.file}:{blocks[name].part.line}; keep one of them"
                )
            blocks[name] = _block(name, key, part, KIND_OF_FILE[stem])
    _check_includes(blocks)
    return blocks


def _block(name: str, key: Part, part: Part, kind: SetKind) -> Block:
    if not name.isascii() or not name.isidentifier() or name != name.lower():
        key.fail(f"{name!r} is no name of a block; a right one is in snake_case, such as {name.lower()!r}")
    fields = part.fields((*COMMON_KEYS, *_special_keys(kind)))
    grades = _grades(fields["grades"]) if "grades" in fields else {}
    title = fields["title"].text() if "title" in fields else name.replace("_", " ").capitalize()
    value_set = ValueSet(
        name=name,
        kind=kind,
        title=title,
        codes=_codes(fields),
        prefixes=_prefixes(fields),
        but_not=_but_not(fields),
        is_a=_is_a(fields),
        is_a_but_not=_is_a_but_not(fields),
        history=_beside(fields["history"]) if "history" in fields else {},
        hinted_by=_beside(fields["hinted_by"]) if "hinted_by" in fields else {},
        includes=fields["includes"].texts() if "includes" in fields else (),
        names=fields["names"].texts() if "names" in fields else (),
        words=fields["words"].texts() if "words" in fields else (),
        event="event" in fields and fields["event"].flag(),
        form_of=fields["form_of"].text() if "form_of" in fields else None,
        form_words=fields["form_words"].texts() if "form_words" in fields else (),
        half_life_hours=_sourced(fields["half_life"], "hours") if "half_life" in fields else None,
    )
    if kind in _RESULT_KINDS:
        value_set = _with_measure(value_set, fields, tuple(grades))
    if not (value_set.codes or value_set.prefixes or value_set.includes or value_set.names or value_set.history):
        key.fail(f"{name!r} has no codes, names or includes, so that no chart can say it; give it one of them")
    return Block(value_set, key, grades)


def _special_keys(kind: SetKind) -> tuple[str, ...]:
    if kind in _RESULT_KINDS:
        return RESULT_KEYS
    if kind in (*_FINDING_KINDS, "vaccine"):
        return FINDING_KEYS
    return INGREDIENT_KEYS if kind == "ingredient" else ()


def _with_measure(value_set: ValueSet, fields: Mapping[str, Part], grades: tuple[str, ...]) -> ValueSet:
    fresh = fields["freshness"].one_of(get_args(Freshness)) if "freshness" in fields else None
    return value_set._replace(
        unit=fields["unit"].text() if "unit" in fields else None,
        plausible=_range(fields["plausible"], from_zero=True) if "plausible" in fields else None,
        molar_mass=_sourced(fields["molar_mass"], "g_per_mol") if "molar_mass" in fields else None,
        equivalents=_equivalents(fields["equivalents"]) if "equivalents" in fields else {},
        grades=grades,
        components=int(fields["components"].number()) if "components" in fields else None,
        freshness=cast(Freshness, fresh) if fresh else _DEFAULT_FRESHNESS[value_set.kind],
        keeps_positive="keeps_positive" in fields and fields["keeps_positive"].flag(),
        positive_from=fields["positive_from"].number() if "positive_from" in fields else None,
        upper_normal=_range(fields["upper_normal"]) if "upper_normal" in fields else None,
    )


def _codes(fields: Mapping[str, Part]) -> Mapping[str, Mapping[str, str]]:
    return {SYSTEMS[key]: _checked(key, fields[key]) for key in _CODE_KEYS if key in fields}


def _checked(system: str, part: Part) -> Mapping[str, str]:
    """Codes of one system with their displays."""
    checked: dict[str, str] = {}
    for code, (key, display) in part.entries().items():
        fault = code_fault(system, code)
        if fault:
            key.fail(fault)
        checked[canonical_code(SYSTEMS[system], code)] = display.text()
    return checked


def _checked_prefixes(part: Part) -> Mapping[str, str]:
    checked: dict[str, str] = {}
    for prefix, (key, display) in part.entries().items():
        fault = prefix_fault("icd10cm", prefix)
        if fault:
            key.fail(fault)
        checked[canonical_code(ICD10CM, prefix)] = display.text()
    return checked


def _prefixes(fields: Mapping[str, Part]) -> Mapping[str, tuple[str, ...]]:
    if "icd10cm_prefix" not in fields:
        return {}
    part = fields["icd10cm_prefix"]
    prefixes = tuple(_checked_prefixes(part))
    for code, (key, _) in (fields["icd10cm"].entries() if "icd10cm" in fields else {}).items():
        cover = next((prefix for prefix in prefixes if canonical_code(ICD10CM, code).startswith(prefix)), None)
        if cover:
            key.fail(f"{code!r} is already below the prefix {cover!r} of this block; leave it out")
    return {ICD10CM: prefixes}


def _but_not(fields: Mapping[str, Part]) -> Mapping[str, tuple[str, ...]]:
    """ICD-10-CM codes or prefixes under the key `icd10cm`."""
    if "but_not" not in fields:
        return {}
    left_out = fields["but_not"].fields(("icd10cm", "snomed"))
    if not left_out:
        fields["but_not"].fail("found nothing left out; expected `icd10cm: {M32.0: display}`")
    return {ICD10CM: tuple(_checked_prefixes(left_out["icd10cm"]))} if "icd10cm" in left_out else {}


def _is_a(fields: Mapping[str, Part]) -> tuple[str, ...]:
    """Codes whose descendants belong to the set; each stands under `snomed` with its name."""
    if "snomed_is_a" not in fields:
        return ()
    known = fields["snomed"].entries() if "snomed" in fields else {}
    for item in fields["snomed_is_a"].items():
        if item.text() not in known:
            item.fail(f"{item.text()!r} is no code under `snomed` of this block; put it there with its name")
    return fields["snomed_is_a"].texts()


def _is_a_but_not(fields: Mapping[str, Part]) -> Mapping[str, str]:
    left_out = fields["but_not"].fields(("icd10cm", "snomed")) if "but_not" in fields else {}
    if "snomed" not in left_out:
        return {}
    if "snomed_is_a" not in fields:
        left_out["snomed"].fail("found codes left out of no `snomed_is_a`; take them out, or name what they lie below")
    return _checked("snomed", left_out["snomed"])


def _beside(part: Part) -> Mapping[str, Mapping[str, str]]:
    """Codes beside a set's own, where an ICD-10-CM code is a prefix."""
    fields = part.fields(("snomed", "icd10cm", "cvx"))
    found = {SYSTEMS[key]: _checked(key, fields[key]) for key in ("snomed", "cvx") if key in fields}
    if "icd10cm" in fields:
        found[ICD10CM] = _checked_prefixes(fields["icd10cm"])
    return found


def _sourced(part: Part, key: str) -> Decimal:
    """A number that must say where it comes from."""
    fields = part.fields((key, "source"))
    for needed in (key, "source"):
        if needed not in fields:
            part.fail(f"found no {needed!r}; expected `{{{key}: number, source: where it is published}}`")
    fields["source"].text()
    return fields[key].number()


def _equivalents(part: Part) -> Mapping[str, Decimal]:
    return {unit: _sourced(value, "factor") for unit, (_, value) in part.entries().items()}


def _range(part: Part, *, from_zero: bool = False) -> tuple[Decimal, Decimal]:
    items = part.items()
    low, high = items if len(items) == 2 else part.fail("expected two numbers, the lower one first, such as [1.0, 1.4]")
    ends = Decimal(0) if from_zero and low.text() == "0" else low.number(), high.number()
    if ends[0] > ends[1]:
        part.fail("expected two numbers, the lower one first, such as [1.0, 1.4]")
    return ends


def _grades(part: Part) -> Mapping[str, Grade]:
    grades = {}
    for name, (_, value) in part.entries().items():
        fields = value.fields(("names", *_CODE_KEYS))
        grades[name] = Grade(_codes(fields), fields["names"].texts() if "names" in fields else ())
    return grades


def _check_includes(blocks: Mapping[str, Block]) -> None:
    for name, block in blocks.items():
        _check_form(block, blocks)
        for target in block.value_set.includes:
            if target not in blocks:
                block.part.fail(f"{name!r} includes the unknown set {target!r}; {suggestion(target, blocks)}")
            allowed = _MAY_INCLUDE[block.value_set.kind]
            if blocks[target].value_set.kind not in allowed:
                block.part.fail(
                    f"{name!r} includes {target!r}, which is a {blocks[target].value_set.kind}; "
                    f"a {block.value_set.kind} may include {' or '.join(allowed) or 'nothing'}"
                )
        _check_no_cycle(name, blocks, ())


def _check_form(block: Block, blocks: Mapping[str, Block]) -> None:
    form_of = block.value_set.form_of
    if (form_of is None) is not (not block.value_set.form_words):
        block.part.fail("`form_of: an ingredient` and `form_words: [words that tell the form]` go together")
    if form_of is not None and (form_of not in blocks or blocks[form_of].value_set.kind != "ingredient"):
        block.part.fail(f"{form_of!r} is no ingredient; {suggestion(form_of, blocks)}")


def _check_no_cycle(name: str, blocks: Mapping[str, Block], path: tuple[str, ...]) -> None:
    if name in path:
        blocks[name].part.fail(f"{' includes '.join((*path, name))}: a set cannot include itself; take one step out")
    for target in blocks[name].value_set.includes:
        if target in blocks:
            _check_no_cycle(target, blocks, (*path, name))
