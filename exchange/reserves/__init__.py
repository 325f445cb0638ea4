"""The government's reserves at the edge."""
