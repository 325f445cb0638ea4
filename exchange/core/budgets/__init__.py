"""Budgets of projects under a control total, what they must cover, and targets of places."""
