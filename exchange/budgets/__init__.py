"""Projects under budgets and the targets of places at the edge."""
