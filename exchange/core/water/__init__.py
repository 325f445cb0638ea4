"""Water years: what a year's inflow leaves of the quotas, and water saved that may be traded."""
