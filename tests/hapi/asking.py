"""The direct query in both its ways, and what of its answers can be compared."""

import httpx

from tests.hapi.loading import Json


def pulled(service: str, patient_id: str) -> Json:
    """The report on a patient of the FHIR server that the service is set up with."""
    return report(httpx.get(f"{service}/match", params={"patient": patient_id}, timeout=60))


def given(service: str, chart: Json) -> Json:
    """The report on a chart that is handed over whole."""
    return report(httpx.post(f"{service}/match", json=chart, timeout=60))


def report(answer: httpx.Response) -> Json:
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def assert_same_verdicts(asked: Json, handed_over: Json) -> None:
    """That a chart was pulled in full and judged as it is in hand: standings, verdicts, reasons and evidence."""
    assert asked["chart"]["notSearched"] == []
    assert asked["patient"] == handed_over["patient"]
    assert asked["trials"] == handed_over["trials"]


def evidence(found: Json) -> set[str]:
    """The references of the resources that any verdict rests on."""
    return {
        one["reference"]
        for trial in found["trials"]
        for criterion in trial["criteria"]
        for one in criterion["evidence"]
    }
