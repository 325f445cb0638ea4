"""Voluntary cancellation: who holds units may end them for good, for a purpose of its own."""
