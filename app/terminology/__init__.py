"""The terminology as FHIR: value sets, code system and concept maps out, and what a site or a server adds in."""
