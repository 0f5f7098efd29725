"""What time, one new fact, or nothing does to a verdict: judged again by the same plans, by no rules of its own."""
