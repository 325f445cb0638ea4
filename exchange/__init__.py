"""Steppe: the exchange for environmental rights."""
