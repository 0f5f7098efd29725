"""Measures the service against yardsticks in the same run: ratios are the result, milliseconds only illustrate."""
