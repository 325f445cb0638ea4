"""The rulebook: its data, its loader and what the loader refuses."""
