"""The plain evaluator: what the rules say of a chart, one kind of criterion after the other."""
