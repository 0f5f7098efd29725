"""The trials in the formats that others read: FHIR R4, FHIR R5, and a page for people."""
