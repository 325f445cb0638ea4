"""Compliance: periods, reports, what is owed, what is surrendered, what is short."""
