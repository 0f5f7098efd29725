"""A terminology server with a small hierarchy: `ValueSet/$expand` with is-a and descendent-of, paged as FHIR R4 says.

It answers over a socket. What it does wrong on request (`flaws`) are things that real servers do.
"""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from mappings.systems import SNOMED

Json = dict[str, Any]
VERSION = "http://snomed.info/sct|http://snomed.info/sct/900000000000207008/version/20260901"


@dataclass
class TxServer:
    """What the server knows and was asked."""

    parents: dict[str, tuple[str, ...]]
    """Code → the codes that it is below."""
    displays: dict[str, str] = field(default_factory=dict)
    systems: dict[str, str] = field(default_factory=dict)
    """Codes that are given under another system than SNOMED CT's."""
    flaws: set[str] = field(default_factory=set)
    busy: int = 0
    """So many answers more are 503."""
    base: str = ""
    tokens: list[str | None] = field(default_factory=list)
    bodies: list[Json] = field(default_factory=list)

    def below(self, code: str) -> set[str]:
        """The code and everything below it."""
        found = {code} & self.parents.keys()
        while more := {child for child, above in self.parents.items() if found & set(above)} - found:
            found |= more
        return found

    def answer(self, parameters: Json) -> tuple[int, Json]:
        """Status and body of one call."""
        self.bodies.append(parameters)
        if self.busy:
            self.busy -= 1
            return 503, {}
        given = {one["name"]: one for one in parameters["parameter"]}
        codes = sorted(self._selected(given["valueSet"]["resource"]["compose"]))
        offset, count = given["offset"]["valueInteger"], given["count"]["valueInteger"]
        if "exclude" in given["valueSet"]["resource"]["compose"] and offset:
            return 400, outcome("processing", "pages cannot be had of a value set with an exclude")
        if "too-costly" in self.flaws:
            return 422, outcome("too-costly", "The value set has more than 1000 codes")
        if "ignores paging" in self.flaws:
            offset, count = 0, len(codes)
        if "ignores offset" in self.flaws:
            offset = 0
        page = codes[offset : offset + count]
        if "gives less" in self.flaws:
            page = page if offset == 0 else []
        return 200, {"resourceType": "ValueSet", "status": "active", "expansion": self._expansion(codes, page, offset)}

    def _selected(self, compose: Json) -> set[str]:
        out = set().union(*(self._of(part) for part in compose.get("exclude", [])))
        return set().union(*(self._of(part) for part in compose["include"])) - out

    def _of(self, part: Json) -> set[str]:
        found: set[str] = set()
        for rule in part["filter"]:
            assert (part["system"], rule["property"]) == (SNOMED, "concept")
            below = self.below(rule["value"])
            found |= below - {rule["value"]} if rule["op"] == "descendent-of" else below
        return found

    def _expansion(self, codes: list[str], page: list[str], offset: int) -> Json:
        contains = [self._contained(code) for code in page]
        found: Json = {
            "identifier": f"urn:uuid:{len(self.bodies)}",
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "parameter": [{"name": "version", "valueUri": VERSION}],
            "contains": contains,
        }
        if "no total" not in self.flaws:
            found["total"] = len(codes)
        if "no offset" not in self.flaws:
            found["offset"] = offset
        if "nests" in self.flaws and contains:
            found["contains"] = [{**contains[0], "contains": contains[1:]}]
        for flaw in ("toocostly", "unclosed"):
            if flaw in self.flaws:
                url = f"http://hl7.org/fhir/StructureDefinition/valueset-{flaw}"
                found["extension"] = [{"url": url, "valueBoolean": True}]
        return found

    def _contained(self, code: str) -> Json:
        display = self.displays.get(code, f"Name of {code}")
        return {"system": self.systems.get(code, SNOMED), "code": code, "display": display}


def outcome(code: str, text: str) -> Json:
    return {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": text}],
    }


@contextmanager
def tx_server(parents: Mapping[str, tuple[str, ...]]) -> Iterator[TxServer]:
    """The server on a free port of the loopback, for the time of the block."""
    known = TxServer(dict(parents))
    ended = threading.Event()

    class Calls(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            known.tokens.append(self.headers.get("Authorization"))
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/fhir/ValueSet/$expand":
                self._send(404, outcome("not-found", "no such operation"))
            elif "no json" in known.flaws:
                self._send(200, b"<html>")
            elif "slow" in known.flaws:
                ended.wait(10)  # the caller has gone by then
            else:
                self._send(*known.answer(body))

        def _send(self, status: int, body: Json | bytes) -> None:
            content = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/fhir+json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Calls) as server:
        known.base = f"http://127.0.0.1:{server.server_address[1]}/fhir"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield known
        finally:
            ended.set()
            server.shutdown()
            thread.join()
