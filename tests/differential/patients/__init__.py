"""Boundary patients: for each leaf of a definition, charts that lie in, on and out of what it asks, and beside it."""
