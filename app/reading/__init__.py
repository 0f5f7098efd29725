"""Reads FHIR R4 JSON into facts: bytes to lean shapes, shapes to a record. Nothing here opens a socket or a file."""
