"""Which drug an entry is about: by its code or text, or by the Medication that it points to."""

from collections.abc import Sequence

from app.reading.concepts import KnownDrug
from app.reading.lazy import NOTHING
from app.reading.reader import Reader
from app.reading.routes import is_local_text
from app.reading.shapes import Concept, DrugEntry, Medication
from app.reading.shown import clean


def drug_of(entry: DrugEntry, reader: Reader) -> KnownDrug:
    """The drug; an unknown one where the Medication is missing and the name beside the reference is none of ours."""
    reference = entry.medication_reference
    if entry.medication_codeable_concept is not NOTHING:
        known = reader.drug(entry.medication_codeable_concept)
        if known.is_known or reference is None:
            return known
    if reference is None:
        return KnownDrug()
    medication = reader.medications.found(reference.reference, entry.contained)
    if medication is not None:
        return _of_medication(medication, reader, clean(reference.display))
    named = reader.lexicon.known_drug(Concept(text=reference.display)) if reference.display else KnownDrug()
    return named if named.is_mapped else KnownDrug(named.shown)


def _of_medication(medication: Medication, reader: Reader, display: str) -> KnownDrug:
    """By its code, else by its active ingredients; in the product's own form."""
    product = _counted(medication.code, reader) if medication.code is not None else KnownDrug()
    drug = product if product.is_mapped else _of_ingredients(product, _ingredients(medication, reader), reader)
    form = medication.form
    local = drug.local_form
    if local is None and form is not None:
        local = is_local_text([form.text, *(coding.display for coding in form.coding or ())], reader.terminology)
    return _like(drug, shown=product.shown or display or drug.shown, local_form=local)


def _of_ingredients(product: KnownDrug, concepts: Sequence[Concept], reader: Reader) -> KnownDrug:
    """A product that no set knows by its own code, by what is in it."""
    ingredients = [_counted(concept, reader) for concept in concepts]
    drug = KnownDrug(clean(" + ".join(filter(None, (one.shown for one in ingredients)))), product.first)
    drug.ingredients = tuple(dict.fromkeys(name for one in ingredients for name in one.ingredients))
    drug.parts = sum(one.parts for one in ingredients)
    drug.by_text = any(one.by_text for one in ingredients)
    drug.local_form = product.local_form
    drug.is_known = product.is_known or any(one.is_known for one in ingredients)
    drug.is_mapped = any(one.is_mapped for one in ingredients)
    return drug


def _ingredients(medication: Medication, reader: Reader) -> list[Concept]:
    concepts = []
    for ingredient in medication.ingredient or ():
        if ingredient.is_active is False:
            continue
        concept = ingredient.item_codeable_concept
        if concept is None and ingredient.item_reference is not None:
            inner = reader.medications.found(ingredient.item_reference.reference, medication.contained)
            concept = inner.code if inner is not None else Concept(text=ingredient.item_reference.display)
        if concept is not None:
            concepts.append(concept)
    return concepts


def _counted(concept: Concept, reader: Reader) -> KnownDrug:
    known = reader.lexicon.known_drug(concept)
    if not known.is_mapped:
        reader.unmapped.add(known, "medication")
    return known


def _like(drug: KnownDrug, *, shown: str, local_form: bool | None) -> KnownDrug:
    """The same drug under another name, in another form."""
    other = KnownDrug(shown, drug.first)
    other.ingredients, other.parts, other.by_text = drug.ingredients, drug.parts, drug.by_text
    other.is_known, other.is_mapped, other.local_form = drug.is_known, drug.is_mapped, local_form
    return other
