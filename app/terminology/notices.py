"""What the owners of code systems ask to be said wherever their codes stand."""

from collections.abc import Iterable
from typing import Final

from mappings.systems import ATC, LOINC, RXNORM, SNOMED, UCUM

_LOINC: Final = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © Regenstrief Institute, Inc. "
    "and the Logical Observation Identifiers Names and Codes (LOINC) Committee and is available at no cost under the "
    "license at http://loinc.org/license. LOINC® is a registered United States trademark of Regenstrief Institute, Inc."
)
_SNOMED: Final = (
    "This material includes SNOMED Clinical Terms® (SNOMED CT®), copyright © 2002+ International Health Terminology "
    "Standards Development Organisation (SNOMED International), trading as SNOMED International. SNOMED GPS content is "
    "used under CC BY 4.0. Use of other SNOMED CT content requires a SNOMED CT affiliate licence."
)
_RXNORM: Final = (
    "This product uses publicly available data from the U.S. National Library of Medicine (NLM); NLM is not "
    "responsible for the product and does not endorse it."
)
_ATC: Final = "ATC codes are those of the WHO Collaborating Centre for Drug Statistics Methodology; single codes only."
_UCUM: Final = "Units are written in UCUM, copyright © Regenstrief Institute, Inc., under the UCUM licence."

NOTICES: Final = {LOINC: _LOINC, SNOMED: _SNOMED, RXNORM: _RXNORM, ATC: _ATC, UCUM: _UCUM}


def copyright_of(systems: Iterable[str]) -> str | None:
    """The notices that codes of these systems need, in a fixed order; ICD-10-CM and CVX need none."""
    used = set(systems)
    said = [notice for system, notice in NOTICES.items() if system in used]
    return "\n\n".join(said) or None
