"""Control totals at the edge: what a place may hand out, what it has left."""
