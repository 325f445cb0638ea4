"""Formulas of the rulebook: which there are, and what they come to. Nothing is changed here."""
