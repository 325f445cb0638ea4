"""Allocation plans at the edge: drafted, published, issued."""
