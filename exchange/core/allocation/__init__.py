"""Initial allocation: plans that are published, can be looked at, and are issued once."""
