"""Charts that no one here wrote, gathered from folders of FHIR R4 JSON; knows file shapes, nothing of Trialhook."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

Json = dict[str, Any]

FOLDERS = (
    "au_fhir_test_data",
    "be_lab_reports",
    "clinosim_sample",
    "fhir_r4_spec_examples",
    "mitre_ctms",
    "smart_synthea_r4",
    "synthea_py_autoimmune",
    "us_core_examples",
)
_DAY = re.compile(r"^(\d{4}-\d{2}-\d{2})")
_SUBJECTS = ("subject", "patient")


class Sample(NamedTuple):
    """One patient's chart."""

    name: str
    bundle: Json

    @property
    def body(self) -> bytes:
        return json.dumps(self.bundle).encode()


def samples(root: Path) -> Iterator[Sample]:
    """Every patient of every folder: a Bundle with one patient as it is, loose resources sorted by patient."""
    for folder in FOLDERS:
        yield from _samples(root / folder)


def _samples(folder: Path) -> Iterator[Sample]:
    loose: list[Json] = []
    for path in sorted(folder.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        if not isinstance(content, dict) or "resourceType" not in content:
            continue
        inside = resources(content)
        if content["resourceType"] == "Bundle" and len(_of_type(inside, "Patient")) == 1:
            yield Sample(f"{folder.name}/{path.stem}", content)
        else:
            loose += inside
    yield from _by_patient(folder.name, loose)


def resources(content: Json) -> list[Json]:
    """A resource, or those in a Bundle and its Bundles."""
    if content.get("resourceType") != "Bundle":
        return [content]
    entries = [entry["resource"] for entry in content.get("entry", ()) if "resource" in entry]
    return [found for entry in entries for found in resources(entry)]


def _of_type(found: list[Json], kind: str) -> list[Json]:
    return [one for one in found if one.get("resourceType") == kind]


def _by_patient(folder: str, loose: list[Json]) -> Iterator[Sample]:
    own: defaultdict[str, list[Json]] = defaultdict(list)
    shared = []
    for resource in loose:
        subject = next((resource[key] for key in _SUBJECTS if isinstance(resource.get(key), dict)), None)
        if subject is None:
            shared.append(resource)
        else:
            own[str(subject.get("reference", "")).rpartition("/")[2]].append(resource)
    medications = _of_type(shared, "Medication")
    patients = {str(one.get("id")): one for one in _of_type(shared, "Patient")}
    for name, patient in sorted(patients.items()):
        yield Sample(f"{folder}/{name}", collection([patient, *own[name], *medications]))


def collection(found: list[Json]) -> Json:
    """A Bundle that holds a patient's whole chart."""
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}


def last_day(bundle: Json, until: date) -> date:
    """The last day of the chart up to that day, when its results were fresh; that day itself if it holds none."""
    found = [day for day in _days(bundle) if day <= until.isoformat()]
    return date.fromisoformat(max(found, default=until.isoformat()))


def _days(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for part in value.values():
            yield from _days(part)
    elif isinstance(value, list):
        for part in value:
            yield from _days(part)
    elif isinstance(value, str) and (day := _DAY.match(value)):
        yield day[1]
