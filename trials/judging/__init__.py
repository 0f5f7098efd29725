"""How each kind of criterion is judged. A definition's nodes become plain functions of a chart, once, at start-up."""
