"""The embedded sandbox: invented patients, a FHIR endpoint over them, and a page that fires the hook. Never real."""

from app.sandbox.router import sandbox_router

__all__ = ["sandbox_router"]
