"""Permits: what a member may use of a right, until when, and the renewal of both."""
