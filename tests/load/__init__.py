"""`make soak`: fifty people of every role at once on the whole system, and the same while something is struck each minute."""
