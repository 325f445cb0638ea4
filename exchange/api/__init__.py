"""The shared edge: strict bodies, amounts, problems, security, pagination."""
