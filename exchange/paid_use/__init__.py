"""Paid use at the edge: fee schedules, contracts, invoices."""
