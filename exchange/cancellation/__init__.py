"""Voluntary cancellation over HTTP, and its public register."""
