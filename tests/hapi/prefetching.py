"""What an EHR puts into `prefetch`: the published templates, filled from a FHIR server or from a chart in hand."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urljoin, urlsplit

import httpx

from tests.hapi.loading import Json

PAGES = 50
ABOUT_THE_ANSWER = {"_count", "_sort"}


def filled(template: str, patient_id: str) -> str:
    return template.replace("{{context.patientId}}", patient_id)


def from_server(templates: Mapping[str, str], base: str, patient_id: str) -> Json:
    """Each template's result as the server gives it, all pages in one Bundle; null for a read that finds nothing.

    Drugs that stand in a Medication of their own are included beside the entry that refers to them (R15).
    """
    with httpx.Client(base_url=f"{base}/", timeout=30) as client:
        found = {key: result(client, filled(template, patient_id)) for key, template in templates.items()}
        for bundle in found.values():
            include_medications(client, bundle)
        return found


def include_medications(client: httpx.Client, bundle: Json | None) -> None:
    entries = (bundle or {}).get("entry", [])
    references = {entry["resource"].get("medicationReference", {}).get("reference") for entry in entries} - {None}
    for reference in sorted(references):
        entries.append({"resource": client.get(reference).raise_for_status().json(), "search": {"mode": "include"}})


def result(client: httpx.Client, query: str) -> Json | None:
    answer = client.get(query)
    if answer.status_code == 404:
        return None
    assert answer.status_code == 200, f"{query}: {answer.text}"
    found: Json = answer.json()
    page = found
    for _ in range(PAGES):
        link = next((link["url"] for link in page.get("link", ()) if link["relation"] == "next"), None)
        if link is None:
            return {**found, "link": []} if found["resourceType"] == "Bundle" else found
        page = client.get(urljoin(str(client.base_url), link)).json()
        found["entry"] = found.get("entry", []) + page.get("entry", [])
    raise AssertionError(f"{query}: more than {PAGES} pages")


def from_chart(templates: Mapping[str, str], chart: Json) -> Json:
    """Each template's result, searched in the chart; null for what a search does not find, as CDS Hooks 2.0 has it."""
    resources: list[Json] = [entry["resource"] for entry in chart["entry"]]
    patient = next(one for one in resources if one["resourceType"] == "Patient")
    return {key: found_in(resources, filled(template, patient["id"])) for key, template in templates.items()}


def found_in(resources: list[Json], query: str) -> Json | None:
    parts = urlsplit(query)
    kind, _, id = parts.path.partition("/")
    if id:
        return next((one for one in resources if (one["resourceType"], one["id"]) == (kind, id)), None)
    wanted = [(name, value) for name, value in parse_qsl(parts.query) if name not in ABOUT_THE_ANSWER]
    found = [one for one in resources if one["resourceType"] == kind and all(fits(one, *part) for part in wanted)]
    if not found:
        return None
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in found]}


def fits(resource: Json, parameter: str, value: str) -> bool:
    """Whether a resource meets one search parameter; those that neither a template nor a pull uses are not known."""
    match parameter:
        case "patient" | "subject":
            subject = resource.get("subject") or resource.get("patient") or {}
            return bool(subject.get("reference", "").endswith(f"/{value.removeprefix('Patient/')}"))
        case "code":
            return holds(resource.get("code"), value)
        case "combo-code":
            return any(holds(one.get("code"), value) for one in (resource, *resource.get("component", ())))
        case "category":
            return any(holds(category, value) for category in resource.get("category", ()))
        case "category:missing":
            return bool(resource.get("category")) != (value == "true")
        case _:
            raise AssertionError(f"a template asks by {parameter}, which this search does not know")


def holds(concept: Json | None, tokens: str) -> bool:
    """Whether a CodeableConcept has one of the tokens `code` or `system|code`."""
    codings = (concept or {}).get("coding", ())
    known = {
        name for coding in codings for name in (coding.get("code"), f"{coding.get('system')}|{coding.get('code')}")
    }
    return not known.isdisjoint(tokens.split(","))
