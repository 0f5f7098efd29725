"""The engine against a second evaluator: slow, plain, and written from the rules and the documents alone.

`plain` decides a chart's rows from the YAML of the definitions and of the mappings and from FHIR JSON; it shares no
code with the product, and only `engine.py` may import that. `patients` makes the charts on which both have to agree.
"""
