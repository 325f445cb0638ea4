"""Who may speak for whom: access tokens, operators and their keys."""
