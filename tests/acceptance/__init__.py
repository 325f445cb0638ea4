"""The composed system through the Python client: published cases and real data."""
