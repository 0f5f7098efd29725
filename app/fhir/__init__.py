"""Pulling a chart from a FHIR server: which server, which searches, how long, and what fell short."""
