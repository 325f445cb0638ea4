"""The schema, one revision after another."""
