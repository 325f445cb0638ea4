"""Permits and locks at the edge: what may be used of a right, and until when."""
