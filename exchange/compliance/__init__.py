"""The compliance cycle over HTTP."""
