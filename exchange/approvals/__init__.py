"""The inbox at the edge: what waits for a second person, and what became of it."""
