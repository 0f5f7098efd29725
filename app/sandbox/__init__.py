"""The embedded sandbox: invented patients, a FHIR endpoint over them, and a page that fires the hook. Never real."""
