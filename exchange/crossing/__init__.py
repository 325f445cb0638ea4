"""Approvals of transfers between leagues at the edge."""
