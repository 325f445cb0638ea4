"""Approvals: an act of consequence is asked for by one human and granted by another."""
