"""Paid use: fee schedules, contracts, invoices; what is overdue, taken back, refunded."""
