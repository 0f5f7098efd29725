"""`make hapi`: a HAPI FHIR server with the sandbox's patients in it, until Ctrl-C."""

import argparse
from datetime import date

from app.sandbox.patients import patients
from tests import machine
from tests.hapi.loading import load
from tests.hapi.server import running


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    port: int = parser.parse_args().port
    if reason := machine.missing_for_own_server():
        raise SystemExit(f"There is {reason}.")
    print("Starting HAPI FHIR; the first time Maven fetches what it needs ...", flush=True)
    with running(port=port) as server:
        assert server.process is not None
        found = patients(date.today())
        load(server.base, *(patient.bundle for patient in found))
        print(f"{server.base} holds {len(found)} invented patients: {', '.join(patient.id for patient in found)}")
        print(f"Another terminal: .venv/bin/trialhook serve --sandbox --fhir-server {server.base}", flush=True)
        try:
            server.process.wait()
        except KeyboardInterrupt:
            print("Stopping.")


if __name__ == "__main__":
    main()
